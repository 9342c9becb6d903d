import { hash } from 'node:crypto';
import { parseWithin } from '../../../../contracts/json/depth.js';
import type { World } from '../../../engine/world.js';
import type { VendorRequest } from '../../provider.js';
import { tagged } from '../../tags.js';
import { DEEPEST_BODY } from '../validate.js';

/**
 * By what a call finds its workspace: the bearer token; for OAuth, the client's secret in the body or its id in the
 * query; for files and pages, the key in their URL. A space keeps ids and keys apart from tokens, which have none.
 */

export const clientKey = (clientId: string): string => `client ${clientId}`;
export const linkKey = (key: string): string => `link ${key}`;

const CLIENT_PATHS = new Set(['/oauth/token', '/oauth/token/revoke', '/v1/application_calendars']);
const LINK = /^\/(?:store|dashboard\/meeting_agents)\/([^/]+)/;

export function credentialOf(request: VendorRequest): string | undefined {
  const { path, query, headers } = request;
  if (CLIENT_PATHS.has(path)) return textOf(readFields(request)?.['client_secret']);
  if (path === '/oauth/authorize' || path === '/oauth/permissions') {
    const id = new URLSearchParams(query).get('client_id');
    return id === null || id === '' ? undefined : clientKey(id);
  }
  const link = LINK.exec(path)?.[1];
  if (link !== undefined) return linkKey(link);
  return /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
}

/** A text with something in it. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The fields of a body, JSON or form (documented: either is taken); `undefined` for anything else. */
export function readFields({ headers, body }: VendorRequest): Record<string, unknown> | undefined {
  if ((headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    const value: unknown = body === '' ? {} : parseWithin(DEEPEST_BODY, body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A secret text of this length for something that has an id in its workspace: always the same. */
export const keyFor = (kind: string, id: string, length: number, secret: string): string =>
  digest(`${secret}/${kind}/${id}`).slice(0, length);

/**
 * A secret text of this length for something that the world gives out. Workspaces may have equal seeds and so equal
 * chance; their own secrets keep what they give out apart.
 */
export function issueText(world: World, kind: string, length: number, secret: string): string {
  return tagged(world.tag, keyFor(kind, world.random.alphanumeric(kind, 32), length, secret), length);
}

/** Has a credential that this world gives out lead to its workspace. */
export const tellIssued = (world: World, credential: string): void => world.onIssue('cronofy', credential);

const digest = (text: string): string => hash('sha512', text, 'base64url').replace(/[-_]/g, '0');
