import type { Call, Reply } from '../../provider.js';
import { detail, json } from './errors.js';
import { Input, notADictionary, type Form } from './fields.js';
import { isPyObject, parsePython, PyJsonError, type PyValue } from '../python/json.js';

type Body = { readonly value: PyValue; readonly form?: Form } | { readonly refusal: Reply };

/** Reads the body as the framework's three parsers do: JSON, form, multipart. */
export function readBody({ request }: Call): Body {
  const type = request.headers['content-type'] ?? '';
  const media = type.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'application/x-www-form-urlencoded') return asForm(new URLSearchParams(request.body));
  if (media === 'multipart/form-data') return readMultipart(type, request.body);
  if (request.body === '') return { value: new Map() };
  if (media !== 'application/json') return { refusal: detail(415, `Unsupported media type "${type}" in request.`) };
  try {
    return { value: parsePython(request.body) };
  } catch (fault) {
    const reason = fault instanceof PyJsonError || fault instanceof Error ? fault.message : String(fault);
    return { refusal: detail(400, `JSON parse error - ${reason}`) };
  }
}

/** The body as the fields of a serializer; anything but an object is refused in the framework's words. */
export function readFields(call: Call): { readonly input: Input } | { readonly refusal: Reply } {
  const body = readBody(call);
  if ('refusal' in body) return body;
  if (!isPyObject(body.value)) return { refusal: json(400, notADictionary(body.value)) };
  return { input: new Input(body.value, body.form) };
}

function asForm(pairs: Iterable<[string, string]>): Body {
  const form: Form = new Map();
  for (const [name, value] of pairs) form.set(name, value);
  return { value: form, form };
}

function readMultipart(type: string, body: string): Body {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined)
    return { refusal: detail(400, 'Multipart form parse error - Invalid boundary in multipart: None') };
  const parts = `\r\n${body.replace(/\r?\n/g, '\r\n')}`.split(`\r\n--${mark}`).slice(1);
  const pairs = parts.flatMap((part): [string, string][] => {
    const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
    const name = /content-disposition:[^\r\n]*;\s*name="([^"]*)"/i.exec(head)?.[1];
    return name === undefined || /;\s*filename=/i.test(head) ? [] : [[name, rest.join('\r\n\r\n')]];
  });
  return asForm(pairs);
}
