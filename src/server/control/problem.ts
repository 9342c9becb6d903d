import { GreenroomError, type ErrorCode, messageOf } from '../../errors.js';
import type { Reply } from '../providers/provider.js';

/** The page docs/http.md lists them. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  CLOCK_BACKWARDS: 422,
  CLOCK_BUSY: 409,
  DIVERGED: 409,
  CONFLICT: 409,
  FAKED_TIMERS: 500,
  FORBIDDEN: 403,
  FORBIDDEN_HOST: 403,
  HOLD_EXPIRED: 409,
  INVALID_BODY: 422,
  INVALID_VENDOR: 500,
  INVALID_SCENARIO: 422,
  LOCKSTEP_BROKEN: 409,
  JOB_LIMIT: 409,
  LIMIT_REACHED: 507,
  MALFORMED_JSON: 400,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  NOT_REACHED: 409,
  PAYLOAD_TOO_LARGE: 413,
  PORT_IN_USE: 500,
  REFUSED: 409,
  STORE_FAILED: 507,
  TIMEOUT: 408,
  UNAUTHORIZED: 401,
  UNKNOWN_SCENARIO: 422,
  UNKNOWN_WORKSPACE: 404,
  UNREACHABLE: 500,
  USAGE: 422,
};

/** An error as `application/problem+json` (RFC 9457). One that is not ours tells no more than its message. */
export function problem(error: unknown): Reply {
  const known = error instanceof GreenroomError ? error : undefined;
  const status = known ? STATUS[known.code] : 500;
  const code = known?.code ?? 'INTERNAL';
  const document = {
    type: `urn:greenroom:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' '),
    status,
    detail: messageOf(error),
    code,
    ...known?.details,
    // For doors that have words of their own for places and calls.
    ...(known?.sentence === undefined ? {} : { parts: known.sentence.parts }),
  };
  const methods = known?.details['methods'];
  const headers = {
    'Content-Type': 'application/problem+json',
    ...(Array.isArray(methods) ? { Allow: methods.join(', ') } : {}),
  };
  return { status, headers, body: JSON.stringify(document) };
}
