import type { Basis, Operation } from '../../contracts/contract.js';
import { schemaNotes } from '../../contracts/schema-notes.js';
import { checkQuery } from '../../contracts/query.js';
import type { Redactor } from '../../contracts/redact.js';
import { matches, mismatches, unknownFields } from '../../contracts/schema.js';
import { isTooDeep, tooDeep } from './deep.js';
import type { Exchange } from './exchange.js';
import type { JudgeOptions, Verdict } from './judge.js';
import { shown, shownText } from './shown.js';

/** What of a request the contract does not know or allow. A request that was refused is judged when asked for. */
export function judgeRequest(
  exchange: Exchange,
  operation: Operation,
  { refused, redact }: JudgeOptions & { readonly redact: Redactor },
): Verdict[] {
  const status = exchange.response?.status ?? 0;
  if (status >= 400 && !refused) return [];
  return [
    ...(operation.undocumented
      ? [{ rule: 'undocumented-use', message: `${operation.id} is not in the published API.` } as const]
      : []),
    ...judgeQuery(exchange, operation, redact),
    ...judgeBody(exchange, operation, redact),
  ];
}

function judgeQuery({ url }: Exchange, operation: Operation, redact: Redactor): Verdict[] {
  const { wrong, unknown } = checkQuery(operation, url.search);
  const known = operation.query;
  const used = known ? schemaNotes(known, Object.fromEntries(url.searchParams)) : [];
  return [
    ...wrong.map(({ pointer, expected, value, basis }): Verdict => ({
      rule: 'invalid-query',
      message: `The query parameter "${pointer.slice(1)}" of ${operation.id} is not what the vendor takes.`,
      pointer: `?${pointer.slice(1)}`,
      expected,
      was: shown(pointer, value, redact),
      ...(basis === undefined ? {} : { basis }),
    })),
    ...unknown.map(({ name, nearest }): Verdict => ({
      rule: 'unknown-query',
      message: `${operation.id} has no parameter "${name}"${nearest === undefined ? '' : `; "${nearest}" is near`}.`,
      pointer: `?${name}`,
    })),
    ...used.map(({ kind, pointer, text }): Verdict => ({
      rule: `${kind}-use`,
      message: `The parameter "${pointer.slice(1)}" of ${operation.id} is ${text ?? 'not in the published API'}.`,
      pointer: `?${pointer.slice(1)}`,
    })),
  ];
}

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\b/i;
/** Other forms of a body, which the contracts do not describe. */
const FORM_TYPE = /^(application\/x-www-form-urlencoded|multipart\/)/i;

function judgeBody({ request }: Exchange, operation: Operation, redact: Redactor): Verdict[] {
  const { body: schema, id } = operation;
  const { body: text, headers } = request;
  const type = headers['content-type'] ?? '';
  if (!schema || text === undefined || FORM_TYPE.test(type)) return [];
  // Fields that may all be left out may be left out together.
  if (text === '' && matches(schema, {})) return [];
  if (isTooDeep(text)) return [tooDeep(`The body of ${id}`)];
  const value = parse(text);
  if (text !== '' && value === undefined) {
    if (!JSON_TYPE.test(type)) return [];
    return [
      {
        rule: 'request-not-json',
        message: `The body of ${id} is not JSON.`,
        expected: 'JSON',
        was: shownText(text, redact),
      },
    ];
  }
  const basis = basisOf(operation);
  return [
    ...mismatches(schema, value).map(({ pointer, expected, value: was, basis: own }): Verdict => ({
      rule: 'request-body',
      message: `The request of ${id} breaks the contract${pointer === '' ? '' : ` at ${pointer}`}.`,
      pointer,
      expected,
      was: shown(pointer, was, redact),
      basis: own ?? basis,
    })),
    ...unknownFields(schema, value).map(({ pointer, name, nearest }): Verdict => {
      const misspelt = nearest !== undefined;
      return {
        rule: misspelt ? 'misspelt-field' : 'unknown-field',
        message: `${id} has no field "${name}"${misspelt ? `; "${nearest}" is near` : ''}.`,
        pointer,
      };
    }),
    ...schemaNotes(schema, value).map(({ kind, pointer, text: instead }): Verdict => ({
      rule: `${kind}-use`,
      message: `The field ${pointer} of ${id} is ${instead ?? 'not in the published API'}.`,
      pointer,
    })),
  ];
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
