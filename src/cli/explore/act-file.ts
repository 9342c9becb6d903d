import { readFileSync, statSync } from 'node:fs';
import { parseJsonFile } from '../../contracts/json/file.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError, reasonOf } from '../../errors.js';

/** A request by which the app's user does something; words in double braces stand for what is another each time. */
export interface Call {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface ActFile {
  readonly schedule: Call;
  readonly reschedule?: Call;
  readonly cancel?: Call;
}

export type Values = Readonly<Record<string, string>>;

const WORD = /\{\{(\s*)(\w+)\s*\}\}/g;
const WORDS = ['meeting_url', 'join_at', 'event'];
/** Of a meeting that was scheduled. */
const ID = 'id';

/** A text with its words; what is not known stands as it is. */
export const filled = (text: string, values: Values): string =>
  text.replace(WORD, (whole, _, name: string) => values[name] ?? whole);

/** The same of all texts of a value. */
export function filledIn(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return filled(value, values);
  if (Array.isArray(value)) return value.map((item) => filledIn(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filledIn(inner, values)]));
}

/** Reads the file of --act: one request or three. Throws USAGE. */
export function readAct(path: string): ActFile {
  const refuse = (was: string): GreenroomError =>
    new GreenroomError(
      'USAGE',
      `Failed to read --act ${path}: expected {"method", "url", "headers", "body"} or {"schedule", "reschedule", "cancel"} of such requests, was ${was}.`,
    );
  let value: unknown;
  try {
    value = parseJsonFile(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse(statSync(path).isDirectory() ? 'a folder' : reasonOf(error));
  }
  if (typeof value !== 'object' || value === null) throw refuse(JSON.stringify(value));
  const calls = 'schedule' in value ? Object.entries(value) : [['', value] as const];
  const [stray] = calls.find(([name]) => !['', 'schedule', 'reschedule', 'cancel'].includes(name)) ?? [];
  if (stray !== undefined) throw refuse(`"${stray}"`);
  const lacking = calls.find(([, call]) => typeof (call as Partial<Call> | null)?.url !== 'string');
  if (lacking) throw refuse(`${lacking[0] === '' ? 'a request' : `"${lacking[0]}"`} without a url`);
  for (const [name, call] of calls)
    assertWords(path, call as Call, ['', 'schedule'].includes(name) ? WORDS : [...WORDS, ID]);
  return 'schedule' in value ? (value as ActFile) : { schedule: value as Call };
}

/** A word that nobody fills in would come to the app as it stands, whose error then tells of anything but that word. */
function assertWords(path: string, { url, headers, body }: Call, known: readonly string[]): void {
  const text = JSON.stringify([url, headers, body]);
  const stray = [...text.matchAll(WORD)].find(([, space, name]) => space === '' && !known.includes(name!))?.[2];
  if (stray === undefined) return;
  const words = known.map((word) => `{{${word}}}`).join(', ');
  const hint = stray === ID ? ' A meeting has its id only when it was scheduled.' : didYouMean(nearest(stray, known));
  throw new GreenroomError(
    'USAGE',
    `Failed to read --act ${path}: expected one of ${words}, was {{${stray}}}.${hint} What the app itself is to read in braces is written with spaces: {{ ${stray} }}.`,
  );
}
