import { httpDate } from '../../clock/instant.js';
import { assertVendorCaller, corsOrigin, type CallerOptions } from '../callers.js';
import { problem } from '../control/problem.js';
import { send, type AppContext } from '../http.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { Place } from './answer.js';

export interface BrowserOptions extends CallerOptions {
  readonly workspaces: Workspaces;
  readonly warn: (text: string) => void;
}

const TOLD_MAX = 20;

/** Tells each sentence once, and so many of them: a caller may come as often as it likes, by paths and names of its own. */
export function tellSome(warn: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.size >= TOLD_MAX || told.has(text)) return;
    told.add(text);
    warn(text);
  };
}

/**
 * Answers a web page that may not call, and the question of one whether it may; for anybody else `undefined`. An answer
 * to a page of an origin that was named carries what the browser wants to see. Calls without a socket are no page's.
 */
export function admitBrowser(c: AppContext, options: BrowserOptions, place?: Place): Response | undefined {
  const { incoming, outgoing } = c.env ?? {};
  if (!incoming || !outgoing) return undefined;
  const { headers, method = 'GET' } = incoming;
  const date = (): string => httpDate(options.workspaces.default.world.now());
  try {
    const { host, origin } = headers;
    assertVendorCaller(method, isOfStore(place) ? { host, origin } : headers, options);
  } catch (error) {
    if (error instanceof Error) options.warn(error.message);
    return send(c, problem(error), date(), () => undefined);
  }
  const origin = corsOrigin(headers, options);
  if (origin === undefined) return undefined;
  outgoing.setHeader('Access-Control-Allow-Origin', origin);
  outgoing.setHeader('Access-Control-Expose-Headers', '*');
  outgoing.setHeader('Vary', 'Origin');
  const wanted = headers['access-control-request-method'];
  if (method !== 'OPTIONS' || wanted === undefined) return undefined;
  const allowed = {
    'Access-Control-Allow-Methods': wanted,
    'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '*',
    'Access-Control-Max-Age': '600',
  };
  return send(c, { status: 204, headers: allowed }, date(), () => undefined);
}

/** A page may show a recording by its link, wherever the page is from: the link is what opens the file, and reading changes nothing. */
const isOfStore = (place: Place | undefined): boolean =>
  place !== undefined && place.operations.length > 0 && place.operations.every(({ elsewhere }) => elsewhere === true);
