import type { Call, VendorRequest } from '../../provider.js';
import { isPyObject, parsePython, PyRecursionError, type PyValue } from '../python/json.js';
import { decodeBase64 } from '../python/base64.js';
import { decodePython, isLatin1 } from '../python/codecs.js';
import { badRequestPage, detail, json, Refused, VendorCrash } from './replies.js';
import { Input, notADictionary, Serializer, Upload, type Form } from './serializer.js';
import { messageOf } from '../../../../errors.js';

interface Body {
  readonly value: PyValue;
  readonly form?: Form;
}

/** The framework takes a media range for the first type of its own that is in it. */
const JSON_RANGES = new Set(['application/json', 'application/*', '*/*']);

/** Reads the body as the framework's three parsers do: JSON, form, multipart. Refuses any other. */
export function readBody({ request }: Call): Body {
  const type = request.headers['content-type'] ?? '';
  const media = type.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'application/x-www-form-urlencoded') return asForm(readForm(request, charsetOf(type)));
  if (media === 'multipart/form-data') return readMultipart(type, request.body);
  if (request.body === '') return { value: new Map() };
  if (!JSON_RANGES.has(media)) throw new Refused(detail(415, `Unsupported media type "${type}" in request.`));
  try {
    const charset = charsetOf(type);
    const isText = charset === undefined && request.bytes === undefined;
    return { value: parsePython(isText ? request.body : decodePython(bytesOf(request), charset ?? 'utf-8')) };
  } catch (fault) {
    // Nothing in the framework expects that its parser runs out of stack.
    if (fault instanceof PyRecursionError) throw new VendorCrash('body');
    throw unparsable(messageOf(fault));
  }
}

/** The last `charset` of a content type. */
const charsetOf = (type: string): string | undefined =>
  [...type.matchAll(/;\s*charset\s*=\s*"?([^";]*)/gi)].at(-1)?.[1]?.trim();

const bytesOf = ({ bytes, body }: VendorRequest): Buffer => Buffer.from(bytes ?? body);

const unparsable = (reason: string): Refused => new Refused(detail(400, `JSON parse error - ${reason}`));

/** The body as the fields of a serializer; anything but an object is refused in the framework's words. */
export const readFields = (call: Call): Serializer => fieldsOf(readBody(call));

/** The same for a body that was read before something else was asked. */
export function fieldsOf({ value, form }: Body): Serializer {
  // The framework has words of its own for `null`, but within a body.
  if (value === null) throw new Refused(json(400, new Map([['non_field_errors', ['No data provided']]])));
  if (!isPyObject(value)) throw new Refused(json(400, notADictionary(value)));
  return new Serializer(new Input(value, form));
}

/** The body where the vendor's own code looks into it: it fails on anything but an object. */
export function readObject(call: Call): Serializer {
  const body = readBody(call);
  if (!isPyObject(body.value)) throw new VendorCrash('body');
  return fieldsOf(body);
}

/** Django's limits, which the vendor is not known to move. */
const MOST_FIELDS = 1000;
const MOST_FILES = 100;

function assertFew(count: number, most: number): void {
  if (count > most)
    throw new Refused(badRequestPage(`a form has no more than ${most} of these, this one has ${count}`));
}

/** Bytes that are no UTF-8 are taken for Latin-1, as those of a form in that charset are. */
function readForm(request: VendorRequest, charset: string | undefined): Iterable<[string, string]> {
  const isLatin = charset !== undefined && isLatin1(charset);
  assertFew(request.body === '' ? 0 : request.body.split('&').length, MOST_FIELDS);
  const text = isLatin || request.bytes ? bytesOf(request).toString('latin1') : request.body;
  // What is escaped becomes the escapes of UTF-8.
  const escaped = /%[89a-f][0-9a-f]/gi;
  return new URLSearchParams(
    isLatin
      ? text.replace(escaped, (code) => encodeURIComponent(String.fromCharCode(Number(`0x${code.slice(1)}`))))
      : text,
  );
}

function asForm(pairs: Iterable<readonly [string, PyValue]>): Body {
  const form: Form = new Map(pairs);
  return { value: form, form };
}

/** What Django takes for one. */
const BOUNDARY = /^[ -~]{0,200}[!-~]$/;

function readMultipart(type: string, body: string): Body {
  if (!type.startsWith('multipart/')) throw unparsableForm(`Invalid Content-Type: ${type}`);
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]*))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined || !BOUNDARY.test(mark))
    throw unparsableForm(`Invalid boundary in multipart: ${mark ?? 'None'}`);
  const parts = `\r\n${body.replace(/\r?\n/g, '\r\n')}`.split(`\r\n--${mark}`).slice(1);
  const texts: [string, PyValue][] = [];
  const files: [string, PyValue][] = [];
  for (const part of parts) {
    const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
    const disposition = head.split('\r\n').find((line) => /^content-disposition:/i.test(line)) ?? '';
    const name = nameIn(disposition);
    const file = /;\s*filename="?([^";]+)/i.exec(disposition)?.[1];
    if (name !== undefined && file !== undefined) files.push([name, new Upload(file)]);
    else if (name !== undefined) texts.push([name, decoded(head, rest.join('\r\n\r\n'))]);
  }
  assertFew(texts.length, MOST_FIELDS);
  assertFew(files.length, MOST_FILES);
  // A file counts before a text of its name.
  return asForm([...texts, ...files]);
}

const unparsableForm = (reason: string): Refused => new Refused(detail(400, `Multipart form parse error - ${reason}`));

/** With quotation marks, in which a backslash escapes, or without. */
function nameIn(disposition: string): string | undefined {
  const found = [...disposition.matchAll(/;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/gi)].at(-1);
  return found?.[1]?.replace(/\\(["\\])/g, '$1') ?? found?.[2];
}

/** A part in base64 is read so, or as it is if it cannot be. */
function decoded(head: string, text: string): string {
  if (!/^content-transfer-encoding:\s*base64\s*$/im.test(head)) return text;
  return decodeBase64(text)?.toString('utf8') ?? text;
}
