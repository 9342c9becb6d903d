import { notePacked } from '../../packed.js';
import type { Call, VendorRequest } from '../../provider.js';
import { isPyObject, parsePython, PyRecursionError, type PyValue } from '../python/json.js';
import { decodePython, decodeReplacing, isOneByte } from '../python/codecs.js';
import { assertFew, MOST_FIELDS, readMultipart } from './form-parts.js';
import { isInRange, partsOf } from './media-types.js';
import { detail, json, Refused, VendorCrash } from './replies.js';
import { Input, notADictionary, Serializer, type Form } from './serializer.js';
import { messageOf } from '../../../../errors.js';

interface Body {
  readonly value: PyValue;
  readonly form?: Form;
}

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';
/** The framework's parsers, in its order. */
const PARSED = ['application/json', FORM, MULTIPART];

/** Seen at the framework behind its usual server; what stands before the hosted one is unknown. */
const IN_CHUNKS =
  "A body comes in chunks, without a Content-Length, and is read; the vendor's framework takes such a body for an empty one, unless a proxy before it says how long it is.";

/** Reads the body as the framework's three parsers do: JSON, form, multipart. Refuses any other. */
export function readBody(call: Call): Body {
  const { request, world } = call;
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined && headers['content-length'] === undefined)
    world.noteOnce('chunked', IN_CHUNKS);
  const type = headers['content-type'] ?? '';
  const { main, parameters } = partsOf(type);
  // Without a byte nothing is parsed, whatever it would be.
  if (request.body === '') return main === FORM || main === MULTIPART ? asForm([]) : { value: new Map() };
  const charset = parameters.get('charset');
  switch (PARSED.find((parsed) => isInRange(parsed, main))) {
    case undefined:
      throw new Refused(detail(415, `Unsupported media type "${type}" in request.`));
    case FORM:
      return asForm(readForm(request, charset));
    case MULTIPART:
      return asForm(readMultipart(type, bytesOf(request), charset));
    default:
      return readJson(call, charset);
  }
}

function readJson(call: Call, charset: string | undefined): Body {
  const { request } = call;
  try {
    const isText = charset === undefined && request.bytes === undefined;
    return { value: parsePython(isText ? request.body : decodePython(bytesOf(request), charset ?? 'utf-8')) };
  } catch (fault) {
    // Nothing in the framework expects that its parser runs out of stack.
    if (fault instanceof PyRecursionError) throw new VendorCrash('body');
    notePacked(call);
    throw unparsable(messageOf(fault));
  }
}

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

/** Bytes that are none of the encoding are taken for Latin-1. What is escaped becomes the escapes of UTF-8. */
function readForm(request: VendorRequest, charset = 'utf-8'): Iterable<[string, string]> {
  assertFew(request.body.split('&').length, MOST_FIELDS);
  if (!isOneByte(charset))
    return new URLSearchParams(request.bytes ? bytesOf(request).toString('latin1') : request.body);
  const escaped = /(?:%[89a-f][0-9a-f])+/gi;
  const unescaped = (codes: string): string =>
    encodeURIComponent(decodeReplacing(Buffer.from(codes.replaceAll('%', ''), 'hex'), charset));
  return new URLSearchParams(textOf(bytesOf(request), charset).replace(escaped, unescaped));
}

function textOf(bytes: Buffer, charset: string): string {
  try {
    return decodePython(bytes, charset);
  } catch {
    return bytes.toString('latin1');
  }
}

function asForm(pairs: Iterable<readonly [string, PyValue]>): Body {
  const form: Form = new Map(pairs);
  return { value: form, form };
}
