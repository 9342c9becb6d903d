import { ValueErrorType } from '@sinclair/typebox/errors';
import { isTooDeep, tooDeep } from '../../contracts/calls/deep.js';
import { shown, shownText } from '../../contracts/calls/shown.js';
import type { Operation, ResponseContract } from '../../contracts/contract.js';
import type { Redactor } from '../../contracts/redact.js';
import { schemaNotes } from '../../contracts/schemas/notes.js';
import { mismatches } from '../../contracts/schemas/schema.js';
import type { Exchange } from './exchange.js';
import type { Verdict } from './judge.js';

/** The operation that was called, and what takes out the secrets of its vendor. */
interface Called {
  readonly operation: Operation;
  readonly redact: Redactor;
}

/** Where a vendor's answer has drifted from the contract, and where a client will stumble over it. */
export function judgeResponse(
  exchange: Exchange,
  { status, body }: NonNullable<Exchange['response']>,
  called: Called,
): Verdict[] {
  const { operation } = called;
  const expected = operation.responses[status];
  if (!expected) return [unknownStatus(operation, status)];
  if (body === undefined) return [];
  if (body === '') return judgeEmpty(exchange, operation, status, expected);
  if (!expected.body) return [unexpectedBody(called, status, body, expected)];
  return judgeBody(called, status, body, expected);
}

/** A server that fails is no drift; it is worth knowing. */
const unknownStatus = ({ id, responses }: Operation, status: number): Verdict => ({
  rule: 'undocumented-status',
  message: `${id} was answered ${status}.`,
  expected: `one of ${Object.keys(responses).join(', ')}`,
  was: String(status),
  ...(status >= 500 ? { severity: 'note' } : {}),
});

function judgeEmpty({ request }: Exchange, { id }: Operation, status: number, expected: ResponseContract): Verdict[] {
  if (expected.body && !expected.bodyIsOptional) {
    return [
      {
        rule: 'response-body',
        message: `The ${status} of ${id} has no body.`,
        expected: 'a body',
        was: 'nothing',
        basis: expected.bodyBasis ?? expected.evidence.basis,
      },
    ];
  }
  const accepts = request.headers['accept'] ?? '';
  const wantsJson = /json/i.test(accepts) && !accepts.includes('*/*') && status < 300;
  return wantsJson
    ? [{ rule: 'empty-answer', message: `The ${status} of ${id} has no body, and the client accepts "${accepts}".` }]
    : [];
}

const unexpectedBody = (
  { operation: { id }, redact }: Called,
  status: number,
  body: string,
  expected: ResponseContract,
): Verdict => ({
  rule: 'response-not-empty',
  message: `The ${status} of ${id} has a body.`,
  expected: 'an empty body',
  was: shownText(body, redact),
  basis: expected.bodyBasis ?? expected.evidence.basis,
});

function judgeBody(
  { operation: { id }, redact }: Called,
  status: number,
  body: string,
  expected: ResponseContract,
): Verdict[] {
  const isJson = (expected.contentType ?? 'application/json').startsWith('application/json');
  if (isJson && isTooDeep(body)) return [{ rule: 'too-deep', ...tooDeep(`The ${status} of ${id}`) }];
  const value: unknown = isJson ? parse(body) : body;
  const schema = expected.body!;
  const basis = expected.bodyBasis ?? expected.evidence.basis;
  const drift = mismatches(schema, value).map(
    ({ pointer, expected: wanted, value: was, type, basis: own }): Verdict => {
      if (type === ValueErrorType.ObjectAdditionalProperties)
        return {
          rule: 'unknown-response-field',
          message: `The ${status} of ${id} has a new field ${pointer}.`,
          pointer,
        };
      return {
        rule: 'response-body',
        message: `The ${status} of ${id} is outside the contract${pointer === '' ? '' : ` at ${pointer}`}.`,
        pointer,
        expected: wanted,
        was: value === undefined ? shownText(body, redact) : shown(pointer, was, redact),
        basis: own ?? basis,
      };
    },
  );
  const old = schemaNotes(schema, value).map(({ kind, pointer, text }): Verdict => ({
    rule: `${kind}-use`,
    message: `The ${status} of ${id} is ${text ?? 'not in the published API'}.`,
    pointer,
  }));
  return [...drift, ...old];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
