import { unknownKey, wantsAuthorization } from '../../keys.js';
import type { Refusals, Reply, VendorRequest } from '../../provider.js';
import { refuseLink } from '../../object-store.js';
import { isLink } from '../recordings/link.js';
import { isPublic } from '../site.js';
import { refuseCall } from './guard.js';
import { ALL_METHODS, SITE_HEADERS, withHeaders } from './headers.js';
import { indented, refuseRepresentation } from './negotiate.js';
import { describeNowhere, describeView } from './options.js';
import { detail, error, HTML, pageNotFound, unauthorized } from './replies.js';
import { throttled } from './throttle.js';

/** Every path of the API stands below it. */
export const PREFIX = '/api/v1';

/** The view for paths that lead nowhere takes all but the empty one and those with the end of a line. */
const isBelow = ({ path }: VendorRequest): boolean =>
  path.startsWith(`${PREFIX}/`) && path.length > PREFIX.length + 1 && !path.includes('\n');

/** Whatever is not below the prefix is no view of the API. A path that lacks a slash alone leads to the one that has it. */
function answerOutside({ path, query }: VendorRequest): Reply {
  if (!isPublic(`${path}/`)) return withHeaders(pageNotFound(), '');
  const { 'X-Frame-Options': _, ...headers } = SITE_HEADERS;
  const location = `${path}/${query === '' ? '' : `?${query}`}`;
  return { status: 301, headers: { 'Content-Type': HTML, Location: location, ...headers } };
}

/** A path below the prefix that leads nowhere says so to everybody, whatever the token. */
function answerNowhere(request: VendorRequest): Reply {
  const { method } = request;
  const refusal = refuseRepresentation(request);
  if (refusal) return refusal;
  if (method === 'OPTIONS') return describeNowhere();
  return ALL_METHODS.includes(method) ? error(404, 'Not found') : detail(405, `Method "${method}" not allowed.`);
}

const refuseToken = (request: VendorRequest, text: string, reason: string): Reply =>
  refuseRepresentation(request) ?? indented(unauthorized(text, reason), request);

/** The vendor's answers to calls that no handler sees. */
export const refusals: Refusals = {
  unauthenticated: (request) =>
    refuseToken(
      request,
      request.headers['authorization'] === undefined
        ? 'Missing Authorization header'
        : 'Invalid Authorization header. Should have this format: Token <api_key>',
      wantsAuthorization('Token KEY', request),
    ),
  unknownCredential: (request) =>
    isLink(request) ? refuseLink() : refuseToken(request, 'Invalid or disabled API key', unknownKey(request)),
  unknownPath: (request) =>
    isBelow(request)
      ? withHeaders(indented(answerNowhere(request), request), ALL_METHODS.join(', '))
      : answerOutside(request),
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
