import { isObject } from '../json/object.js';
import {
  CANONICAL,
  isPyObject,
  parsePython,
  WIRE,
  writePython,
  type PyStyle,
  type PyValue,
} from '../json/python-json.js';
import { parseJson } from '../signed-message.js';
import type { Change, Deviation, Signing } from '../signing.js';

/** The body as Python reads it and writes it in this style; `undefined` for what is not JSON, however deep it is nested. */
export function rewritten(
  body: Buffer,
  style: PyStyle,
  order: (value: PyValue) => PyValue = (value) => value,
): Buffer | undefined {
  try {
    return Buffer.from(writePython(order(parsePython(body.toString('utf8'))), style), 'utf8');
  } catch {
    return undefined;
  }
}

const inJavaScript = (body: Buffer, sort: (value: unknown) => unknown): Buffer | undefined => {
  const value = parseJson(body);
  return value === undefined ? undefined : Buffer.from(JSON.stringify(sort(value)));
};

const sortTop = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** Keys sorted at every depth as JavaScript does it, which puts "2" before "10" and writes `1.0` as `1`. */
function sortAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortAll);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortAll(value[key])]));
}

const RECIPE =
  'Attendee signs sorted, compact JSON without escapes, not the bytes that it sends. ' +
  'In Python: json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False, separators=(",", ":")). ' +
  'In JavaScript: verifyAttendee of greenroom/webhooks, because JSON.stringify writes 1.0 as 1.';

const TOP_LEVEL_ONLY: Deviation = {
  name: 'sorted-top-level-only',
  title: 'Only the keys of the top level were sorted',
  advice: 'Sort the keys of every object, at every depth: sort_keys=True in Python.',
};
const NOT_SORTED: Deviation = {
  name: 'not-sorted',
  title: 'The keys of the JSON that was signed stand as they came, not sorted',
  advice:
    'Sort the keys of every object, at every depth: sort_keys=True in Python, verifyAttendee of greenroom/webhooks in JavaScript.',
};
const ESCAPES: Deviation = {
  name: 'canonical-with-escapes',
  title: 'The JSON that was signed was made with \\u escapes (ensure_ascii)',
  advice: 'Write it with ensure_ascii=False, and encode it as UTF-8.',
};
const SPACES: Deviation = {
  name: 'canonical-with-spaces',
  title: 'The JSON that was signed was made with spaces after commas and colons',
  advice: 'Write it with separators=(",", ":").',
};

/** Every way in which a writer of Python's can depart from the canonical JSON: in order, spaces, escapes, or several of them. */
function departures(): Change<Buffer>[] {
  const orders: readonly (readonly [Deviation | undefined, PyStyle['sort'], ((value: PyValue) => PyValue)?])[] = [
    [undefined, CANONICAL.sort],
    [TOP_LEVEL_ONLY, undefined, sortTopAsPython],
    [NOT_SORTED, undefined],
  ];
  const all = orders.flatMap(([ordered, sort, order]) =>
    [undefined, SPACES].flatMap((spaced) =>
      [undefined, ESCAPES].map((escaped) => {
        const { item, pair } = spaced ? WIRE : CANONICAL;
        const parts = [ordered, spaced, escaped].filter((part) => part !== undefined);
        return {
          parts,
          apply: (body: Buffer) => rewritten(body, { item, pair, ascii: escaped !== undefined, sort }, order),
        };
      }),
    ),
  );
  return all.flatMap(({ parts, apply }): Change<Buffer>[] => {
    const [first, ...others] = parts;
    if (!first) return [];
    return [others.length === 0 ? { ...first, apply } : { ...first, parts, apply }];
  });
}

const sortTopAsPython = (value: PyValue): PyValue =>
  isPyObject(value) ? new Map([...value].sort(([a], [b]) => CANONICAL.sort!(a, b))) : value;

/** What is done wrong with Attendee's signatures. */
export const mistakes: Signing['mistakes'] = {
  remedy: RECIPE,
  material: [
    {
      name: 'raw-instead-of-canonical',
      title:
        'The body was signed as it came, or as json.dumps(payload) writes it, which is the same, and not the canonical JSON of the payload',
      advice: RECIPE,
      apply: (body) => body,
    },
    { ...TOP_LEVEL_ONLY, apply: (body) => inJavaScript(body, sortTop) },
    {
      name: 'sorted-as-javascript',
      title: 'The canonical JSON was made with JSON.stringify, which writes 1.0 as 1 and puts the key "2" before "10"',
      advice:
        'Use a writer that keeps numbers as written and sorts by code points, such as verifyAttendee of greenroom/webhooks.',
      apply: (body) => inJavaScript(body, sortAll),
    },
    ...departures(),
  ],
  key: [
    {
      name: 'secret-not-decoded',
      title: 'The secret was used as the text that it is shown as, not as the bytes that it encodes',
      advice:
        'Attendee shows its secret in base64: decode it to bytes before use, with base64.b64decode(secret) in Python and Buffer.from(secret, "base64") in Node.',
      apply: (secret) => Buffer.from(secret),
    },
  ],
};
