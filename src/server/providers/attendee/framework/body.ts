import type { Call } from '../../provider.js';
import { isPyObject, parsePython, PyRecursionError, type PyValue } from '../python/json.js';
import { utf8Fault } from '../python/utf8.js';
import { detail, json, Refused, VendorCrash } from './replies.js';
import { Input, notADictionary, Serializer, type Form } from './serializer.js';

interface Body {
  readonly value: PyValue;
  readonly form?: Form;
}

/** Reads the body as the framework's three parsers do: JSON, form, multipart. Refuses any other. */
export function readBody({ request }: Call): Body {
  const type = request.headers['content-type'] ?? '';
  const media = type.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'application/x-www-form-urlencoded') return asForm(new URLSearchParams(request.body));
  if (media === 'multipart/form-data') return readMultipart(type, request.body);
  if (request.body === '') return { value: new Map() };
  if (media !== 'application/json') throw new Refused(detail(415, `Unsupported media type "${type}" in request.`));
  const fault = request.bytes && utf8Fault(request.bytes);
  if (fault !== undefined) throw unparsable(fault);
  try {
    return { value: parsePython(request.body) };
  } catch (fault) {
    // Nothing in the framework expects that its parser runs out of stack.
    if (fault instanceof PyRecursionError) throw new VendorCrash('body');
    throw unparsable(fault instanceof Error ? fault.message : String(fault));
  }
}

const unparsable = (reason: string): Refused => new Refused(detail(400, `JSON parse error - ${reason}`));

/** The body as the fields of a serializer; anything but an object is refused in the framework's words. */
export function readFields(call: Call): Serializer {
  const { value, form } = readBody(call);
  if (!isPyObject(value)) throw new Refused(json(400, notADictionary(value)));
  return new Serializer(new Input(value, form));
}

function asForm(pairs: Iterable<[string, string]>): Body {
  const form: Form = new Map(pairs);
  return { value: form, form };
}

/** What Django takes for one. */
const BOUNDARY = /^[ -~]{0,200}[!-~]$/;

function readMultipart(type: string, body: string): Body {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined || !BOUNDARY.test(mark))
    throw new Refused(detail(400, `Multipart form parse error - Invalid boundary in multipart: ${mark ?? 'None'}`));
  const parts = `\r\n${body.replace(/\r?\n/g, '\r\n')}`.split(`\r\n--${mark}`).slice(1);
  const pairs = parts.flatMap((part): [string, string][] => {
    const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
    const disposition = head.split('\r\n').find((line) => /^content-disposition:/i.test(line)) ?? '';
    const name = [...disposition.matchAll(/;\s*name="([^"]*)"/gi)].at(-1)?.[1];
    return name === undefined || /;\s*filename=/i.test(head) ? [] : [[name, rest.join('\r\n\r\n')]];
  });
  return asForm(pairs);
}
