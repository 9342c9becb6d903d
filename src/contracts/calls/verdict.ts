import type { Basis } from '../contract.js';

/** Everything that can be wrong with a call of a client, whoever judges it, and how bad it is. */
export const CALL_SEVERITIES = {
  'unknown-operation': 'error',
  'prefix-missing': 'warning',
  'wrong-method': 'error',
  'request-body': 'error',
  'request-not-json': 'error',
  'too-deep': 'error',
  'misspelt-field': 'warning',
  'unknown-field': 'warning',
  'invalid-query': 'error',
  'unknown-query': 'warning',
  'deprecated-use': 'warning',
  'undocumented-use': 'note',
  'missing-auth': 'error',
  'wrong-auth-scheme': 'error',
  'placeholder-auth': 'error',
  'secret-in-url': 'error',
} as const;

export type CallRule = keyof typeof CALL_SEVERITIES;

/** One thing that is wrong with a call. */
export interface CallVerdict {
  readonly rule: CallRule;
  /** What rests on an assumption is a note, whatever the rule says. */
  readonly severity: 'error' | 'warning' | 'note';
  /** One sentence for people. */
  readonly message: string;
  /** JSON pointer into the body, `?name` for a parameter; empty for the whole. */
  readonly pointer: string;
  readonly expected: string;
  readonly was: string;
  /** The known name that was probably meant. */
  readonly nearest?: string;
  readonly basis?: Basis;
}

type Found = Pick<CallVerdict, 'message' | 'expected' | 'was'> &
  Partial<Pick<CallVerdict, 'pointer'>> & {
    readonly basis?: Basis | undefined;
    readonly nearest?: string | undefined;
  };

export function verdict(rule: CallRule, { message, pointer = '', expected, was, nearest, basis }: Found): CallVerdict {
  return {
    rule,
    severity: basis === 'assumed' ? 'note' : CALL_SEVERITIES[rule],
    message,
    pointer,
    expected,
    was,
    ...(nearest === undefined ? {} : { nearest }),
    ...(basis === undefined ? {} : { basis }),
  };
}

/** A call as its judges see it. */
export interface SeenCall {
  readonly method: string;
  readonly path: string;
  /** Without `?`; `undefined` if nobody has it. */
  readonly query: string | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text; `undefined` if nobody has it. */
  readonly body: string | undefined;
  /** 0 if it was not answered. */
  readonly status: number;
}
