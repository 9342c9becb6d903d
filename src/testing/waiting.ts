import type { Greenroom } from '../client/greenroom.js';
import { inRealTime } from '../start.js';
import { say } from './say.js';

/** What Jest and Jasmine give a test. */
export const USUAL_LIMIT_MS = 5000;
/** The parts of that time at which is looked: what is in hand both times is hardly what a slow machine is slow at. */
const [FIRST, LAST] = [0.5, 0.8] as const;

/** What keeps the clock of a room from moving now, in words; nothing if nothing does, or a room does not say so any more. */
export async function tellWaits(room: Greenroom): Promise<readonly string[]> {
  const state = await room.clock.state({ wait: false, limit: 0 }).catch(() => undefined);
  const { probes = [], holds = [] } = state ?? {};
  const held = holds.map(({ id, reason }) => `Time stands: the hold ${id} (${reason}) is to be released first.`);
  const busy = probes.flatMap(({ pid, state, in_hand: inHand }) =>
    state === 'busy' && inHand !== undefined
      ? `Time stands while the process ${pid} of the app is not at rest, for 10 s at most: it has in hand ${inHand}.`
      : [],
  );
  return [...held, ...busy];
}

/**
 * Says what the clock of a room waits for shortly before a runner ends the test for the time that it takes, as long as the returned
 * function is not called: a runner that cannot end a test looks away from it, and nobody sees what that says later.
 */
export function watchWaits(room: Greenroom, test: string | undefined, limit: number): () => void {
  let cancel = (): void => undefined;
  let isOver = false;
  const after = (part: number, look: () => Promise<void>): void => {
    if (!isOver) cancel = inRealTime(limit * part, () => void look());
  };
  after(FIRST, async () => {
    const first = await tellWaits(room);
    if (first.length === 0) return;
    after(LAST - FIRST, async () => {
      const lines = await tellWaits(room);
      if (!isOver)
        for (const line of lines)
          if (first.includes(line)) say(`The test${test === undefined ? '' : ` "${test}"`} waits. ${line}`);
    });
  });
  return () => {
    isOver = true;
    cancel();
  };
}
