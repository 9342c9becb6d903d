import { VENDOR_HOSTS } from '../contracts/hosts.js';
import { inWordsOf } from '../client/closed.js';
import type { Greenroom } from '../client/greenroom.js';
import { assertKnown } from '../client/options.js';
import { show } from '../client/show.js';
import { GreenroomError } from '../errors.js';

export interface InterceptOptions {
  /** Further hosts that are a vendor's, of a service that you host yourself. */
  readonly hosts?: readonly string[];
}

/** Where requests of this process go instead. */
export interface Detour {
  /** Matches the URLs that are led. */
  readonly led: RegExp;
  /** The URL at the greenroom for one of a vendor; `undefined` for one that is left alone. */
  readonly of: (url: string) => string | undefined;
}

/**
 * Leads the vendors' hosts, and `more` of them, to a room. A room without a socket is also known by its own name, which
 * stands in the links that it gives. Throws USAGE for a host that is no host, and for what is no room.
 */
export function detourTo(room: Pick<Greenroom, 'url' | 'fetch'>, options: InterceptOptions = {}): Detour {
  assertKnown('intercept', options, ['hosts']);
  const { hosts: more = [] } = options;
  assertUsable(room, more);
  const { host, hostname } = new URL(room.url);
  const wrong = more.find((name) => !URL.canParse(`https://${name}`) || new URL(`https://${name}`).host !== name);
  if (wrong !== undefined) {
    throw new GreenroomError(
      'USAGE',
      `Failed to intercept: expected hosts such as "bots.example.com", was "${wrong}".`,
      { was: wrong },
    );
  }
  const own = hostname.endsWith('.localhost') ? [host, `store.${host}`] : [];
  const led = urlsOf([...VENDOR_HOSTS.map((known) => known.host), ...more, ...own]);
  return {
    led,
    of(url) {
      const target = new URL(url);
      // A file store tells by its name that it is one.
      return led.test(`${target.protocol}//${target.host}`)
        ? target.host.startsWith('store.')
          ? target.href
          : room.url + target.pathname + target.search
        : undefined;
    },
  };
}

function assertUsable(room: unknown, hosts: unknown): void {
  const { url, fetch } = Object(room) as Partial<Greenroom>;
  const problem =
    typeof url !== 'string' || typeof fetch !== 'function'
      ? `a room, such as that of createGreenroom() or connectGreenroom(url), was ${show(room)}`
      : Array.isArray(hosts)
        ? undefined
        : `a list of hosts, was ${show(hosts)}`;
  if (problem !== undefined) throw new GreenroomError('USAGE', `Failed to intercept: expected ${problem}.`);
}

/** Matches every URL of these hosts. */
const urlsOf = (hosts: readonly string[]): RegExp =>
  new RegExp(`^https?://(?:${hosts.map((host) => host.replace(/[.[\]]/g, '\\$&')).join('|')})(?:[/?#]|$)`);

/** Sends a call for a vendor to the greenroom, and gives its answer as it is, redirects included. */
export async function ask(
  fetchRoom: (request: Request) => Promise<Response>,
  target: string,
  request: Request,
): Promise<Response> {
  const { method, signal } = request;
  const headers = new Headers(request.headers);
  headers.delete('host');
  // Vendors have data centers: which host was called makes a difference.
  headers.set('x-forwarded-host', new URL(request.url).host);
  const body = method === 'GET' || method === 'HEAD' ? undefined : await request.arrayBuffer();
  const led = new Request(target, {
    method,
    headers,
    signal,
    redirect: 'manual',
    ...(body?.byteLength ? { body } : {}),
  });
  return inWordsOf(
    `Failed to answer ${method} ${request.url}, which an open interception or handler leads to a room`,
    () => fetchRoom(led),
  );
}

/** What a socket says of a call that `fetch` says to have failed: its cause, which has the code. */
export const lossOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? error.cause : error;
