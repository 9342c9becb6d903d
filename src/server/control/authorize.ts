import { GreenroomError } from '../../errors.js';
import { foreignHost, isSameOrigin, namesThisMachine, pageOrigin } from '../callers.js';
import type { Caller } from '../shared/tenants.js';
import type { ControlOptions } from './call.js';

/**
 * Lets in programs on this machine, or whoever has the token; of a server that strangers share, whoever has one that opens
 * something. Throws UNAUTHORIZED, and FORBIDDEN_HOST for other machines and for web pages of other origins. What is open
 * holds nothing that a stranger may not know.
 */
export function authorize(
  { method, headers }: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  { controlToken, publicOrigin, tenants }: Pick<ControlOptions, 'controlToken' | 'publicOrigin' | 'tenants'>,
  isOpen: boolean,
): Caller {
  if (tenants) return isOpen ? {} : tenants.caller(headers['authorization']);
  if (controlToken !== undefined) {
    if (isOpen || headers['authorization'] === `Bearer ${controlToken}`) return {};
    throw new GreenroomError(
      'UNAUTHORIZED',
      'Failed to enter the control plane: it wants "Authorization: Bearer" with the --control-token.',
    );
  }
  if (!namesThisMachine(headers, publicOrigin)) {
    throw new GreenroomError('FORBIDDEN_HOST', `Failed to enter the control plane: ${foreignHost(headers['host'])}`);
  }
  if (!isSameOrigin(method, headers, publicOrigin)) {
    throw new GreenroomError(
      'FORBIDDEN_HOST',
      `Failed to enter the control plane: a web page of ${pageOrigin(headers) ?? 'another origin'} may not call it.`,
    );
  }
  return {};
}
