import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { JSONParser } from '@streamparser/json';
import { GreenroomError, reasonOf } from '../../errors.js';
import { nameOfFile, STDIN } from '../stdin.js';
import { withAttached } from './attached.js';

/**
 * The entries of a recording, one after the other: those of a HAR file, the calls of a journal, the items of an array, or
 * the lines of JSON Lines; packed with gzip or not, and with the bodies that lie beside a HAR file. No more than one entry and
 * one chunk are held. Throws USAGE.
 */
export const readEntries = (file: string): AsyncGenerator =>
  file === STDIN ? readWritten(file) : withAttached(readWritten(file), file);

async function* readWritten(file: string): AsyncGenerator {
  const { head, body } = await open(file);
  try {
    if (!isDocument(head)) yield* readLines(body);
    else yield* readDocument(body, head.trimStart().startsWith('[') ? ['$.*'] : [...ENTRIES, ...MARKS], file);
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to read ${nameOfFile(file)}: ${reasonOf(error)}. Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines.`,
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
async function open(file: string): Promise<{ head: string; body: AsyncIterable<Buffer> }> {
  const source: Readable = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: HEAD_BYTES });
  try {
    const packed = await peek(source);
    if (isZip(packed.head)) throw new GreenroomError('USAGE', ZIPPED.replace('FILE', nameOfFile(file)));
    if (packed.head[0] !== 0x1f || packed.head[1] !== 0x8b) return { head: packed.head.toString(), body: packed.body };
    const unpacked = pipeline(packed.body, createGunzip(), new PassThrough(), () => undefined);
    const { head, body } = await peek(unpacked);
    return { head: head.toString(), body };
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

async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator {
  const input = pipeline(body, new PassThrough(), () => undefined);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line.trim() !== '') yield JSON.parse(line);
}

async function* readDocument(body: AsyncIterable<Buffer>, paths: string[], file: string): AsyncGenerator {
  const parser = new JSONParser({ paths, keepStack: false });
  let found: unknown[] = [];
  let failure: Error | undefined;
  parser.onValue = ({ key, value }) => {
    if (typeof key === 'number') found.push(value);
    else if (value === true || Number(value) > 0)
      failure ??= incomplete(file, key === 'more' ? undefined : Number(value));
  };
  parser.onError = (error) => void (failure ??= error);
  for await (const chunk of body) {
    if (!parser.isEnded) parser.write(chunk);
    if (failure) throw failure;
    const ready = found;
    found = [];
    yield* ready;
  }
  if (!parser.isEnded) throw new Error('it ends in the middle');
}
