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

/** Completes the headers of an answer. A page of the web server has no `Allow`. */
export function withHeaders(reply: Reply, allow: string): Reply {
  const { headers = {} } = reply;
  const all: Record<string, string> = { Vary: 'Accept', ...SITE_HEADERS };
  if (!headers['Content-Type']?.startsWith('text/html')) all['Allow'] = allow;
  Object.assign(all, headers);
  return { ...reply, headers: all };
}

/** The same for the operations of a path. Another server than the API adds none of its headers. */
export const finish = (reply: Reply, operations: readonly Operation[]): Reply =>
  operations[0]?.auth === 'none' ? reply : withHeaders(reply, allowOf(operations));
