import type { TSchema } from '@sinclair/typebox';
import { DEEPEST } from './calls/deep.js';
import { isMeta, judgeStray } from './calls/judge.js';
import { judgeRequest } from './calls/request.js';
import type { CallVerdict, SeenCall } from './calls/verdict.js';
import type { Contract, Operation, Violation } from './contract.js';
import { findKnown, findOperation } from './find-operation.js';
import { parseWithin } from './json/depth.js';
import { askedOnce, ofEach } from './known-texts.js';
import { redactorFor } from './redact.js';
import { describe, mismatches, type Mismatch } from './schemas/schema.js';

/** A request of a client and what it was answered. Bodies are the exact texts. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request: { readonly body: string };
  readonly response: { readonly status: number; readonly body: string };
}

/** Everything in an exchange that the contract does not allow, or that its writer surely did not mean. */
export function check({ method, path, request, response }: Exchange, contract: Contract): Violation[] {
  const { status, body } = response;
  const call = { ...BARE, method, path, body: request.body, status };
  const operation = findOperation(contract, method, path);
  if (operation)
    return [...violationsOf(judgeRequest(call, operation, OPTIONS)), ...checkResponse(operation, status, body)];
  return isMeta(method) || findKnown(contract, method, path) ? [] : violationsOf(judgeStray(call, contract));
}

/** What of a request the contract does not know or allow. Meant for requests that were accepted. */
export const checkRequest = (operation: Operation, body: string): Violation[] =>
  violationsOf(judgeRequest({ ...BARE, body }, operation, OPTIONS));

/** A call of which no more is known than what is put in its place: the rest is not judged. */
const BARE: SeenCall = { method: '', path: '', query: undefined, headers: {}, body: undefined, status: 0 };
/** So many places of one body are told one by one; more are told as one, with their number. */
const OPTIONS = { refused: false, redact: redactorFor(), told: 10 } as const;

/** What is only worth knowing is no violation. */
export const violationsOf = (verdicts: readonly CallVerdict[]): Violation[] =>
  verdicts.flatMap(({ rule, severity, pointer, expected, was, nearest }) =>
    severity === 'note'
      ? []
      : [{ rule, severity, pointer, expected, was, ...(nearest === undefined ? {} : { nearest }) }],
  );

/** What of an answer the contract does not allow. */
export function checkResponse(operation: Operation, status: number, body: string): Violation[] {
  const expected = operation.responses[status];
  if (!expected) {
    const known = Object.keys(operation.responses).join(', ');
    return [
      { rule: 'undocumented-status', severity: 'error', pointer: '', expected: `one of ${known}`, was: String(status) },
    ];
  }
  if (body === '' && (!expected.body || expected.bodyIsOptional)) return [];
  if (!expected.body) {
    return [
      { rule: 'response-not-empty', severity: 'error', pointer: '', expected: 'an empty body', was: describe(body) },
    ];
  }
  const { contentType = 'application/json', body: schema } = expected;
  if (!contentType.startsWith('application/json')) return wrongAnswer(mismatches(schema, body));
  // What is made is new each time.
  return operation.method === 'GET' ? [...answers(schema)(body)] : wrongJson(schema, body);
}

const answers = ofEach((schema: TSchema) => askedOnce((body) => wrongJson(schema, body)));

function wrongJson(schema: TSchema, body: string): Violation[] {
  const value = parse(body);
  return wrongAnswer(mismatches(schema, value === UNREADABLE ? undefined : value));
}

const wrongAnswer = (found: readonly Mismatch[]): Violation[] =>
  found.map((mismatch) => ({ rule: 'response-body', severity: 'error', ...pick(mismatch) }));

/** What of a webhook's body the contract does not allow. */
export function checkWebhook(contract: Contract, type: string, body: string): Violation[] {
  const webhook = contract.webhooks.find((candidate) => candidate.type === type);
  if (!webhook) {
    const known = contract.webhooks.map((candidate) => candidate.type).join(', ');
    return [{ rule: 'unknown-webhook', severity: 'error', pointer: '', expected: `one of ${known}`, was: type }];
  }
  const value = parse(body);
  return mismatches(webhook.body, value === UNREADABLE ? undefined : value).map((mismatch): Violation => ({
    rule: 'webhook-body',
    severity: 'error',
    ...pick(mismatch),
  }));
}

const pick = ({ pointer, expected, was }: { pointer: string; expected: string; was: string }) => ({
  pointer,
  expected,
  was,
});

const UNREADABLE = Symbol('not JSON');

function parse(text: string): unknown {
  try {
    return parseWithin(DEEPEST, text);
  } catch {
    return UNREADABLE;
  }
}
