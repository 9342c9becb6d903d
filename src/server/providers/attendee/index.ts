import { attendeeContract } from '../../../contracts/attendee/contract.js';
import type { Operation } from '../../../contracts/contract.js';
import type { Provider, Reply } from '../provider.js';
import { backstage } from './backstage.js';
import { dialect } from './callbacks.js';
import { detail, error } from './errors.js';
import { handlers } from './handlers.js';
import { actor, jobs } from './life.js';
import { attendeeSettings, type AttendeeSettings } from './settings.js';
import { createSlice, sliceOf } from './state.js';

const PREFIX = '/api/v1';
const METHOD_ORDER = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const unauthorized = (text: string): Reply => detail(401, text, { 'WWW-Authenticate': 'Token' });

/** `GET, POST, HEAD, OPTIONS`: the framework's order. */
function allow(operations: readonly Operation[]): string {
  const methods: string[] = METHOD_ORDER.filter((method) =>
    operations.some((operation) => operation.method === method),
  );
  if (methods.includes('GET')) methods.push('HEAD');
  return [...methods, 'OPTIONS'].join(', ');
}

const COMMON_HEADERS = {
  Vary: 'Accept',
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** The Attendee bot API. */
export const attendee: Provider = {
  name: 'attendee',
  contract: attendeeContract,
  dialect,
  actor,
  jobs,
  createSlice,
  handlers,
  settings: attendeeSettings,
  backstage,
  owns: (path) => path.startsWith(`${PREFIX}/`),
  // The documentation page prints paths without their prefix.
  aliasOf: (path) => (path.startsWith(`${PREFIX}/bots`) ? path.slice(PREFIX.length) : undefined),
  refusesAliases: (settings) => !(settings as AttendeeSettings).unprefixed_paths,
  credentialOf: ({ headers }) =>
    /^token +(\S+)$/i.exec((headers['authorization'] ?? '').replace(/\s+/g, ' ').trim())?.[1],
  refusals: {
    unauthenticated: ({ headers }) =>
      unauthorized(
        headers['authorization'] === undefined
          ? 'Missing Authorization header'
          : 'Invalid Authorization header. Should have this format: Token <api_key>',
      ),
    unknownCredential: () => unauthorized('Invalid or disabled API key'),
    unknownPath: () => error(404, 'Not found'),
    otherMethod: ({ request }) => detail(405, `Method "${request.method}" not allowed.`),
    tooLarge: () => ({ status: 413, headers: { 'Content-Type': 'text/plain' }, body: 'Request Entity Too Large' }),
  },
  finish: (reply, operations) => ({
    ...reply,
    headers: { ...reply.headers, Allow: allow(operations), ...COMMON_HEADERS },
  }),
  findSubject(world, reference) {
    const { bots } = sliceOf(world);
    const bot =
      typeof reference === 'string'
        ? bots.get(reference)
        : [...bots.values()].findLast(
            (candidate) =>
              candidate.deduplication_key !== null && candidate.deduplication_key === reference['deduplication_key'],
          );
    return bot && { id: bot.id, state: bot.state };
  },
};
