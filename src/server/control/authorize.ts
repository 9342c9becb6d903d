import { GreenroomError } from '../../errors.js';
import type { ControlOptions } from './call.js';

/**
 * Lets in programs on this machine, or whoever has the token. Throws UNAUTHORIZED, and FORBIDDEN_HOST for other machines
 * and for web pages of other origins.
 */
export function authorize(
  headers: Readonly<Record<string, string>>,
  { controlToken, publicOrigin }: Pick<ControlOptions, 'controlToken' | 'publicOrigin'>,
): void {
  if (controlToken !== undefined) {
    if (headers['authorization'] === `Bearer ${controlToken}`) return;
    throw new GreenroomError(
      'UNAUTHORIZED',
      'Failed to enter the control plane: it wants "Authorization: Bearer" with the --control-token.',
    );
  }
  const host = hostOf(headers['host'] ?? '');
  const ownHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).hostname;
  if (!isLocal(host) && host !== ownHost) {
    throw new GreenroomError(
      'FORBIDDEN_HOST',
      `Failed to enter the control plane: the Host header must name this machine, was "${headers['host'] ?? ''}".`,
    );
  }
  const { origin } = headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== headers['host'])) {
    throw new GreenroomError(
      'FORBIDDEN_HOST',
      `Failed to enter the control plane: a web page of ${origin} may not call it.`,
    );
  }
}

const hostOf = (host: string): string => host.replace(/:\d+$/, '');
const isLocal = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
