import type { Operation } from '../../../../contracts/contract.js';
import type { Reply } from '../../provider.js';

/** The framework's order. */
const METHOD_ORDER = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** The methods of a path that leads nowhere. */
export const ALL_METHODS: readonly string[] = [...METHOD_ORDER, 'HEAD', 'OPTIONS'];

const allowed = new WeakMap<readonly Operation[], string>();

/** The `Allow` header of a path: `GET, POST, HEAD, OPTIONS`. Made once a path. */
function allowOf(operations: readonly Operation[]): string {
  let allow = allowed.get(operations);
  if (allow === undefined) {
    const methods: string[] = METHOD_ORDER.filter((method) =>
      operations.some((operation) => operation.method === method),
    );
    if (methods.includes('GET')) methods.push('HEAD');
    allow = [...methods, 'OPTIONS'].join(', ');
    allowed.set(operations, allow);
  }
  return allow;
}

/** Headers of the web server, on every answer. */
export const SITE_HEADERS = {
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

type Headers = NonNullable<Reply['headers']>;

const NO_HEADERS: Headers = Object.freeze({});
/** What became of headers that never change, by the `Allow` that they got: most answers have no others. */
const completed = new WeakMap<Headers, Map<string, Headers>>();

/** Completes the headers of an answer. */
export function withHeaders(reply: Reply, allow: string): Reply {
  const { headers = NO_HEADERS } = reply;
  return { ...reply, headers: Object.isFrozen(headers) ? completeOnce(headers, allow) : complete(headers, allow) };
}

function completeOnce(headers: Headers, allow: string): Headers {
  let known = completed.get(headers);
  if (!known) completed.set(headers, (known = new Map<string, Headers>()));
  let all = known.get(allow);
  if (!all) known.set(allow, (all = Object.freeze(complete(headers, allow))));
  return all;
}

/** A page of the web server says nothing of the API. */
function complete(headers: Headers, allow: string): Headers {
  const isPage = headers['Content-Type']?.startsWith('text/html');
  return { ...(isPage ? {} : { Vary: 'Accept', Allow: allow }), ...SITE_HEADERS, ...headers };
}

/** The same for the operations of a path. Another server than the API adds none of its headers. */
export const finish = (reply: Reply, operations: readonly Operation[]): Reply =>
  operations[0]?.auth === 'none' ? reply : withHeaders(reply, allowOf(operations));
