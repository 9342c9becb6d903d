import type { Reply, VendorRequest } from '../../provider.js';
import { COMPACT, isPyObject, parsePython, writePython, type PyValue } from '../python/json.js';
import { lastOf, queryOf } from './query.js';
import { detail } from './replies.js';

/** The framework's renderers: JSON, and a page for browsers, which greenroom answers with JSON. */
const RENDERERS = [
  { format: 'json', accepts: accepts('application', 'json') },
  { format: 'api', accepts: accepts('text', 'html') },
];

/** The `Accept` headers with a media range for this type. */
function accepts(type: string, subtype: string): RegExp {
  return new RegExp(`(?:^|,)\\s*(?:${type}|\\*)/(?:${subtype}|\\*)(?=/|\\s*(?:[;,]|$))`, 'i');
}

/** The refusal of a representation that the vendor does not have; `undefined` if it has it. */
export function refuseRepresentation(request: VendorRequest): Reply | undefined {
  const format = request.query === '' ? undefined : lastOf(queryOf(request), 'format');
  const renderers = format ? RENDERERS.filter((renderer) => renderer.format === format) : RENDERERS;
  if (renderers.length === 0) return detail(404, 'Not found.');
  const accept = request.headers['accept'] ?? '*/*';
  return renderers.some((renderer) => renderer.accepts.test(accept))
    ? undefined
    : detail(406, 'Could not satisfy the request Accept header.');
}

const INDENT_MAX = 8;

/** `Accept: application/json; indent=4` is honoured. */
export function indented(reply: Reply, request: VendorRequest): Reply {
  const accept = request.headers['accept'];
  if (accept === undefined || !accept.includes('indent') || !isJson(reply)) return reply;
  const indent = Number(/^application\/json\s*;(?:.*;)?\s*indent=(\d+)/i.exec(accept.trim())?.[1] ?? 0);
  if (indent === 0 || typeof reply.body !== 'string') return reply;
  return { ...reply, body: pretty(parsePython(reply.body), Math.min(indent, INDENT_MAX), '') };
}

const isJson = ({ headers, body }: Reply): boolean =>
  headers?.['Content-Type'] === 'application/json' && body !== undefined && body !== '';

function pretty(value: PyValue, indent: number, margin: string): string {
  const inner = margin + ' '.repeat(indent);
  if (Array.isArray(value) && value.length > 0)
    return `[\n${value.map((item) => inner + pretty(item, indent, inner)).join(',\n')}\n${margin}]`;
  if (!isPyObject(value) || value.size === 0) return writePython(value, COMPACT);
  const pairs = [...value].map(([key, item]) => `${inner}${writePython(key, COMPACT)}: ${pretty(item, indent, inner)}`);
  return `{\n${pairs.join(',\n')}\n${margin}}`;
}
