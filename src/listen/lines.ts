import { noGreenroom } from '../client/foreign.js';
import { LISTEN_LINES, type ListenLine } from '../contracts/control/relay.js';
import { isObject } from '../contracts/json/object.js';
import { mismatches } from '../contracts/schemas/schema.js';
import { GreenroomError } from '../errors.js';

/** Characters; no message is longer. */
const LONGEST = 2 ** 26;

/**
 * The lines of an answer that goes on, as they come, until the signal ends it; `url` is what was called. Throws UNREACHABLE for what is no JSON, which
 * somebody in between may have written, and CONFLICT for what no service says.
 */
export async function* linesOf(
  { body, status }: Response,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<ListenLine> {
  if (!body || signal.aborted) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  // The signal of a request does not reach its answer any more once Node has cleared the request away.
  const end = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  // What is looked through once is not looked through again: a long line comes in many pieces.
  let begun: string[] = [];
  let length = 0;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const ends = value!.split('\n');
      const rest = ends.pop()!;
      for (const end of ends) {
        const line = lineIn(begun.join('') + end, { url, status });
        begun = [];
        length = 0;
        if (line) yield line;
      }
      begun.push(rest);
      length += rest.length;
      if (length > LONGEST) throw misfit(url, `lines of at most ${LONGEST} characters, was a longer one`);
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/** `undefined` for a line of a kind that is not known here: a newer service may have more to say. */
function lineIn(text: string, answer: { readonly url: string; readonly status: number }): ListenLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON at all.
  }
  if (!isObject(value)) throw noGreenroom({ ...answer, text });
  const kind = Object.keys(LISTEN_LINES).find((name) => Object.hasOwn(value, name)) as keyof typeof LISTEN_LINES;
  if (kind === undefined) return undefined;
  const [fault] = mismatches(LISTEN_LINES[kind], value, 1);
  if (fault) throw misfit(answer.url, `${fault.expected} at ${fault.pointer} of a line, was ${fault.was}`);
  return value as ListenLine;
}

const misfit = (url: string, what: string): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    `Failed to listen to ${new URL(url).origin}: expected ${what}. Use the version of greenroom that the service has.`,
  );
