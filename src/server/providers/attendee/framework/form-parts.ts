import { decodeBase64, decodeUtf8 } from '../python/base64.js';
import { decodeReplacing } from '../python/codecs.js';
import type { PyValue } from '../python/json.js';
import { printable, pythonStrip } from '../python/repr.js';
import { partsOf, type HeaderParts } from './media-types.js';
import { badRequestPage, detail, Refused } from './replies.js';
import { Upload } from './serializer.js';

/**
 * Forms in parts, read as Django reads them: a part ends at the next boundary, wherever that stands, and its headers end with
 * lines of their own, which end in CR and LF.
 */

/** Django's limits, which the vendor is not known to move. */
export const MOST_FIELDS = 1000;
const MOST_FILES = 100;
const MOST_BYTES = 2_621_440;
const MOST_HEADER_BYTES = 1024;
/** What stands before the first boundary and after the last counts as a field. */
const ENDS = 2;

export function assertFew(count: number, most: number): void {
  if (count > most)
    throw new Refused(badRequestPage(`a form has no more than ${most} of these, this one has ${count}`));
}

type Named = readonly [name: string, value: PyValue];

/** The fields of a form in their order, its texts before its files: of one name, a file counts. */
export function readMultipart(type: string, body: Buffer, charset: string | undefined): readonly Named[] {
  const form = new FormParts((bytes) => decodeReplacing(bytes, charset ?? 'utf-8'));
  const parts = body.toString('latin1').split(`--${boundaryIn(type)}`);
  const last = parts.pop()!;
  for (const [at, part] of parts.entries()) {
    // A file is taken once something follows it.
    const isFollowed = at < parts.length - 1 || last !== '';
    form.add(partIn(part.replace(/\r?\n?$/, '')), isFollowed);
  }
  if (last !== '') form.add(partIn(last), false);
  return [...form.texts, ...form.files];
}

class FormParts {
  readonly texts: Named[] = [];
  readonly files: Named[] = [];
  readonly #decode: (bytes: Buffer) => string;
  #fieldCount = 0;
  #fileCount = 0;
  #bytes = 0;

  constructor(decode: (bytes: Buffer) => string) {
    this.#decode = decode;
  }

  add({ headers, content }: Part, isFollowed: boolean): void {
    const disposition = headers.get('content-disposition')?.parameters;
    const file = disposition?.get('filename');
    if (!file) assertFew(++this.#fieldCount, MOST_FIELDS + ENDS);
    const given = disposition?.get('name');
    if (given === undefined) return;
    const name = this.#decode(Buffer.from(pythonStrip(given)));
    const isBase64 = headers.get('content-transfer-encoding')?.main === 'base64';
    if (!file) return this.#addText(name, content, isBase64);
    assertFew(++this.#fileCount, MOST_FILES);
    if (isBase64 && !decodeBase64(content.replace(/\s+/g, ''))) throw unparsable('Could not decode base64 data.');
    const last = printable(this.#decode(Buffer.from(file)).split(/[/\\]/).at(-1)!);
    if (isFollowed && !['', '.', '..'].includes(last)) this.files.push([name, new Upload(last)]);
  }

  /** A text in base64 is read so, or as it is if it cannot be. */
  #addText(name: string, content: string, isBase64: boolean): void {
    this.#bytes += content.length + name.length + '&='.length;
    if (this.#bytes > MOST_BYTES)
      throw new Refused(badRequestPage(`the texts of a form have at most ${MOST_BYTES} bytes`));
    const bytes = isBase64 ? decodeBase64(content) : undefined;
    this.texts.push([name, this.#decode(bytes ?? Buffer.from(content, 'latin1'))]);
  }
}

const BOUNDARY = /^[ -~]{0,200}[!-~]$/;

function boundaryIn(type: string): string {
  if (!type.startsWith('multipart/')) throw unparsable(`Invalid Content-Type: ${type}`);
  if (/[^\0-\x7f]/.test(type)) throw unparsable(`Invalid non-ASCII Content-Type in multipart: ${type}`);
  const boundary = partsOf(type).parameters.get('boundary');
  if (boundary === undefined || !BOUNDARY.test(boundary))
    throw unparsable(`Invalid boundary in multipart: ${boundary ?? 'None'}`);
  return boundary;
}

const unparsable = (reason: string): Refused => new Refused(detail(400, `Multipart form parse error - ${reason}`));

interface Part {
  /** By name; the values in small letters, with their parameters. */
  readonly headers: ReadonlyMap<string, HeaderParts>;
  readonly content: string;
}

const HEADERS_END = '\r\n\r\n';

function partIn(part: string): Part {
  const headers = new Map<string, HeaderParts>();
  const end = part.slice(0, MOST_HEADER_BYTES).indexOf(HEADERS_END);
  if (end < 0 && part.length >= MOST_HEADER_BYTES) throw unparsable('Request max total header size exceeded.');
  for (const line of part.slice(0, Math.max(end, 0)).split('\r\n')) {
    const text = decodeUtf8(Buffer.from(line, 'latin1'));
    if (text === undefined) continue;
    const { main, parameters } = partsOf(text);
    const colon = main.indexOf(':');
    if (colon >= 0) headers.set(main.slice(0, colon), { main: main.slice(colon + 1).trim(), parameters });
  }
  return { headers, content: part.slice(end + HEADERS_END.length) };
}
