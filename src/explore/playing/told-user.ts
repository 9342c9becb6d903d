import { messageOf } from '../../errors.js';

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
