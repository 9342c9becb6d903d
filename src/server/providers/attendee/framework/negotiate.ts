import { askedOnce } from '../../../../contracts/known-texts.js';
import type { Reply, VendorRequest } from '../../provider.js';
import { COMPACT, isPyObject, parsePython, writePython, type PyValue } from '../python/json.js';
import { pythonInt } from '../python/numbers.js';
import { MOST_FIELDS } from './form-parts.js';
import { exactness, isInRange, partsOf, type HeaderParts } from './media-types.js';
import { lastOf, queryOf } from './query.js';
import { badRequestPage, detail, escapeSeparators } from './replies.js';

/** The framework's renderers: JSON, and a page for browsers, which greenroom answers with JSON. */
const RENDERERS = [
  { format: 'json', type: 'application/json' },
  { format: 'api', type: 'text/html' },
];

/** The refusal of a representation that the vendor does not have; `undefined` if it has it. */
export function refuseRepresentation(request: VendorRequest): Reply | undefined {
  const count = request.query.split('&').length;
  if (count > MOST_FIELDS)
    return badRequestPage(`a query has no more than ${MOST_FIELDS} parameters, this one has ${count}`);
  const format = formatOf(request);
  if (format && RENDERERS.every((renderer) => renderer.format !== format)) return detail(404, 'Not found.');
  return representationFor(request) ? undefined : detail(406, 'Could not satisfy the request Accept header.');
}

const formatOf = (request: VendorRequest): string | undefined =>
  request.query === '' ? undefined : lastOf(queryOf(request), 'format');

function representationFor(request: VendorRequest): Representation | undefined {
  const format = formatOf(request);
  return representationsIn(request.headers['accept'] ?? '*/*').find(({ renderer }) => !format || renderer === format);
}

interface Representation {
  /** The format of its renderer. */
  readonly renderer: string;
  /** How far the JSON is indented; 0 for none. */
  readonly indent: number;
}

/** What a client takes, the best first: the framework asks for exact types before ranges, and knows no `q`. */
const representationsIn = askedOnce((accept: string): readonly Representation[] => {
  const ranges = accept.split(',').map(partsOf);
  const found: Representation[] = [];
  for (const exact of [3, 2, 1, 0])
    for (const { format, type } of RENDERERS)
      for (const range of ranges)
        if (exactness(range) === exact && isInRange(type, range.main))
          found.push({ renderer: format, indent: indentIn(range) });
  return found;
});

const INDENT_MAX = 8;

function indentIn({ parameters }: HeaderParts): number {
  const indent = pythonInt(parameters.get('indent') ?? '') ?? 0;
  return Math.max(Math.min(indent, INDENT_MAX), 0);
}

/** `Accept: application/json; indent=4` is honoured. */
export function indented(reply: Reply, request: VendorRequest): Reply {
  if (!/indent/i.test(request.headers['accept'] ?? '') || typeof reply.body !== 'string' || !isJson(reply))
    return reply;
  const { renderer, indent } = representationFor(request) ?? PLAIN;
  if (renderer !== 'json' || indent === 0) return reply;
  return { ...reply, body: escapeSeparators(pretty(parsePython(reply.body), indent, '')) };
}

const PLAIN: Representation = { renderer: 'json', indent: 0 };

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
