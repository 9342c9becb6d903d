import type { TSchema } from '@sinclair/typebox';
import type { Basis, Operation } from '../contract.js';
import { askedOnce, ofEach } from '../known-texts.js';
import { checkQuery } from '../query.js';
import type { Redactor } from '../redact.js';
import { schemaNotes, type SchemaNote } from '../schemas/notes.js';
import {
  describe,
  matches,
  mismatches,
  shorten,
  unknownFields,
  type Mismatch,
  type UnknownField,
} from '../schemas/schema.js';
import { isTooDeep, tooDeep } from './deep.js';
import { shown, shownText } from './shown.js';
import { verdict, type CallVerdict, type SeenCall } from './verdict.js';

export interface RequestOptions {
  /** Judge also what the vendor refused as a whole. */
  readonly refused: boolean;
  readonly redact: Redactor;
  /** Places of one body that are told one by one; more are told as one. All of them if it is not given. */
  readonly told?: number;
}

/**
 * What of a request the contract does not know or allow. Of one that was refused, a field that was surely meant to be another is
 * told in any case: the vendor says that it is wrong, if at all, and not which one was meant.
 */
export function judgeRequest(call: SeenCall, operation: Operation, options: RequestOptions): CallVerdict[] {
  if (call.status >= 400 && !options.refused)
    return judgeBody(call, operation, options).filter(({ rule }) => rule === 'misspelt-field');
  return [
    ...(operation.undocumented ? [undocumented(operation.id)] : []),
    ...judgeQuery(call, operation, options),
    ...judgeBody(call, operation, options),
  ];
}

const undocumented = (id: string): CallVerdict =>
  verdict('undocumented-use', {
    message: `${id} is not in the published API.`,
    expected: 'an operation of the published API',
    was: id,
  });

const judgeQuery = ({ query }: SeenCall, operation: Operation, { redact }: RequestOptions): readonly CallVerdict[] =>
  query === undefined || (query === '' && !operation.query?.required) ? [] : queries(redact)(operation)(query);

const queries = ofEach((redact: Redactor) =>
  ofEach((operation: Operation) => askedOnce((query) => findInQuery(query, operation, redact))),
);

function findInQuery(query: string, operation: Operation, redact: Redactor): CallVerdict[] {
  const { id, query: known } = operation;
  const { wrong, unknown } = checkQuery(operation, query);
  const used = known ? schemaNotes(known, Object.fromEntries(new URLSearchParams(query))) : [];
  return [
    ...wrong.map(({ pointer, expected, value, basis, nearest }) =>
      verdict('invalid-query', {
        message: `The query parameter "${pointer.slice(1)}" of ${id} is not what the vendor takes.`,
        pointer: `?${pointer.slice(1)}`,
        expected,
        was: shown(pointer, value, redact),
        basis,
        nearest,
      }),
    ),
    ...unknown.map(({ name, nearest }) =>
      verdict('unknown-query', {
        message: `${id} has no parameter "${name}"${isNear(nearest)}.`,
        pointer: `?${name}`,
        expected: knownOne('parameter', nearest),
        was: describe(name),
        nearest,
      }),
    ),
    ...used.map((note) => judgeUse(note, `The parameter "${note.pointer.slice(1)}" of ${id}`, '?')),
  ];
}

const isNear = (nearest: string | undefined): string => (nearest === undefined ? '' : `; "${nearest}" is near`);

const knownOne = (what: string, nearest: string | undefined): string =>
  nearest === undefined ? `a known ${what}` : `a known ${what}, perhaps "${nearest}"`;

const judgeUse = ({ kind, pointer, text = 'not in the published API' }: SchemaNote, what: string, sign = '/') =>
  verdict(`${kind}-use`, {
    message: `${what} is ${text}.`,
    pointer: sign + pointer.slice(1),
    expected: kind === 'deprecated' ? 'what has replaced it' : 'what is in the published API',
    was: text,
  });

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\b/i;
/** Other forms of a body, which the contracts do not describe. */
const FORM_TYPE = /^(application\/x-www-form-urlencoded|multipart\/)/i;

