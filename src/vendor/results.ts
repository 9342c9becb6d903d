import { Type, type TSchema } from '@sinclair/typebox';
import { mismatches } from '../contracts/schemas/schema.js';

/** What the code of a vendor of the user's own has to return: the compiler does not see all of it. */

const TEXT = 'a text or bytes (JSON.stringify makes a text of an object)';
const Body = Type.Union([Type.String(), Type.Uint8Array()], { expected: TEXT });
const Headers = Type.Record(Type.String(), Type.String());

const Reply = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 599, expected: 'a status from 200 to 599' }),
    headers: Type.Optional(Headers),
    body: Type.Optional(Body),
    reason: Type.Optional(Type.String()),
  },
  { expected: 'a reply such as json(200, { … })' },
);

const Found = Type.Union([Type.Undefined(), Type.Null(), Type.Object({ id: Type.String(), state: Type.String() })], {
  expected: 'the id and the state of an agent, or undefined',
});

const Done = Type.Object(
  {
    subject: Type.Optional(Type.String()),
    refused: Type.Optional(Type.String()),
    legal: Type.Optional(Type.Array(Type.String())),
  },
  { expected: 'an object, such as { subject } or { refused }' },
);

const Message = Type.Object({ headers: Headers, body: Body }, { expected: 'the headers and the body of a message' });

const RESULTS: readonly (readonly [place: RegExp, result: TSchema])[] = [
  [/^(handlers|refusals)\.|^finish$/, Reply],
  [/^backstage\./, Done],
  [/^findSubject$/, Found],
  [/^webhookFormat\.render$/, Message],
];

/** What is wrong with the value that the code at this place has returned, in words; `undefined` if nothing is. */
export function misfitOf(place: string, value: unknown): string | undefined {
  const [, result] = RESULTS.find(([places]) => places.test(place)) ?? [];
  const [fault] = result ? mismatches(result, value, 1) : [];
  if (!fault) return undefined;
  const { pointer, expected, was } = fault;
  if (value === undefined) return `expected it to return ${expected}, was nothing; a "return" may be missing`;
  const names = pointer.split('/').slice(1);
  const found = names.reduce<unknown>((outer, name) => (outer as Readonly<Record<string, unknown>>)[name], value);
  return `expected it to return ${names.length === 0 ? '' : `at ${pointer} `}${expected}, was ${wordsFor(found) ?? was}`;
}

/** An object may hold secrets, and itself: it is named, not shown. */
function wordsFor(value: unknown): string | undefined {
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null)
    return `an object with ${Object.keys(value).join(', ') || 'no field'}`;
  return undefined;
}
