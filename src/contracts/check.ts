import type { TSchema } from '@sinclair/typebox';
import type { Contract, KnownCall, Operation, Violation } from './contract.js';
import { parseWithin } from './json-depth.js';
import { askedOnce, ofEach } from './known-texts.js';
import { describe, mismatches, shorten, unknownFields, type Mismatch, type UnknownField } from './schema.js';

/** A request of a client and what it was answered. Bodies are the exact texts. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request: { readonly body: string };
  readonly response: { readonly status: number; readonly body: string };
}

/** Everything in an exchange that the contract does not allow, or that its writer surely did not mean. */
export function check(exchange: Exchange, contract: Contract): Violation[] {
  const operation = findOperation(contract, exchange.method, exchange.path);
  if (!operation) {
    if (findKnown(contract, exchange.method, exchange.path)) return [];
    return [
      {
        rule: 'unknown-operation',
        severity: 'error',
        pointer: '',
        expected: `an operation of ${contract.title}`,
        was: `${exchange.method} ${exchange.path}`,
      },
    ];
  }
  const { status, body } = exchange.response;
  const request = status < 400 ? checkRequest(operation, exchange.request.body) : [];
  return [...request, ...checkResponse(operation, status, body)];
}

/** The operation that serves a method and a path, if the contract has one. */
export function findOperation<O extends { readonly method: string; readonly path: string }>(
  contract: { readonly operations: readonly O[] },
  method: string,
  path: string,
): O | undefined {
  return contract.operations.find((operation) => operation.method === method && pathPattern(operation).test(path));
}

/** The call that the vendor has and greenroom does not serve, if this is one. */
export const findKnown = ({ known = [] }: Contract, method: string, path: string): KnownCall | undefined =>
  findOperation({ operations: known }, method, path);

const patterns = new Map<string, RegExp>();

function pathPattern({ path }: Pick<Operation, 'path'>): RegExp {
  let pattern = patterns.get(path);
  if (!pattern) {
    pattern = new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);
    patterns.set(path, pattern);
  }
  return pattern;
}

/** What of a request the contract does not know or allow. Meant for requests that were accepted. */
export function checkRequest(operation: Operation, body: string): Violation[] {
  return operation.body && body !== '' ? [...requests(operation.body)(body)] : [];
}

const requests = ofEach((schema: TSchema) =>
  askedOnce((body): Violation[] => {
    const value = parse(body);
    if (value === UNREADABLE) return [];
    return [...wrongPlaces(mismatches(schema, value, COUNTED + 1)), ...strayFields(unknownFields(schema, value))];
  }),
);

/** So many places of one body are told one by one; more are told as one, with their number. */
const TOLD = 10;
/** So many are counted: each takes a while to find, and a body may have a hundred thousand. */
const COUNTED = 1000;

function wrongPlaces(found: readonly Mismatch[]): Violation[] {
  const common = { rule: 'request-body', severity: 'error' } as const;
  if (found.length <= TOLD) return found.map((mismatch) => ({ ...common, ...pick(mismatch) }));
  const places = found.slice(0, TOLD).map(({ pointer, was }) => `${shorten(pointer)} (${was})`);
  const number = found.length > COUNTED ? `more than ${COUNTED}` : found.length;
  const was = `${number} places where it does not: ${places.join(', ')} …`;
  return [{ ...common, pointer: '', expected: 'a body that fits the contract', was }];
}

function strayFields(found: readonly UnknownField[]): Violation[] {
  const common = { rule: 'unknown-field', severity: 'warning' } as const;
  if (found.length > TOLD) {
    const names = found.slice(0, TOLD).map(({ name }) => describe(name));
    const was = `${found.length} that are not known: ${names.join(', ')} …`;
    return [{ ...common, pointer: '', expected: 'known fields', was }];
  }
  return found.map(({ pointer, name, nearest }) => ({
    ...common,
    pointer,
    expected: nearest ? `a known field, perhaps "${nearest}"` : 'a known field',
    was: describe(name),
    ...(nearest === undefined ? {} : { nearest }),
  }));
}

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

/** Deeper than any message of a vendor, and not so deep that a reader runs out of stack: levels of objects and lists. */
export const DEEPEST = 1000;

function parse(text: string): unknown {
  try {
    return parseWithin(DEEPEST, text);
  } catch {
    return UNREADABLE;
  }
}
