import { readFileSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import { Count, orNull } from '../contracts/control/fields.js';
import { parseJsonFile } from '../contracts/json/file.js';
import { mismatches } from '../contracts/schemas/schema.js';
import { toHar, type JournalCall } from '../contracts/har.js';
import { whyUnread } from '../checks/unread.js';
import { GreenroomError } from '../errors.js';
import { VERSION } from '../server/version.js';
import type { FlagValues } from './settings/flags.js';
import { callControl } from './remote.js';

/** Calls that are asked for at once: with all that is kept of their bodies, no text of more than 16 MB. */
const PAGE = 100;

const Message = { headers: Type.Record(Type.String(), Type.String()), body: Type.String() };
/** As much of the calls of a journal as an archive is made of. */
const Calls = Type.Array(
  Type.Object({
    seq: Count,
    at: Type.String(),
    method: Type.String(),
    path: Type.String(),
    query: Type.String(),
    request: Type.Object(Message),
    response: orNull(Type.Object({ status: Type.Integer(), ...Message })),
  }),
);

interface Journal {
  readonly requests: readonly JournalCall[];
  readonly more?: boolean;
  readonly dropped?: number;
}

/** HTTP Archive 1.2 of a running server, page by page, or of a file. Throws USAGE if there is none. */
export async function readHar(file: string | undefined, values: FlagValues): Promise<AsyncIterable<string>> {
  return file === undefined ? pieces(await page(values), values) : pieces(read(textOf(file), file), values);
}

async function* pieces(first: Journal, values: FlagValues): AsyncGenerator<string> {
  // An archive without calls has all that stands around them.
  const [head, tail] = JSON.stringify(toHar([], VERSION, first.dropped)).split(/(?<="entries":\[)/) as [string, string];
  yield head;
  let before = '';
  for (let journal = first; ; journal = await page(values, journal.requests.at(-1))) {
    const texts = toHar(journal.requests, VERSION).log.entries.map((entry) => JSON.stringify(entry));
    if (texts.length > 0) yield before + texts.join(',');
    before ||= texts.length > 0 ? ',' : '';
    if (!journal.more) break;
  }
  yield tail;
}

const page = async (values: FlagValues, last?: JournalCall): Promise<Journal> =>
  read(await callControl(values, `/requests?limit=${PAGE}${last ? `&after=${last.seq}` : ''}`), 'the server');

function read(text: string, from: string): Journal {
  let journal: Partial<Journal>;
  try {
    journal = parseJsonFile(text) as typeof journal;
  } catch {
    journal = {};
  }
  if (!Array.isArray(journal.requests))
    throw new GreenroomError(
      'USAGE',
      `Failed to export har: expected {"requests": […]}, as GET /_greenroom/requests answers, ${from} has something else.`,
    );
  const [fault] = mismatches(Calls, journal.requests, 1);
  if (!fault) return journal as Journal;
  throw new GreenroomError(
    'USAGE',
    `Failed to export har: at /requests${fault.pointer} of ${from}, expected ${fault.expected}, was ${fault.was}.`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new GreenroomError('USAGE', `Failed to export har: ${file} cannot be read: ${whyUnread(file, error)}.`);
  }
}
