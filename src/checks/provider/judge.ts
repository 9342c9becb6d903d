import { ValueErrorType } from '@sinclair/typebox/errors';
import type { Basis, ResponseContract } from '../../contracts/contract.js';
import { mismatches } from '../../contracts/schemas/schema.js';
import type { Answer } from './client.js';
import { missingPlaces } from './example.js';
import type { Probe } from './probes.js';
import type { ProviderRule } from './rules.js';

/** What a rule found, before its place is added. */
export interface Verdict {
  readonly rule: ProviderRule;
  readonly message: string;
  readonly pointer?: string;
  readonly expected?: string;
  readonly was?: string;
  readonly basis?: Basis;
}

/** Where an answer and the contract disagree. One disagreement about the status is enough for one answer. */
export function judgeAnswer(probe: Probe, answer: Answer): Verdict[] {
  const { operation, what } = probe;
  const { status } = answer;
  if (status === 429) return [{ rule: 'rate-limited', message: `${operation.id} ${what} was turned away.` }];
  const contract = operation.responses[status];
  const wrong = judgeStatus(probe, answer);
  if (wrong) return [wrong];
  if (!contract) return [];
  return [...judgeHeaders(probe, contract, answer), ...judgeBody(probe, contract, answer)];
}

/** An answer that leads elsewhere says nothing of the operation. */
const isRedirect = ({ status }: Answer): boolean => status >= 300 && status < 400 && status !== 304;

function judgeStatus({ operation, what, expected, call }: Probe, answer: Answer): Verdict | undefined {
  const { status, headers } = answer;
  if (expected.includes(status)) return undefined;
  if (isRedirect(answer) && !operation.responses[status]) {
    const to = headers.get('location');
    const message = `${operation.id} ${what} is redirected${to === null ? '' : ` to ${short(to)}`}.`;
    return { rule: 'redirected', message, expected: expected.join(' or '), was: String(status) };
  }
  const facts = { expected: expected.join(' or '), was: String(status) };
  const stranger = expected.length === 1 && expected[0] === 401;
  if (stranger && status < 400)
    return { rule: 'auth-not-enforced', message: `${operation.id} ${what} is served.`, ...facts };
  if (stranger && (status === 404 || status === 405))
    return { rule: 'operation-missing', message: `There is no ${operation.method} ${operation.path}.`, ...facts };
  if (!stranger && status === 401 && call.authorization !== undefined)
    return { rule: 'key-refused', message: `${operation.id} ${what} refuses the key.`, ...facts };
  if (!operation.responses[status])
    return { rule: 'undocumented-status', message: `${operation.id} ${what} is answered ${status}.`, ...facts };
  return { rule: 'unexpected-status', message: `${operation.id} ${what} is answered ${status}.`, ...facts };
}

function judgeHeaders(
  { operation, what }: Probe,
  contract: ResponseContract,
  { status, headers, body }: Answer,
): Verdict[] {
  const basis = contract.evidence.basis;
  const wanted = contract.contentType?.split(';', 1)[0];
  const type = headers.get('content-type')?.split(';', 1)[0];
  return [
    ...(status === 401 && !headers.has('www-authenticate')
      ? [{ rule: 'challenge-missing', message: `The 401 of ${operation.id} ${what} has no challenge.`, basis } as const]
      : []),
    ...(body !== '' && wanted !== undefined && type !== wanted
      ? [
          {
            rule: 'content-type',
            message: `The ${status} of ${operation.id} has another content type.`,
            expected: wanted,
            was: type ?? 'none',
            basis,
          } as const,
        ]
      : []),
  ];
}

function judgeBody(probe: Probe, contract: ResponseContract, { status, body }: Answer): Verdict[] {
  const { operation, example } = probe;
  const basis = contract.bodyBasis ?? contract.evidence.basis;
  const of = `The ${status} of ${operation.id}`;
  if (!contract.body) {
    if (body === '') return [];
    return [{ rule: 'answer-not-empty', message: `${of} has a body.`, expected: 'no body', was: short(body), basis }];
  }
  if (body === '') {
    if (contract.bodyIsOptional) return [];
    return [{ rule: 'answer-lacks', message: `${of} has no body.`, expected: 'a body', was: 'nothing', basis }];
  }
  const isJson = (contract.contentType ?? 'application/json').startsWith('application/json');
  const value: unknown = isJson ? parse(body) : body;
  const drift = mismatches(contract.body, value).map(({ pointer, expected, was, type, basis: own }): Verdict => {
    const found = { pointer, basis: own ?? basis };
    if (type === ValueErrorType.ObjectAdditionalProperties)
      return { rule: 'answer-new-field', message: `${of} has a new field ${pointer}.`, ...found };
    if (type === ValueErrorType.ObjectRequiredProperty)
      return { rule: 'answer-lacks', message: `${of} lacks ${pointer}.`, expected, was: 'missing', ...found };
    const shown = value === undefined ? short(body) : short(was);
    return {
      rule: 'answer-outside',
      message: `${of} is outside the contract at ${pointer || '/'}.`,
      expected,
      was: shown,
      ...found,
    };
  });
  const shape = example ? missingPlaces(example.response!.body, value) : [];
  return [
    ...drift,
    ...shape.map((pointer): Verdict => ({
      rule: 'fixture-differs',
      message: `${of} has no ${pointer}, and the example "${example!.name}" has.`,
      pointer,
      basis: example!.basis,
    })),
  ];
}

const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
