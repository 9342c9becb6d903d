import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { JSONParser, TokenType } from '@streamparser/json';
import { GreenroomError } from '../../errors.js';
import { whyUnread } from '../unread.js';
import { nameOfFile, STDIN } from '../stdin.js';
import { withAttached } from './attached.js';

/** An entry of a recording. */
export interface Placed {
  readonly value: unknown;
  /** The line on which it begins, from 1; not where the file has none, since it is packed. */
  readonly line?: number;
}

/**
 * The entries of a recording, one after the other: those of a HAR file, the calls of a journal, the items of an array, or
 * the lines of JSON Lines; packed with gzip or not, and with the bodies that lie beside a HAR file. No more than one entry and
 * one chunk are held. Throws USAGE.
 */
export const readPlaced = (file: string): AsyncGenerator<Placed> =>
  file === STDIN ? readWritten(file) : withAttached(readWritten(file), file);

/** The same without their lines. */
export async function* readEntries(file: string): AsyncGenerator {
  for await (const { value } of readPlaced(file)) yield value;
}

async function* readWritten(file: string): AsyncGenerator<Placed> {
  const { head, body, isPacked } = await open(file);
  const placed = ({ value, line }: Placed): Placed => (isPacked ? { value } : { value, line: line! });
  try {
    const paths = head.trimStart().startsWith('[') ? ['$.*'] : [...ENTRIES, ...MARKS];
    const entries = isDocument(head) ? readDocument(body, paths, file) : readLines(body);
    for await (const entry of entries) yield placed(entry);
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to read ${nameOfFile(file)}: ${whyUnread(file, error)}. Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines.`,
  );

/** What a part says of the whole is not known. */
function incomplete(file: string, dropped: number | undefined): GreenroomError {
  const what = dropped === undefined ? 'it is one page of several' : `the oldest ${dropped} of its entries were let go`;
  const cure =
    dropped === undefined
      ? 'Read it without a limit.'
      : 'Give greenroom more to remember with --memory, or read the list before it is full.';
  return new GreenroomError(
    'USAGE',
    `Failed to judge ${nameOfFile(file)}: expected a whole recording, but ${what}. ${cure}`,
  );
}

const ZIPPED =
  'Failed to read FILE: expected a HAR file, was a zip archive. Unpack it into a folder of its own, and give the .har file that is in it.';

const HEAD_BYTES = 64 * 1024;

/** The stream, unpacked, and how it begins. */
async function open(file: string): Promise<{ head: string; body: AsyncIterable<Buffer>; isPacked: boolean }> {
  const source: Readable = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: HEAD_BYTES });
  try {
    const packed = await peek(source);
    if (isZip(packed.head)) throw new GreenroomError('USAGE', ZIPPED.replace('FILE', nameOfFile(file)));
    const isPacked = packed.head[0] === 0x1f && packed.head[1] === 0x8b;
    const given = isPacked
      ? await peek(pipeline(packed.body, createGunzip(), new PassThrough(), () => undefined))
      : packed;
    const wide = WIDE.get(given.head.subarray(0, 2).toString('hex'));
    const { head, body } = wide === undefined ? given : await peek(inUtf8(given.body, wide));
    return { head: head.toString(), body, isPacked };
  } catch (error) {
    throw error instanceof GreenroomError ? error : unreadable(file, error);
  }
}

const isZip = (head: Buffer): boolean => head.subarray(0, 2).toString('latin1') === 'PK';

async function peek(stream: AsyncIterable<unknown>): Promise<{ head: Buffer; body: AsyncIterable<Buffer> }> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  async function* body(): AsyncGenerator<Buffer> {
    yield head;
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) yield chunk.value;
  }
  return { head, body: body() };
}

/** A document is one object with all entries, or an array; everything else is taken for a value a line. */
const isDocument = (head: string): boolean => /^\s*(\[|\{\s*"(log|requests|entries|deliveries)"\s*:)/.test(head);
const ENTRIES = ['$.log.entries.*', '$.requests.*', '$.entries.*', '$.deliveries.*'];
/** Where greenroom says that a list is not all that there was. */
const MARKS = ['$.more', '$.dropped', '$.log._dropped'];

/** The byte order marks of UTF-16, in which Windows PowerShell writes what it is to write with `>`. */
const WIDE: ReadonlyMap<string, string> = new Map([
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
]);

async function* inUtf8(body: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of body) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<Placed> {
  const input = pipeline(body, new PassThrough(), () => undefined);
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() !== '') yield { value: JSON.parse(text), line };
  }
}

async function* readDocument(body: AsyncIterable<Buffer>, paths: string[], file: string): AsyncGenerator<Placed> {
  const parser = new JSONParser({ paths, keepStack: false });
  let found: Placed[] = [];
  let failure: Error | undefined;
  let line = 1;
  /** On which lines begins what is open, and on which began what was closed last. */
  const opened: number[] = [];
  let began = 1;
  parser.onToken = ({ token }) => {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) opened.push(line);
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) began = opened.pop() ?? began;
  };
  parser.onValue = ({ key, value }) => {
    if (typeof key === 'number') found.push({ value, line: began });
    else if (MARKS.some((mark) => mark.endsWith(`.${key}`)) && (value === true || Number(value) > 0))
      failure ??= incomplete(file, key === 'more' ? undefined : Number(value));
  };
  parser.onError = (error) => void (failure ??= error);
  for await (const chunk of body) {
    for (const piece of linesOf(chunk)) {
      if (!parser.isEnded) parser.write(piece);
      if (failure) throw failure;
      if (piece.at(-1) === NEWLINE) line++;
    }
    const ready = found;
    found = [];
    yield* ready;
  }
  if (!parser.isEnded) throw new Error('it ends in the middle');
}

const NEWLINE = 0x0a;

/** The lines of a chunk, each with its end; the last may have none. */
function* linesOf(chunk: Buffer): Generator<Buffer> {
  for (let start = 0; start < chunk.length;) {
    const end = chunk.indexOf(NEWLINE, start) + 1 || chunk.length;
    yield chunk.subarray(start, end);
    start = end;
  }
}
