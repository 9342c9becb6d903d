import { onOneLine } from './contracts/visible.js';
import { Sentence, told, type ToldPlace } from './told.js';

/** Every code that a {@link GreenroomError} can carry. Codes are stable; texts are for people and may change. */
export type ErrorCode =
  | 'CLOCK_BACKWARDS'
  | 'CLOCK_BUSY'
  | 'CONFLICT'
  | 'DIVERGED'
  | 'FAKED_TIMERS'
  | 'FORBIDDEN'
  | 'FORBIDDEN_HOST'
  | 'HOLD_EXPIRED'
  | 'INVALID_BODY'
  | 'INVALID_SCENARIO'
  | 'INVALID_VENDOR'
  | 'JOB_LIMIT'
  | 'LIMIT_REACHED'
  | 'LOCKSTEP_BROKEN'
  | 'MALFORMED_JSON'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'NOT_REACHED'
  | 'PAYLOAD_TOO_LARGE'
  | 'PORT_IN_USE'
  | 'REFUSED'
  | 'STORE_FAILED'
  | 'TIMEOUT'
  | 'UNAUTHORIZED'
  | 'UNKNOWN_SCENARIO'
  | 'UNKNOWN_WORKSPACE'
  | 'UNREACHABLE'
  | 'USAGE';

/** Longer than a path or a link that somebody wants to read in a sentence; the first group is what stays of it. */
const LONG_WORD = /(?<!\S)(\S{200})\S{300,}/g;

/**
 * The one error that greenroom throws on purpose.
 *
 * The message says what failed, what was expected, what was there and what to do. It quotes what others wrote: what would
 * act on a terminal or begin a line there stands as an escape, so that each of the given texts is one line, and a word
 * that hides the sentence by its length is cut. `details` are
 * further members for the problem document of the control plane (`pointer`, `pending`, …), and hold what was there as it was.
 */
export class GreenroomError extends Error {
  override readonly name = 'GreenroomError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  /** @internal The message with what it is about as data, for doors that have words of their own. */
  declare readonly sentence?: Sentence;

  constructor(
    code: ErrorCode,
    message: string | readonly string[] | Sentence,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    const texts = message instanceof Sentence ? [message.toString()] : [message].flat();
    super(texts.map(onOneLine).join('\n').replace(LONG_WORD, '$1\u2026'));
    this.code = code;
    this.details = details;
    // Whoever prints an error prints what can be enumerated of it.
    if (message instanceof Sentence && !message.isText) Object.defineProperty(this, 'sentence', { value: message });
  }
}

/** What somebody gave that is another thing than was expected. */
interface Misfit {
  readonly expected: string;
  readonly was: unknown;
  /** How the sentence shows what was there, if not as JSON. */
  readonly shown?: string;
  /** What to do: a sentence that begins with a space. */
  readonly advice?: string;
  readonly nearest?: string | undefined;
  readonly code?: ErrorCode;
}

/** INVALID_BODY, if nothing else is said: what stands at this place is not what is expected there. */
export function misfit(place: ToldPlace, given: Misfit): GreenroomError {
  const { expected, was, shown = JSON.stringify(was), advice = '', nearest, code = 'INVALID_BODY' } = given;
  const near = nearest === undefined ? {} : { nearest };
  const sentence = told`${place}expected ${expected}, was ${shown}.${advice}`;
  return new GreenroomError(code, sentence, { pointer: place.pointer, expected, was, ...near });
}

/** What was thrown, in its own words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What nobody threw on purpose is told at the terminal, with its stack. */
export function tellUnexpected(error: unknown, warn: (text: string) => void): void {
  if (!(error instanceof GreenroomError)) warn((error instanceof Error && error.stack) || String(error));
}

/** What a system says of a path at which there is nothing, or another kind of thing than was expected, in words. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  EEXIST: 'a file has its name, or that of a folder above it',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file',
};

/** Why a system refuses a file or a folder, in words. Node's name the function that it called, and the path once more. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would become larger than is allowed',
  EIO: 'the disk has failed',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'the system has too many files open',
  ENOSPC: 'there is no space left on the disk',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system can only be read',
};

/** Why something could not be read or written, as a part of a sentence. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const refusal = REFUSALS[code];
  return OTHER_KINDS[code] ?? (refusal === undefined ? messageOf(error) : `${refusal} (${code})`);
}

/** What was thrown, in words of ours also where nobody foresaw that a file could not be read or written. */
export function sentenceOf(error: unknown): string {
  const { path } = (error ?? {}) as NodeJS.ErrnoException;
  const reason = reasonOf(error);
  if (typeof path !== 'string' || reason === messageOf(error)) return reason;
  return `Failed to read or write ${path}: ${reason}.`;
}
