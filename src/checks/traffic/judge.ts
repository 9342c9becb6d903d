import type { Operation } from '../../contracts/contract.js';
import { isMeta, judgeCall, judgePrefix, judgeStray } from '../../contracts/calls/judge.js';
import type { SeenCall } from '../../contracts/calls/verdict.js';
import { findOperation } from '../../contracts/find-operation.js';
import type { Finding, Place, Severity } from '../finding.js';
import type { Exchange } from './exchange.js';
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

const seen = ({ method, url, request, response }: Exchange, { path }: Addressed): SeenCall => ({
  method,
  path,
  query: url.search.slice(1),
  headers: request.headers,
  body: request.body,
  status: response?.status ?? 0,
});

const RULES = new Map<string, (typeof TRAFFIC_RULES)[number]>(TRAFFIC_RULES.map((rule) => [rule.name, rule]));

/** Everything that is wrong with one exchange, which stands somewhere in a file. */
export function judge(exchange: Exchange, addressed: Addressed, at: Place, options: JudgeOptions): Finding[] {
  const { contract, path, redact, named, lacks = '' } = addressed;
  const { method } = exchange;
  if (isMeta(method)) return [];
  const operation: Operation | undefined = findOperation(contract, method, path);
  const call = seen(exchange, addressed);
  const verdicts: Verdict[] = [
    ...judgeUrl(exchange, addressed),
    ...(lacks === '' ? [] : [judgePrefix({ method, path: exchange.url.pathname }, { lacks, whole: path, contract })]),
    ...(operation
      ? judgeCall(call, operation, { ...options, redact })
      : judgeStray(call, contract, [named, [contract]])),
    ...judgeEnd(exchange, operation, addressed),
  ];
  const where: Place = {
    ...at,
    exchange: exchange.number,
    provider: contract.provider,
    operation: operation?.id ?? `${method} ${path.slice(lacks.length)}`,
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

/** What is wrong with the address itself, whatever it leads to. */
const judgeUrl = ({ url }: Exchange, { isPublic }: Addressed): Verdict[] => [
  ...(url.username === '' && url.password === ''
    ? []
    : [{ rule: 'secret-in-url', message: 'The URL holds a user and a password.', was: '[redacted]@' } as const]),
  ...(isPublic && url.protocol === 'http:'
    ? [{ rule: 'plain-http', message: `${url.hostname} was called by http.`, expected: 'https', was: 'http' } as const]
    : []),
];

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
