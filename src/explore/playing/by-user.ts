import { hostInstant, waited } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import { lastOf } from './cursor.js';
import { outlastsPatience } from './own-time.js';
import { inTime, named } from './patience.js';
import type { Story } from '../stories/story.js';
import type { Session } from './stage.js';

/** Real milliseconds for which it is waited for an app that keeps its own time, and whose rest nobody knows. */
const AT_WORK_MS = [20, 80, 300];
/** Virtual time in which an app hears of a meeting in a calendar, or of a job in a queue of its own, and plans for it. */
export const HEARING = '1m';

/**
 * Has the app do what its user wants of it. An app may answer its user first and do it then, as one with a queue does: where
 * its rest is known, it has done so.
 */
export async function byUser<A, T>(session: Session<A>, act: object, work: (app: A) => T | Promise<T>): Promise<T> {
  const since = hostInstant();
  const answer = inTime(session, named('the act', act), (async () => work(session.app()))());
  // Whoever has not answered in time is not waited for once more.
  const isLate = await answer.then(
    () => false,
    (error: unknown) => error instanceof GreenroomError,
  );
  if (!isLate) await session.rest?.(since);
  return answer;
}

/** Waits until the app has surely done what its user wanted, if it does. */
export async function surelyDone({ led, rest }: Session<unknown>): Promise<void> {
  if (!led && !rest) await waited(Math.max(...AT_WORK_MS));
}

/**
 * Gives an app that has asked for no agent yet the time for it. Gives true if it waits for longer in a time of its own, and
 * may ask later. A call since then may have failed, and be all that it does.
 */
export async function untilAsked(
  session: Session<unknown>,
  story: Story,
  { isAsked, since }: { readonly isAsked: () => Promise<boolean>; readonly since: number },
): Promise<boolean> {
  const { room, led, rest } = session;
  for (const ms of led || rest ? [] : AT_WORK_MS) {
    await waited(ms);
    if (await isAsked()) return false;
  }
  await room.clock.advance({ by: HEARING });
  if ((await isAsked()) || led || (await lastOf(room)).requests > since) return false;
  return outlastsPatience(session, story, isAsked);
}
