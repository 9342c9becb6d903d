import { isObject } from '../../contracts/json/object.js';
import { isPyObject, WIRE, type PyStyle, type PyValue } from '../../contracts/json/python-json.js';
import type { Change, Deviation } from '../../contracts/signing.js';
import {
  AS_DOTNET,
  AS_GSON,
  EMPTIES,
  ESCAPES,
  ESCAPINGS,
  LINE_END,
  NUMBERS,
  writtenWith,
  type Habit,
} from './habits.js';
import { inJavaScript, inPython } from './rewritten.js';

const sortTop = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** Keys sorted at every depth as JavaScript does it, which puts "2" before "10" and writes `1.0` as `1`. */
function sortAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortAll);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortAll(value[key])]));
}

const TOP_LEVEL_ONLY: Deviation = {
  name: 'sorted-top-level-only',
  title: 'Only the keys of the top level were sorted',
  advice: 'Sort the keys of every object, at every depth: sort_keys=True in Python.',
};
const NOT_SORTED: Deviation = {
  name: 'not-sorted',
  title: 'The keys of the JSON that was signed stand as they came, not sorted',
  advice:
    'Sort the keys of every object, at every depth: sort_keys=True in Python, a verifier of greenroom/webhooks in JavaScript.',
};
const SPACES: Deviation = {
  name: 'canonical-with-spaces',
  title: 'The JSON that was signed was made with spaces after commas and colons',
  advice: 'Write it with separators=(",", ":").',
};

/** Which habits a writer can have: those of json.dumps have spaces as well, those of other languages have none. */
const HABITS: readonly { readonly spaced: boolean; readonly habits: readonly Habit[] }[] = [
  ...[[], [ESCAPES]].map((habits) => ({ spaced: true, habits })),
  ...[[], [LINE_END]].flatMap((end) =>
    [[], [NUMBERS], [EMPTIES], [NUMBERS, EMPTIES]].flatMap((read) =>
      ESCAPINGS.map((escaping) => ({ spaced: false, habits: [...read, ...escaping, ...end] })),
    ),
  ),
];

/** Every way in which a writer can depart from the canonical JSON: in order, spaces, escapes, numbers, or several of them. */
function departures(style: PyStyle): Change<Buffer>[] {
  const orders: readonly (readonly [Deviation | undefined, PyStyle['sort'], ((value: PyValue) => PyValue)?])[] = [
    [undefined, style.sort],
    [TOP_LEVEL_ONLY, undefined, (value) => sortedTop(value, style)],
    [NOT_SORTED, undefined],
  ];
  return orders.flatMap(([ordered, sort, order = (value) => value]) =>
    HABITS.flatMap(({ spaced, habits }): Change<Buffer>[] => {
      const { item, pair } = spaced ? WIRE : style;
      const parts = [ordered, spaced ? SPACES : undefined, ...habits].filter((part) => part !== undefined);
      const [first, ...others] = parts.map(({ name, title, advice }): Deviation => ({ name, title, advice }));
      if (!first) return [];
      const apply = (body: Buffer): Buffer | undefined =>
        inPython(body, (value) => writtenWith(habits, order(value), { item, pair, ascii: false, sort }));
      return [
        others.length === 0 && !UNSUSPECTED.has(first.name)
          ? { ...first, apply }
          : { ...first, parts: [first, ...others], apply },
      ];
    }),
  );
}

/** Not suspected where it is not known what was computed: they show in nearly every body, or another mistake says the same. */
const UNSUSPECTED: ReadonlySet<string> = new Set([NUMBERS, LINE_END, AS_GSON, AS_DOTNET].map(({ name }) => name));

const sortedTop = (value: PyValue, { sort }: PyStyle): PyValue =>
  isPyObject(value) && sort ? new Map([...value].sort(([a], [b]) => sort(a, b))) : value;

/** What can have been signed instead of the JSON that a vendor writes anew, in this style. */
export const departuresFrom = (style: PyStyle, remedy: string): readonly Change<Buffer>[] => [
  {
    name: 'raw-instead-of-canonical',
    title:
      'The body was signed as it came, or as json.dumps(payload) writes it, which is the same, and not the canonical JSON of the payload',
    advice: remedy,
    apply: (body) => body,
  },
  { ...TOP_LEVEL_ONLY, apply: (body) => inJavaScript(body, (value) => JSON.stringify(sortTop(value))) },
  {
    name: 'sorted-as-javascript',
    title:
      'The canonical JSON was made with JSON.stringify, which puts the key "2" before "10" and writes 1.0 as 1, as Go and PHP do, too',
    advice:
      'Use a writer that sorts by code points and keeps numbers as written: a verifier of greenroom/webhooks in JavaScript, UseNumber() of a Decoder in Go, JSON_PRESERVE_ZERO_FRACTION in PHP.',
    apply: (body) => inJavaScript(body, (value) => JSON.stringify(sortAll(value))),
  },
  ...departures(style),
];
