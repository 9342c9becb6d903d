import type { Greenroom } from '../client/greenroom.js';
import { after, pause, turn } from '../clock/real-time.js';
import { GreenroomError } from '../errors.js';

const TURNS = 20;
/** Virtual seconds for which an app may wait before it answers its user. */
const LONGEST_S = 600;

/** Awaits what the app does, which may wait for time that only the room can move. Throws TIMEOUT. */
export async function inTime<T>(room: Greenroom, what: string, work: Promise<T> | T): Promise<T> {
  const state = { settled: false };
  const done = Promise.resolve(work).finally(() => (state.settled = true));
  done.catch(() => undefined);
  for (let [passed, step] = [0, 1]; passed < LONGEST_S; passed += step, step = Math.min(step * 2, 30)) {
    for (let i = 0; i < TURNS && !state.settled; i++) await (i < TURNS - 3 ? turn() : pause());
    if (state.settled) return done;
    await room.clock.advance({ by: `${step}s` });
  }
  throw new GreenroomError(
    'TIMEOUT',
    `Failed to wait for ${what}: it had not answered after ${LONGEST_S} s of virtual time. Have it answer, or throw.`,
  );
}

/** Real time after which an app that is still at work will not come to rest. */
const LONGEST_MS = 30_000;

/** Plays one execution. Throws TIMEOUT for an app that does not come to rest. */
export async function toRest<T>(playing: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const tooLong = new Promise<never>((_, reject) => {
    cancel = after(LONGEST_MS, () => reject(restless()));
  });
  playing.catch(() => undefined);
  return Promise.race([playing, tooLong]).finally(() => cancel());
}

const restless = (): GreenroomError =>
  new GreenroomError(
    'TIMEOUT',
    `Failed to bring the app to rest: after ${LONGEST_MS / 1000} s of one execution it was still at work. Have it wait before it calls again: the clock moves on when the app rests.`,
  );
