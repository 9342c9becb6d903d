import type { Platform } from '../../meeting-url.js';
import { VendorCrash } from '../framework/replies.js';
import { isTruthy, type PyValue } from '../python/json.js';
import { pythonStrip, stripEnd } from '../python/repr.js';
import { firstParameter, hostOf, splitUrl, unquote } from '../python/urls.js';
import { holdsUrls } from './hidden-urls.js';
import { teamsMeetingIn } from './teams-url.js';

/** The vendor's reading of meeting URLs, which is no parser's: hosts, for one, are compared in their case as written. */

export interface MeetingUrl {
  readonly platform: Platform;
  readonly url: string;
}

const DECODING_ROUNDS = 3;

/** Brings a meeting URL into the form in which the vendor stores and answers it; `undefined` if it is none (observed). */
export function normalizeMeetingUrl(text: string): MeetingUrl | undefined {
  let url = stripEnd(pythonStrip(text), '>');
  for (let round = 0; round < DECODING_ROUNDS; round++) {
    const found = meetingAt(url);
    if (found && !holdsUrls(found.url)) return found;
    url = unquote(url);
  }
  return undefined;
}

/** The platform of whatever a client sent as its meeting URL; what is neither text nor empty breaks the vendor's code. */
export function platformOf(value: PyValue | undefined): Platform | undefined {
  if (typeof value === 'string') return normalizeMeetingUrl(value)?.platform;
  if (isTruthy(value)) throw new VendorCrash('meeting_url');
  return undefined;
}

function meetingAt(text: string): MeetingUrl | undefined {
  const host = hostOf(text);
  if (host === 'meet.google.com') return meeting('google_meet', googleMeet(text));
  if (host === 'teams.microsoft.com' || host === 'teams.live.com') return meeting('teams', teamsMeetingIn(text));
  return /(^|\.)zoom\.(us|com)$/.test(host) ? zoom(text) : undefined;
}

const meeting = (platform: Platform, url: string | undefined): MeetingUrl | undefined =>
  url === undefined ? undefined : { platform, url };

/** Keeps host, port and user, the plain beginning of the path, the password and the token. */
function zoom(text: string): MeetingUrl | undefined {
  const given = splitUrl(text);
  const parts = given?.scheme === '' ? splitUrl(`https://${text}`) : given;
  if (!parts) throw new VendorCrash('meeting_url');
  const path = `/${/^[a-zA-Z0-9/_-]*/.exec(parts.path)![0]}`.replace(/\/+/g, '/');
  if (!/\d/.test(path)) return undefined;
  const password = /^[a-zA-Z0-9]+(?:\.\p{Nd}+)?/u.exec(firstParameter(parts.query, 'pwd') ?? '')?.[0];
  const token = pythonStrip(firstParameter(parts.query, 'tk') ?? '');
  const kept = [...(password ? [`pwd=${password}`] : []), ...(token ? [`tk=${token}`] : [])].join('&');
  const netloc = parts.netloc.toLowerCase().replace(/(^|\.)zoom\.com$/, '$1zoom.us');
  return { platform: 'zoom', url: `https://${netloc}${path}${kept ? `?${kept}` : ''}` };
}

function googleMeet(text: string): string | undefined {
  const code = /meet\.google\.com\/([a-zA-Z0-9-]+)/.exec(text)?.[1];
  return code && `https://meet.google.com/${code}`;
}
