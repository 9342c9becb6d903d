import { GreenroomError, type ErrorCode } from '../errors.js';
import { readSentence } from '../told.js';
import { beginningOf } from '../read-text.js';

/** An answer of whoever listens there. */
export interface ForeignAnswer {
  /** What was called. */
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** Where a redirect leads: it is not followed, for what is sent is for whoever was named. */
  readonly location?: string | null;
}

const SHOWN = 80;
/** Characters; Node makes none that is much longer. */
const LONGEST = 2 ** 29 - 2 ** 20;
/** No refusal of greenroom is longer. */
const LONGEST_REFUSAL = 2 ** 20;

/** UNREACHABLE: what answers there is no greenroom, though it may have answered well. */
export const noGreenroom = ({ url, status, text, location = null }: ForeignAnswer): GreenroomError =>
  new GreenroomError(
    'UNREACHABLE',
    `Failed to reach greenroom at ${new URL(url).origin}: expected what its control plane answers to ${new URL(url).pathname}, was an answer ${status} ${JSON.stringify(text.slice(0, SHOWN))}${location === null ? '' : ` that leads to ${location}`}. Something else listens there, or stands in between: give the URL that greenroom printed.`,
  );

/**
 * An answer with its text: the beginning of that, if it is a refusal, for an answer of somebody else may have no end. Throws
 * UNREACHABLE for a longer text than there can be.
 */
export async function answered(url: string, response: Response): Promise<ForeignAnswer> {
  const { status, ok, headers } = response;
  const text = await beginningOf(response, ok ? LONGEST : LONGEST_REFUSAL);
  if (ok && text.length > LONGEST) throw noGreenroom({ url, status, text });
  return { url, status, text, location: headers.get('location') };
}

/** The JSON of an answer of the control plane, which is an object. Throws UNREACHABLE for what is none. */
export function readJson<T>(answer: ForeignAnswer): T {
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch {
    // Not JSON at all.
  }
  if (typeof value === 'object' && value !== null) return value as T;
  throw noGreenroom(answer);
}

/** What greenroom refuses with; `undefined` for what is no problem document of it. */
export function problemIn(text: string): GreenroomError | undefined {
  try {
    const { detail, code, parts, ...details } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof detail === 'string' && typeof code === 'string')
      return new GreenroomError(code as ErrorCode, readSentence(parts) ?? detail, details);
  } catch {
    // Not JSON at all.
  }
  return undefined;
}

/** True for the kind of text that an answer says it is. */
export const isOfType = (response: Response, type: string): boolean =>
  (response.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase() === type;
