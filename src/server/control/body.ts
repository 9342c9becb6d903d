import type { Static, TSchema } from '@sinclair/typebox';
import { ValueErrorType } from '@sinclair/typebox/errors';
import { formatInstant, INSTANT_FORMS, LAST_INSTANT, parseInstant, type Micros } from '../../clock/instant.js';
import { isDeeperThan } from '../../contracts/json/depth.js';
import { withoutMark } from '../../contracts/json/file.js';
import { advise } from '../../contracts/schemas/advice.js';
import { mismatches, unknownFields, type Mismatch } from '../../contracts/schemas/schema.js';
import { GreenroomError, messageOf, misfit } from '../../errors.js';
import { placeAt } from '../../told.js';

/** The body of a call, valid by this schema. Throws MALFORMED_JSON and INVALID_BODY. */
export function readBody<S extends TSchema>(text: string, schema: S): Static<S> {
  const value = parseBody(text, schema['expected']);
  assertBody(schema, value);
  return value;
}

/** Throws INVALID_BODY for the first thing in the value that its schema does not want; `at` is where it stands in the body. */
export function assertBody<S extends TSchema>(schema: S, value: unknown, at = ''): asserts value is Static<S> {
  const [fault] = mismatches(schema, value, 1);
  if (fault) throw invalidBody(schema, value, fault, at);
}

/** An instant of a body, which its schema knows by its form alone. Throws INVALID_BODY for a day that does not exist. */
export function instantAt(pointer: string, text: string, doing: string): Micros {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  const expected = `${INSTANT_FORMS}, up to ${formatInstant(LAST_INSTANT)}`;
  throw misfit(placeAt(doing, pointer), { expected, was: text, shown: `"${text}"` });
}

/** The body of a call; without one, `{}`. Throws MALFORMED_JSON, which says how a form is written, or what is `expected`. */
export function parseBody(sent: string, expected?: unknown): unknown {
  const text = withoutMark(sent);
  if (isDeeperThan(DEEPEST, text)) throw tooDeep();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    const advice = adviceFor(text, expected);
    throw new GreenroomError(
      'MALFORMED_JSON',
      `Failed to read the body: it is not JSON (${messageOf(error)}).${advice}`,
    );
  }
}

/** What to write or send instead, as a sentence; a shell on Windows may have written a file in UTF-16. */
function adviceFor(text: string, expected: unknown): string {
  if (text.startsWith('\u001F')) return ' Send it as it is, not packed by gzip.';
  if (text.includes('\0')) return ' Write it in UTF-8.';
  const asJson = FORM.test(text) ? JSON.stringify(Object.fromEntries(new URLSearchParams(text))) : expected;
  return typeof asJson === 'string' ? ` Write ${asJson}.` : '';
}

function nearestField(schema: TSchema, value: unknown, { type, pointer }: Mismatch): string | undefined {
  if (type !== ValueErrorType.ObjectAdditionalProperties) return undefined;
  return unknownFields(schema, value).find((unknown) => unknown.pointer === pointer)?.nearest;
}

/** What curl sends for `-d by=1h`. */
const FORM = /^\w+=.{0,99}$/;

/** Nothing that means anything is nested so deep. */
const DEEPEST = 200;

const tooDeep = (): GreenroomError => {
  const expected = `at most ${DEEPEST} levels of objects and lists`;
  return new GreenroomError('INVALID_BODY', `Failed to read the body: expected ${expected}, were more.`, {
    pointer: '',
    expected,
    was: 'more',
  });
};

function invalidBody(schema: TSchema, value: unknown, fault: Mismatch, at: string): GreenroomError {
  const pointer = at + fault.pointer;
  const { expected, was, nearest = nearestField(schema, value, fault) } = fault;
  const place = { pointer, text: `Failed to read the body: at ${pointer || '/'}, ` };
  return misfit(place, { expected, was, shown: was, advice: advise(fault, nearest), nearest });
}
