import { attendeeContract } from '../../../contracts/attendee/contract.js';
import type { Operation } from '../../../contracts/contract.js';
import type { Provider, Reply, VendorRequest } from '../provider.js';
import { backstage } from './backstage.js';
import { webhookFormat } from './webhooks.js';
import { meetingEvents, jobs } from './bots/meeting-events.js';
import { detail, error, pageNotFound } from './framework/errors.js';
import { handlers, refuseCall } from './handlers.js';
import { indented, refuseRepresentation } from './framework/negotiate.js';
import { isLink, linkCredential, refuseLink, signedLink } from './recordings/link.js';
import { describeNowhere, describeView } from './framework/options.js';
import { attendeeSettings, type AttendeeSettings } from './settings.js';
import { unsupported } from './unsupported.js';
import { createState, sliceOf } from './state.js';
import { throttled } from './framework/throttle.js';

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

const allowed = new WeakMap<readonly Operation[], string>();

/** {@link allow}, worked out once a path. */
function allowedOn(operations: readonly Operation[]): string {
  let methods = allowed.get(operations);
  if (methods === undefined) {
    methods = allow(operations);
    allowed.set(operations, methods);
  }
  return methods;
}

/** What the framework and the web server before it put on every answer. */
const commonHeaders = (): Record<string, string> => ({
  Vary: 'Accept',
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
});

const NOWHERE_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** A path below the prefix that leads nowhere says so to everybody, whatever the token. */
function answerNowhere(request: VendorRequest): Reply {
  const { method } = request;
  const refusal = refuseRepresentation(request);
  if (refusal) return refusal;
  if (method === 'OPTIONS') return describeNowhere();
  return NOWHERE_METHODS.includes(method) ? error(404, 'Not found') : detail(405, `Method "${method}" not allowed.`);
}

/** Completes the headers of an answer. A page of the web server has no `Allow`. */
function withHeaders({ status, body, headers = {} }: Reply, methods: string): Reply {
  const all = commonHeaders();
  if (!headers['Content-Type']?.startsWith('text/html')) all['Allow'] = methods;
  for (const name in headers) all[name] = headers[name]!;
  return body === undefined ? { status, headers: all } : { status, headers: all, body };
}

/** The Attendee bot API. */
export const attendee: Provider = {
  name: 'attendee',
  contract: attendeeContract,
  webhookFormat,
  meetingEvents,
  jobs,
  createState,
  handlers,
  settings: attendeeSettings,
  backstage,
  unsupported,
  owns: (path) => path === PREFIX || path.startsWith(`${PREFIX}/`) || path.startsWith('/recordings/'),
  // The documentation page prints paths without their prefix.
  aliasOf: (path) => (path.startsWith(`${PREFIX}/bots`) ? path.slice(PREFIX.length) : undefined),
  refusesAliases: (settings) => !(settings as AttendeeSettings).unprefixed_paths,
  credentialOf: (request) =>
    linkCredential(request) ??
    /^token +(\S+)$/i.exec((request.headers['authorization'] ?? '').replace(/\s+/g, ' ').trim())?.[1],
  issuedHere: signedLink,
  refusals: {
    unauthenticated: (request) =>
      refuseRepresentation(request) ??
      unauthorized(
        request.headers['authorization'] === undefined
          ? 'Missing Authorization header'
          : 'Invalid Authorization header. Should have this format: Token <api_key>',
      ),
    unknownCredential: (request) =>
      isLink(request) ? refuseLink() : (refuseRepresentation(request) ?? unauthorized('Invalid or disabled API key')),
    unknownPath: (request) =>
      request.path === PREFIX || request.path === `${PREFIX}/`
        ? pageNotFound()
        : withHeaders(indented(answerNowhere(request), request), NOWHERE_METHODS.join(', ')),
    otherMethod(call, operations) {
      const { request } = call;
      const reply =
        refuseCall(call) ??
        (request.method === 'OPTIONS'
          ? describeView(PREFIX, operations)
          : detail(405, `Method "${request.method}" not allowed.`));
      return indented(reply, request);
    },
    tooLarge: () => ({ status: 413, headers: { 'Content-Type': 'text/plain' }, body: 'Request Entity Too Large' }),
    rateLimited: throttled,
  },
  // The store is not the API, and adds none of its headers.
  finish: (reply, operations) => (operations[0]?.auth === 'none' ? reply : withHeaders(reply, allowedOn(operations))),
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
