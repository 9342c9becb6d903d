import { unknownKey, wantsAuthorization } from '../../keys.js';
import type { Refusals, Reply, VendorRequest } from '../../provider.js';
import { refuseLink } from '../../object-store.js';
import { isLink } from '../recordings/link.js';
import { refuseCall } from './guard.js';
import { ALL_METHODS, withHeaders } from './headers.js';
import { indented, refuseRepresentation } from './negotiate.js';
import { describeNowhere, describeView } from './options.js';
import { detail, error, pageNotFound, unauthorized } from './replies.js';
import { throttled } from './throttle.js';

/** Every path of the API stands below it. */
export const PREFIX = '/api/v1';

/** A path below the prefix that leads nowhere says so to everybody, whatever the token. */
function answerNowhere(request: VendorRequest): Reply {
  const { method } = request;
  const refusal = refuseRepresentation(request);
  if (refusal) return refusal;
  if (method === 'OPTIONS') return describeNowhere();
  return ALL_METHODS.includes(method) ? error(404, 'Not found') : detail(405, `Method "${method}" not allowed.`);
}

/** The vendor's answers to calls that no handler sees. */
export const refusals: Refusals = {
  unauthenticated: (request) =>
    refuseRepresentation(request) ??
    unauthorized(
      request.headers['authorization'] === undefined
        ? 'Missing Authorization header'
        : 'Invalid Authorization header. Should have this format: Token <api_key>',
      wantsAuthorization('Token KEY', request),
    ),
  unknownCredential: (request) =>
    isLink(request)
      ? refuseLink()
      : (refuseRepresentation(request) ?? unauthorized('Invalid or disabled API key', unknownKey(request))),
  unknownPath: (request) =>
    request.path === PREFIX || request.path === `${PREFIX}/`
      ? pageNotFound()
      : withHeaders(indented(answerNowhere(request), request), ALL_METHODS.join(', ')),
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
};
