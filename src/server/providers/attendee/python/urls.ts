import { pythonStrip, stripEnd } from './repr.js';

/** URLs as Python's `urllib.parse` and the package `tldextract` take them apart. */

/** Percent-decoding that leaves alone what it cannot decode. */
export const unquote = (text: string): string =>
  text.includes('%')
    ? text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'))
    : text;

export interface SplitUrl {
  readonly scheme: string;
  /** Host, port and user as they were written. */
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
}

/** `urlsplit`; `undefined` where Python raises an error. Whatever stands before a colon may be a scheme, a host too. */
export function splitUrl(text: string): SplitUrl | undefined {
  const cleaned = text.replace(/^[^!-\u{10ffff}]+/u, '').replace(/[\t\r\n]/g, '');
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):)?([^]*)$/i.exec(cleaned)!;
  const [, netloc = '', path = '', query = ''] = /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(rest)!;
  if (netloc.includes('[') !== netloc.includes(']') || hidesDelimiters(netloc)) return undefined;
  return { scheme: scheme.toLowerCase(), netloc, path, query };
}

/** True for a host with characters that stand for `/`, `?`, `#`, `@` or `:`. */
function hidesDelimiters(netloc: string): boolean {
  // One by one: none of them joins what stands beside it, and a long text takes the square of its length.
  return [...netloc].some((character) => character > '\x7f' && /[/?#@:]/.test(character.normalize('NFKC')));
}

const DOTS = '.\u3002\uff0e\uff61';

/** The host of something like a URL, in the case in which it is written, without user, port and the dots at its end. */
export function hostOf(text: string): string {
  const slashes = text.indexOf('//');
  const isAfterScheme = slashes === 0 || (slashes > 1 && /^[a-z0-9+.-]*:$/i.test(text.slice(0, slashes)));
  const [authority] = /^[^/?#]*/.exec(isAfterScheme ? text.slice(slashes + 2) : text)!;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const colon = host.indexOf(':');
  const name = pythonStrip(colon === -1 ? host : host.slice(0, colon));
  return stripEnd(name, DOTS).replace(/[\u3002\uff0e\uff61]/g, '.');
}

/** The first value of a parameter that is not empty, as `parse_qs` gives it. */
export function firstParameter(query: string, name: string): string | undefined {
  const decode = (text: string): string => unquote(text.replaceAll('+', ' '));
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const isGiven = equals !== -1 && equals < pair.length - 1;
    if (isGiven && decode(pair.slice(0, equals)) === name) return decode(pair.slice(equals + 1));
  }
  return undefined;
}

/** Almost all are. */
const PLAIN = /^[a-z]+:\/\/[\w.:-]+(?:\/[\w~-]+)*\/?$/;
const SCHEME_AND_HOST = /^\s*([a-z][a-z0-9+.-]*:\/\/[^/?#\\]*)([^?#]*)(?:\?([^#]*))?/i;
const NOT_IN_A_PATH = /[^\w.~!$&'()*+,;=:@/-]/gu;
const NOT_IN_A_QUERY = /[^\w.~!$&'()*+,;=:@/?-]/gu;
const ENCODED = /%[0-9a-f]{2}/gi;
const UNRESERVED = /[\w.~-]/;

/**
 * The URL that the package `requests` calls for one that is written so: unreserved characters stand as themselves, and what a
 * URL cannot hold as its bytes.
 */
export function requestedUrl(text: string): string {
  if (PLAIN.test(text)) return text;
  const [, origin, path = '', query = ''] = SCHEME_AND_HOST.exec(text) ?? [];
  if (origin === undefined) return text;
  const called = encodeOthers(withoutDots(path), NOT_IN_A_PATH).replace(/^\/\/+/, '/');
  return `${origin}${called || '/'}${query && '?'}${encodeOthers(query, NOT_IN_A_QUERY)}`;
}

/** A percent sign that begins nothing makes all of them plain text. */
function encodeOthers(text: string, others: RegExp): string {
  const isEncoded = (text.match(ENCODED)?.length ?? 0) === text.split('%').length - 1;
  return text
    .replace(ENCODED, (one) => one.toUpperCase())
    .replace(others, (one) => (one === '%' && isEncoded ? one : bytesOf(one)))
    .replace(ENCODED, (one) => {
      const character = String.fromCharCode(Number.parseInt(one.slice(1), 16));
      return UNRESERVED.test(character) ? character : one;
    });
}

const bytesOf = (character: string): string =>
  Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&');

function withoutDots(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  if (path.startsWith('/') && steps[0] !== '') steps.unshift('');
  return steps.join('/') + (/\/\.{1,2}$/.test(path) ? '/' : '');
}
