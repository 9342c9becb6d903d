import type { Operation } from '../../contracts/contract.js';
import { findOperation } from '../../contracts/check.js';
import { nearestOperation } from '../../contracts/nearest-operation.js';
import type { Finding, Place, Severity } from '../finding.js';
import { judgeAuth, judgeUrl } from './auth.js';
import type { Exchange } from './exchange.js';
import { judgeRequest } from './request.js';
import { judgeResponse } from './response.js';
import { TRAFFIC_RULES, type TrafficRule } from './rules.js';
import type { Addressed } from './vendors.js';

/** What a rule found, before its place is added. */
export type Verdict = { readonly rule: TrafficRule } & Partial<
  Pick<Finding, 'severity' | 'expected' | 'was' | 'advice' | 'basis'>
> & { readonly message: string; readonly pointer?: string };

export interface JudgeOptions {
  /** Judge also the bodies and queries of requests that the vendor refused. */
  readonly refused: boolean;
}

const RULES = new Map<string, (typeof TRAFFIC_RULES)[number]>(TRAFFIC_RULES.map((rule) => [rule.name, rule]));
/** Methods that are about a path, not calls of it. */
const META = new Set(['OPTIONS', 'HEAD', 'CONNECT', 'TRACE']);

/** Everything that is wrong with one exchange, which stands somewhere in a file. */
export function judge(exchange: Exchange, addressed: Addressed, at: Place, options: JudgeOptions): Finding[] {
  const { contract, path, redact } = addressed;
  const { method } = exchange;
  if (META.has(method)) return [];
  const operation: Operation | undefined = findOperation(contract, method, path);
  const verdicts = [
    ...judgeUrl(exchange, addressed),
    ...judgePrefix(exchange, addressed),
    ...(operation
      ? [...judgeAuth(exchange, operation), ...judgeRequest(exchange, operation, { ...options, redact })]
      : [judgeUnknown(exchange, addressed)]),
    ...judgeEnd(exchange, operation, addressed),
  ];
  const where: Place = {
    ...at,
    exchange: exchange.number,
    provider: contract.provider,
    operation: operation?.id ?? `${method} ${path}`,
  };
  return verdicts.map((verdict) => findingOf(verdict, where));
}

/** What came of the call. What somebody had planted there says nothing of the vendor. */
function judgeEnd(exchange: Exchange, operation: Operation | undefined, { path, redact }: Addressed): Verdict[] {
  const { method, response, faulted } = exchange;
  if (faulted) return [];
  if (response) return operation ? judgeResponse(exchange, response, { operation, redact }) : [];
  return [{ rule: 'unanswered', message: `${method} ${path} has no answer in the recording.` }];
}

const judgePrefix = ({ method, url }: Exchange, { contract, path, lacks }: Addressed): Verdict[] =>
  lacks === undefined
    ? []
    : [
        {
          rule: 'prefix-missing',
          message: `${method} ${url.pathname} was taken without ${lacks}, with which the paths of ${contract.title} begin.`,
          expected: path,
          was: url.pathname,
        },
      ];

function judgeUnknown({ method }: Exchange, { contract, path }: Addressed): Verdict {
  const taken = contract.operations.filter((one) => findOperation(contract, one.method, path) === one);
  if (taken.length > 0) {
    const known = taken.map((one) => one.method).join(', ');
    return { rule: 'wrong-method', message: `${path} does not take ${method}.`, expected: known, was: method };
  }
  const meant = nearestOperation([contract], method, path);
  return {
    rule: 'unknown-operation',
    message: `${contract.title} has no ${path}.`,
    expected: meant ? `perhaps ${meant.method} ${meant.path}` : `an operation of ${contract.title}`,
    was: `${method} ${path}`,
  };
}

function findingOf({ rule, message, pointer, severity, expected, was, advice, basis }: Verdict, where: Place): Finding {
  const known = RULES.get(rule)!;
  const usual: Severity = severity ?? known.severity;
  return {
    rule,
    severity: basis === 'assumed' ? 'note' : usual,
    message,
    where: pointer === undefined || pointer === '' ? where : { ...where, pointer },
    ...(expected === undefined ? {} : { expected }),
    ...(was === undefined ? {} : { was }),
    advice: advice ?? known.advice,
    ...(basis === undefined ? {} : { basis }),
  };
}
