import type { Operation } from '../contracts/contract.js';
import { unknownKey, wantsAuthorization } from '../server/providers/keys.js';
import type { Handler, Refusals, Reply, VendorRequest } from '../server/providers/provider.js';

/** An answer in JSON. */
export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** The token of `Authorization: Bearer …`. */
export const bearerToken = ({ headers }: VendorRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];

/** The refusals of an API that words each as `{"error": …}`, with the statuses that HTTP has for them. */
export const jsonRefusals = (): Refusals => {
  const refuse = (status: number, error: string, headers = {}): Reply => json(status, { error }, headers);
  const methodsOf = (operations: readonly Operation[]): string => operations.map(({ method }) => method).join(', ');
  return {
    unauthenticated: (request) => ({
      ...refuse(401, 'unauthenticated', { 'WWW-Authenticate': 'Bearer' }),
      reason: wantsAuthorization('Bearer KEY', request),
    }),
    unknownCredential: (request) => ({
      ...refuse(401, 'unknown_credential', { 'WWW-Authenticate': 'Bearer' }),
      reason: unknownKey(request),
    }),
    unknownPath: () => refuse(404, 'not_found'),
    otherMethod: (_, operations) => refuse(405, 'method_not_allowed', { Allow: methodsOf(operations) }),
    tooLarge: () => refuse(413, 'payload_too_large'),
    rateLimited: (retryAfter) => refuse(429, 'too_many_requests', { 'Retry-After': String(retryAfter) }),
  };
};

/** A handler that gets the body as JSON; a body that is none is answered 400. */
export const withBody =
  (handler: (call: Parameters<Handler>[0], body: Readonly<Record<string, unknown>>) => ReturnType<Handler>): Handler =>
  (call) => {
    const body = parsed(call.request.body);
    // What the handler throws is no fault of the body.
    return body ? handler(call, body) : json(400, { error: 'invalid_json' });
  };

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject ? (body as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
