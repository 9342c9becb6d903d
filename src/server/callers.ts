import { GreenroomError, misfit } from '../errors.js';
import { isLoopback } from '../loopback.js';
import { knownUrl } from '../read-url.js';
import type { ToldPlace } from '../told.js';

/** Who may call, beside programs that name this machine. */
export interface CallerOptions {
  /** What callbacks, cursors and links carry instead of the called origin. */
  readonly publicOrigin: string | undefined;
  /** Origins whose web pages may call the vendors' paths. */
  readonly cors: readonly string[];
  /** Hosts of the vendors: a name of theirs may lead here. */
  readonly vendorHosts: readonly string[];
  /** Only this machine can connect, so that a foreign `Host` is a name that somebody has pointed here. */
  readonly loopbackOnly: boolean;
}

interface CallerHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly referer?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly 'sec-fetch-mode'?: string | string[] | undefined;
  readonly 'sec-fetch-dest'?: string | string[] | undefined;
}

/** Reads origins such as `http://localhost:5173`. Throws USAGE for a text that is none. */
export function readOrigins(texts: readonly string[]): string[] {
  return texts.map((text, i) => {
    const expected = 'an origin such as "http://localhost:5173"';
    const place = { pointer: `/cors/${i}`, text: 'Failed to let web pages in: ' };
    return originIn(text) ?? refuse(place, { expected, was: text });
  });
}

/** Reads what stands for the called origin. Throws USAGE for a text that is no origin: a path would be in no callback and in no link. */
export function readPublicOrigin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const expected = 'an origin such as "https://greenroom.example.com"';
  const advice = ' The paths of the vendors begin at the root of a host: give greenroom a host, or a port, of its own.';
  const place = { pointer: '/publicUrl', text: 'Failed to read the public URL: ' };
  return originIn(text) ?? refuse(place, { expected, was: text, advice });
}

/** `undefined` for a text that is no origin, or more than one. */
function originIn(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` ? url.origin : undefined;
}

function refuse(
  place: ToldPlace,
  { was, ...more }: { readonly expected: string; readonly was: string; readonly advice?: string },
): never {
  throw misfit(place, { ...more, was, shown: `"${was}"`, code: 'USAGE' });
}

/** True if the `Host` of a call names this machine or the public origin. */
export function namesThisMachine({ host = '' }: CallerHeaders, publicOrigin: string | undefined): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return isLoopback(name) || (publicOrigin !== undefined && name === new URL(publicOrigin).hostname);
}

/** True for a call that no web page made, or one of the origin that it calls, and for a link that somebody follows. */
export function isSameOrigin(method: string, headers: CallerHeaders, publicOrigin: string | undefined): boolean {
  const { host = '', origin } = headers;
  if (origin === undefined) return !isForeign(method, headers);
  return origin === publicOrigin || origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/**
 * True for what a page of another origin has its browser load as an image, a frame or the like, and for a form that it
 * sends: only a link that is followed changes nothing.
 */
function isForeign(method: string, headers: CallerHeaders): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': place = 'document' } = headers;
  const isLink = (method === 'GET' || method === 'HEAD') && mode === 'navigate' && place === 'document';
  return (site === 'cross-site' || site === 'same-site') && !isLink;
}

/** The origin of the page that a browser calls for, as far as it says so. */
export const pageOrigin = ({ origin, referer }: CallerHeaders): string | undefined =>
  origin ?? (referer === undefined ? undefined : knownUrl(referer)?.origin);

/** The origin of the web page that a call comes from, if pages of it are let in. */
export const corsOrigin = ({ origin }: CallerHeaders, { cors }: CallerOptions): string | undefined =>
  origin !== undefined && cors.includes(origin) ? origin : undefined;

/**
 * Programs may call the vendors' paths; web pages of origins that were not named may not, by a name that leads here
 * neither: a page could make bots, and have their webhooks sent to any port of this machine. Throws FORBIDDEN_HOST.
 */
export function assertVendorCaller(method: string, headers: CallerHeaders, options: CallerOptions): void {
  const { publicOrigin, vendorHosts, loopbackOnly, cors } = options;
  const { host = '' } = headers;
  const isVendor = vendorHosts.includes(host.toLowerCase().replace(/:\d+$/, ''));
  if (loopbackOnly && !isVendor && !namesThisMachine(headers, publicOrigin)) {
    throw new GreenroomError('FORBIDDEN_HOST', `Failed to serve this call: ${foreignHost(host)}`);
  }
  if (isSameOrigin(method, headers, publicOrigin)) return;
  const page = pageOrigin(headers);
  if (page !== undefined && cors.includes(page)) return;
  throw new GreenroomError(
    'FORBIDDEN_HOST',
    `Failed to serve a web page of ${page ?? 'another origin'}: expected a call of a program, or of a page of this origin. ${wayIn(page)}`,
  );
}

/** What is wrong with a Host header, and what to do: one that is missing, as HTTP/1.0 allows, is no name to let in. */
export const foreignHost = (host = ''): string =>
  `expected a Host header that names this machine, was ${
    host === ''
      ? 'none. Send one, with HTTP/1.0, too: Host: 127.0.0.1'
      : `"${host}". --public-url http://${host} lets this name in`
  }.`;

/** A page of a file or in a sandbox has the origin null, as all such pages have: no flag can name it. */
function wayIn(page: string | undefined): string {
  if (page === 'null') return 'Serve the page from a host, which --cors can name.';
  if (page !== undefined) return `--cors ${page} lets its pages in.`;
  return '--cors lets pages in that send the origin, or a Referer with it.';
}
