import { GreenroomError } from '../../../errors.js';
import { told } from '../../../told.js';
import { isLoopback } from '../../../loopback.js';
import { knownUrl } from '../../../read-url.js';

export type FetchReceiver = (request: Request) => Response | Promise<Response>;

export interface DestinationOptions {
  /** False where this machine is not that of the user: its hosts are like all others. */
  readonly loopback?: boolean | undefined;
  /** Hosts besides this machine that may be sent to. */
  readonly allowHosts?: readonly string[];
  /** Where webhooks for other hosts go instead: path and query are kept. */
  readonly forwardTo?: string | undefined;
  /** Receivers in this process, by origin. */
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
}

/** Where a message for a URL goes. */
export type Destination =
  | { readonly kind: 'network'; readonly url: URL }
  | { readonly kind: 'function'; readonly url: URL; readonly receiver: FetchReceiver }
  /** Another machine, which holds a connection to this one, takes it from there. */
  | { readonly kind: 'relayed'; readonly url: URL }
  /** It stays here, and counts as delivered. */
  | { readonly kind: 'captured'; readonly reason: string }
  /** Nothing can be sent to this URL by HTTP: the vendor would fail too. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Why nothing can be sent to this URL; `undefined` if something can. */
export function whyUnusable(target: string): string | undefined {
  const url = knownUrl(target);
  if (!url) return `${target} is no URL`;
  return isHttp(url) ? undefined : `nothing is sent by ${url.protocol} URLs`;
}

const isHttp = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

/** Receivers by origins as URLs have them, however they were written. Throws USAGE for what is no origin, or no function. */
export function readReceivers(given: Readonly<Record<string, FetchReceiver>>): ReadonlyMap<string, FetchReceiver> {
  const fail = (expected: string, was: string): never => {
    throw new GreenroomError('USAGE', `Failed to take the receivers: expected ${expected}, was ${was}.`);
  };
  if (Array.isArray(given)) fail('functions by origins, such as { "https://myapp.test": app.fetch }', 'a list');
  return new Map(
    Object.entries(given).map(([name, receiver]) => {
      const url = knownUrl(name);
      if (!url || !isHttp(url) || url.href !== `${url.origin}/`)
        return fail('an origin, such as https://myapp.test, without a path', JSON.stringify(name));
      if (typeof receiver !== 'function') fail(`a function for ${name}`, JSON.stringify(receiver));
      return [url.origin, receiver];
    }),
  );
}

/** Hosts as URLs have them, however they were written. Throws USAGE for what is no name of a host. */
export function readHosts(given: readonly string[]): readonly string[] {
  return given.map((text, i) => {
    const url = /^(\[[^\]]*\]|[^:/?#@\\]+)$/.test(text) ? knownUrl(`https://${text}`) : undefined;
    if (url) return url.hostname;
    throw new GreenroomError(
      'USAGE',
      told`${{ pointer: `/allowHosts/${i}`, text: 'Failed to open a host for webhooks: ' }}expected its name, such as hooks.example.com, was ${JSON.stringify(text)}.`,
    );
  });
}

/**
 * Leads URLs to this machine, to receivers in this process, and to hosts that were opened; everything else stays here.
 * Throws USAGE if `forwardTo` itself leads away, see {@link readReceivers} too.
 */
export function destinations(options: DestinationOptions): (target: string) => Destination {
  const { loopback = true, forwardTo } = options;
  const allowHosts = readHosts(options.allowHosts ?? []);
  const receivers = readReceivers(options.receivers ?? {});
  const direct = (url: URL): Destination | undefined => {
    const receiver = receivers.get(url.origin);
    if (receiver) return { kind: 'function', url, receiver };
    const isOpen = (loopback && isLoopback(url.hostname)) || allowHosts.includes(url.hostname);
    return isOpen ? { kind: 'network', url } : undefined;
  };
  const base = forwardTo === undefined ? undefined : knownUrl(forwardTo);
  if (forwardTo !== undefined && !(base && isHttp(base) && direct(base)))
    throw leadsAway(base?.href ?? forwardTo, base);
  return (target) => {
    const reason = whyUnusable(target);
    if (reason !== undefined) return { kind: 'unusable', reason };
    const url = knownUrl(target)!;
    return direct(url) ?? (base && direct(forwarded(base, url))) ?? captured(url, loopback);
  };
}

/** True for a URL that leads where it says: to the app's machine, to a receiver in this process or to a host that was opened. */
export const isOwn = (destination: Destination, target: string): boolean =>
  destination.kind === 'function' ||
  (destination.kind === 'relayed' && isLoopback(destination.url.hostname)) ||
  (destination.kind === 'network' && destination.url.host === new URL(target).host);

/** The base with this path and query, as text: whatever the path looks like, it is no URL of its own. */
function forwarded({ origin, username, password, pathname }: URL, url: URL): URL {
  const to = new URL(origin + pathname.replace(/(?<!\/)\/+$/, '') + url.pathname + url.search);
  return Object.assign(to, { username, password });
}

const captured = ({ hostname }: URL, loopback: boolean): Destination => ({
  kind: 'captured',
  reason: loopback
    ? `${hostname} is not on this machine (--forward-to sends such webhooks to a local URL, --allow-host ${hostname} lets them out)`
    : `${hostname} is not among the hosts that were opened where greenroom runs`,
});

const leadsAway = (was: string, url: URL | undefined): GreenroomError =>
  new GreenroomError(
    'USAGE',
    told`${{ pointer: '/forwardTo', text: 'Failed to forward webhooks: ' }}expected an http or https URL of this machine, was ${was}. Give a local URL${url && isHttp(url) ? `, or open the host with --allow-host ${url.hostname}` : ', such as http://127.0.0.1:3000'}.`,
  );