function judgeBody({ body, headers }: SeenCall, operation: Operation, options: RequestOptions): readonly CallVerdict[] {
  const type = headers['content-type'] ?? '';
  if (!operation.body || body === undefined || FORM_TYPE.test(type)) return [];
  const found = bodies(options.redact)(operation)(options.told ?? Number.POSITIVE_INFINITY)(body);
  return JSON_TYPE.test(type) ? found : found.filter(({ rule }) => rule !== 'request-not-json');
}

const bodies = ofEach((redact: Redactor) =>
  ofEach((operation: Operation) => {
    const made = new Map<number, (body: string) => readonly CallVerdict[]>();
    return (told: number) => {
      let find = made.get(told);
      if (!find) made.set(told, (find = askedOnce((body) => findInBody(body, operation, { redact, told }))));
      return find;
    };
  }),
);

type Telling = Required<Pick<RequestOptions, 'redact' | 'told'>>;

function findInBody(body: string, operation: Operation, telling: Telling): CallVerdict[] {
  const { id } = operation;
  const schema = operation.body!;
  // Fields that may all be left out may be left out together.
  if (body === '' && matches(schema, {})) return [];
  if (isTooDeep(body)) return [verdict('too-deep', tooDeep(`The body of ${id}`))];
  const value = parse(body);
  if (body !== '' && value === undefined) {
    const message = `The body of ${id} is not JSON.`;
    return [verdict('request-not-json', { message, expected: 'JSON', was: shownText(body, telling.redact) })];
  }
  return [
    ...wrongPlaces(schema, value, operation, telling),
    ...strayFields(unknownFields(schema, value), id, telling),
    ...schemaNotes(schema, value).map((note) => judgeUse(note, `The field ${note.pointer} of ${id}`)),
  ];
}

/** So many are counted where not all are told: each takes a while to find, and a body may have a hundred thousand. */
const COUNTED = 1000;

function wrongPlaces(schema: TSchema, value: unknown, operation: Operation, { redact, told }: Telling): CallVerdict[] {
  const found = mismatches(schema, value, Number.isFinite(told) ? COUNTED + 1 : told);
  const basis = basisOf(operation);
  const wasAt = ({ pointer, value: was }: Mismatch): string => shown(pointer, was, redact);
  const message = `The request of ${operation.id} breaks the contract`;
  if (found.length <= told)
    return found.map((mismatch) => {
      const { pointer, expected, basis: own = basis, nearest } = mismatch;
      const at = pointer === '' ? '' : ` at ${pointer}`;
      const was = wasAt(mismatch);
      return verdict('request-body', { message: `${message}${at}.`, pointer, expected, was, basis: own, nearest });
    });
  const places = found.slice(0, told).map((one) => `${shorten(one.pointer)} (${wasAt(one)})`);
  const number = found.length > COUNTED ? `more than ${COUNTED}` : found.length;
  const was = `${number} places where it does not: ${places.join(', ')} …`;
  return [verdict('request-body', { message: `${message}.`, expected: 'a body that fits the contract', was, basis })];
}

function strayFields(found: readonly UnknownField[], id: string, { told }: Telling): CallVerdict[] {
  if (found.length > told) {
    const first = found.slice(0, told);
    const was = `${found.length} that are not known: ${first.map(({ name }) => describe(name)).join(', ')} …`;
    const isMisspelt = first.some(({ nearest }) => nearest !== undefined);
    return [
      verdict(isMisspelt ? 'misspelt-field' : 'unknown-field', {
        message: `${id} does not know these fields.`,
        expected: 'known fields',
        was,
      }),
    ];
  }
  return found.map(({ pointer, name, nearest }) =>
    verdict(nearest === undefined ? 'unknown-field' : 'misspelt-field', {
      message: `${id} has no field "${name}"${isNear(nearest)}.`,
      pointer,
      expected: knownOne('field', nearest),
      was: describe(name),
      nearest,
    }),
  );
}

/** The best that is known of what an operation takes. */
function basisOf({ evidence }: Operation): Basis {
  const bases = evidence.map(({ basis }) => basis);
  return (['documented', 'observed'] as const).find((basis) => bases.includes(basis)) ?? 'assumed';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
