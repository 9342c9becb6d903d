import type { RecordedRequest } from '../../client/requests.js';
import { GreenroomError, messageOf } from '../../errors.js';
import { answerOf } from './observe.js';

const CONFLICT = 409;

/** A second try that is refused as a conflict says that the meeting is there, and nobody was told wrong. */
export const errorOfTry = (error: unknown): string | undefined =>
  (error as { readonly status?: unknown } | null)?.status === CONFLICT ? undefined : messageOf(error);

/** `schedule` may answer the id itself, or something that has one. */
export function idIn(answer: unknown): string | undefined {
  if (typeof answer === 'string' && answer !== '') return answer;
  const id: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'id') : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** What the app's user is told of an act. */
interface Told {
  /** Why it failed, if it did, and nothing says that it was done. */
  readonly refused?: string;
  /** Why it failed at the second try, too, though it was done. */
  readonly again?: string;
}

/**
 * Does what the app's user does to a meeting. Who is told that it failed tries again, as people do: an error says nothing
 * wrong unless the vendor has done it.
 */
export async function toldOf(act: () => Promise<unknown>, isDone: () => Promise<boolean>): Promise<Told> {
  try {
    await act();
    return {};
  } catch (error) {
    const refused = messageOf(error);
    // Whoever waits still for an answer does not try again.
    if (error instanceof GreenroomError || !(await isDone())) return { refused };
    const again = await act().then(() => undefined, errorOfTry);
    return again === undefined ? {} : { refused, again };
  }
}

/** True if a rule has kept from the app that the vendor did what it was called for since. */
export const isDoneSince = (requests: readonly RecordedRequest[], after: number): boolean =>
  requests.some(
    (one) =>
      one.seq > after &&
      one.method !== 'GET' &&
      (one as RecordedRequest & { readonly fault?: string }).fault !== undefined &&
      (answerOf(one)?.status ?? 500) < 300,
  );
