import { departuresFrom } from './canonical.js';
import { inJavaScript, inPython } from './rewritten.js';
import {
  AS_DOTNET,
  AS_GSON,
  CAPITALS,
  ESCAPES,
  HTML,
  LINE_END,
  NUMBERS,
  SEPARATORS,
  SLASHES,
  SURROGATES,
  writtenWith,
} from './habits.js';
import { byCodePoint, COMPACT, WIRE, writePython } from '../../contracts/json/python-json.js';
import { pythonRepr } from '../../contracts/json/python-repr.js';
import { parseJson } from '../../contracts/signed-message.js';
import type { Change, Signing } from '../../contracts/signing.js';

const RAW_BYTES =
  'Take the raw bytes of the body before a parser does: `await request.text()`, `express.raw()`; `request.get_data()` in Flask, `await request.body()` in FastAPI, `request.body` in Django; `io.ReadAll(r.Body)` in Go, `file_get_contents("php://input")` in PHP, `request.raw_post` in Rails.';

/** What to sign, for whoever signed something else. */
export const remedyOf = ({ mistakes: { remedy = RAW_BYTES } }: Signing): string => remedy;

/** Each writing of a body that was parsed. */
const REWRITINGS: readonly Omit<Change<Buffer>, 'advice'>[] = [
  {
    name: 're-serialised-compact',
    title: 'The body was parsed and written again as JSON.stringify writes',
    apply: (bytes) => inJavaScript(bytes, (value) => JSON.stringify(value)),
  },
  {
    name: 're-serialised-indented',
    title: 'The body was parsed and written again with indentation',
    apply: (bytes) => inJavaScript(bytes, (value) => JSON.stringify(value, null, 2)),
  },
  {
    name: 're-serialised-python',
    title: "The body was parsed and written again as Python's json.dumps writes: with spaces and \\u escapes",
    apply: (bytes) => inPython(bytes, (value) => writePython(value, WIRE)),
  },
  {
    name: 'python-text-signed',
    title: 'The payload was made a text with str() or an f-string, which writes Python and not JSON',
    apply: (bytes) => inPython(bytes, pythonRepr),
  },
  {
    name: 'object-as-text',
    title: 'A parsed object was made a text: "[object Object]"',
    apply: (bytes) => ofObject(bytes, '[object Object]'),
  },
  {
    name: 'empty-object-signed',
    title: 'What was signed is {}, which some frameworks give for a body that they did not parse',
    apply: (bytes) => ofObject(bytes, '{}'),
  },
  {
    name: 'form-signed',
    title: "What was signed is Django's request.POST, which has forms and no JSON",
    apply: (bytes) => ofObject(bytes, '<QueryDict: {}>'),
  },
  {
    name: 'empty-body-signed',
    title: 'An empty body was signed: it was read before, or nobody has read it',
    apply: (bytes) => (bytes.length === 0 ? undefined : Buffer.alloc(0)),
  },
];

const ofObject = (bytes: Buffer, written: string): Buffer | undefined => {
  const value = parseJson(bytes);
  return typeof value === 'object' && value !== null ? Buffer.from(written) : undefined;
};

/** The other ways of json.dumps, each in the words of its call. A vendor that signs JSON of its own names them by what differs. */
const DUMPS: readonly Omit<Change<Buffer>, 'advice'>[] = [undefined, byCodePoint].flatMap((sort) =>
  [true, false].flatMap((ascii) =>
    [WIRE, COMPACT].flatMap(({ item, pair }): Omit<Change<Buffer>, 'advice'>[] => {
      const said = [
        ...(sort ? ['sort_keys=True'] : []),
        ...(ascii ? [] : ['ensure_ascii=False']),
        ...(item === COMPACT.item ? ['separators=(",", ":")'] : []),
      ];
      const call = `json.dumps(${['payload', ...said].join(', ')})`;
      const apply = (bytes: Buffer) => inPython(bytes, (value) => writePython(value, { item, pair, ascii, sort }));
      const title = `The body was parsed and written again as ${call} of Python writes`;
      return said.length === 0 ? [] : [{ name: 're-serialised-python', title, apply }];
    }),
  ),
);

/** What other languages make of a body that they have parsed. */
const OF_LANGUAGES: readonly Omit<Change<Buffer>, 'advice'>[] = (
  [
    ['json.Marshal of Go', [NUMBERS, HTML], byCodePoint],
    ['an Encoder of Go', [NUMBERS, HTML, LINE_END], byCodePoint],
    ['json_encode of PHP', [NUMBERS, SLASHES, ESCAPES]],
    ['json_encode of PHP with JSON_UNESCAPED_SLASHES', [NUMBERS, ESCAPES]],
    ['json_encode of PHP with JSON_UNESCAPED_UNICODE', [NUMBERS, SLASHES, SEPARATORS]],
    ['to_json of Rails', [HTML]],
    ['Jackson of Java', [SURROGATES, CAPITALS]],
    ['Gson of Java', [AS_GSON]],
    ['System.Text.Json of .NET', [AS_DOTNET, CAPITALS]],
  ] as const
).map(([writer, habits, sort]) => ({
  name: 're-serialised',
  title: `The body was parsed and written again as ${writer} writes`,
  apply: (bytes) => inPython(bytes, (value) => writtenWith(habits, value, { ...COMPACT, sort })),
}));

/** What code holds for a time that came in no header. */
const NO_TIME = ['None', 'undefined', 'null', ''];

const TIMED: readonly Omit<Change<Buffer>, 'advice'>[] = NO_TIME.map((time) => ({
  name: 'time-before-body',
  title: `A header for the time of the message was read, which does not come, and "${time}." was signed before the body`,
  apply: (bytes) => Buffer.concat([Buffer.from(`${time}.`), bytes]),
}));

/** What can have been signed instead, whatever the vendor signs. What the vendor's own mistakes name better comes after them. */
export function materialChanges(signing: Signing): readonly Change<Buffer>[] {
  const advice = remedyOf(signing);
  const timed = signing.stamp ? [] : TIMED;
  return [
    ...signing.mistakes.material,
    ...(signing.canonical ? departuresFrom(signing.canonical, advice) : []),
    ...[...REWRITINGS, ...(signing.mistakes.remedy === undefined ? [...DUMPS, ...OF_LANGUAGES] : [])].map((change) => ({
      ...change,
      advice,
    })),
    ...timed.map((change) => ({ ...change, advice: `Nothing stands before what this vendor signs. ${advice}` })),
  ];
}
