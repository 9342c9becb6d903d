import { lastOf } from './cursor.js';
import { plainOf } from '../stories/plain.js';
import { play } from './play.js';
import type { Session } from './stage.js';
import type { Story } from '../stories/story.js';
import type { Play } from './watching.js';

interface Lived<A> {
  /** Begins where the last of them is over. */
  readonly session: Session<A>;
  /** Their agents and the URLs of their meetings, and those that were known. */
  readonly strangers: ReadonlySet<string>;
}

/** Has the app live through the meetings that a story has before its own. `number` gives each a number of its own. */
export async function liveEarlier<A>(
  opened: Session<A>,
  how: Play<A>,
  story: Story,
  { strangers, number }: { readonly strangers: ReadonlySet<string>; readonly number: () => number },
): Promise<Lived<A>> {
  const known = new Set(strangers);
  let session = opened;
  for (let i = 0; i < (story.earlier ?? 0); i++) {
    const before = await play({ ...session, number: number() }, how, plainOf(story), { strangers: new Set(known) });
    for (const name of [...before.agents, ...before.urls]) known.add(name);
    session = { ...opened, since: await lastOf(opened.room) };
  }
  return { session, strangers: known };
}
