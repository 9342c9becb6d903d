import type { Platform } from '../../meeting-url.js';
import { VendorCrash } from '../framework/replies.js';
import { decodeBase64 } from '../python/base64.js';
import { isPyObject, type PyValue } from '../python/json.js';
import { pythonStrip } from '../python/repr.js';

export interface MeetingUrl {
  readonly platform: Platform;
  readonly url: string;
}

const DECODING_ROUNDS = 3;
const TEAMS_HOSTS = ['teams.microsoft.com', 'teams.live.com', 'gov.teams.microsoft.us', 'dod.teams.microsoft.us'];

/** Brings a meeting URL into the form in which the vendor stores and answers it; `undefined` if it is none (observed). */
export function normalizeMeetingUrl(text: string): MeetingUrl | undefined {
  let url = pythonStrip(text).replace(/>+$/, '');
  for (let round = 0; round < DECODING_ROUNDS; round++) {
    const found = zoom(url) ?? googleMeet(url) ?? teams(url);
    if (found && !holdsSeveralUrls(found.url)) return found;
    url = unquote(url);
  }
  return undefined;
}

/** The platform of whatever a client sent as its meeting URL; what is neither text nor empty breaks the vendor's code. */
export function platformOf(value: PyValue | undefined): Platform | undefined {
  if (typeof value === 'string') return normalizeMeetingUrl(value)?.platform;
  const empty =
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0) ||
    (isPyObject(value) && value.size === 0);
  if (!empty) throw new VendorCrash('meeting_url');
  return undefined;
}

/** Percent-decoding that leaves alone what it cannot decode. */
export function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Host of a URL, its scheme being optional. */
const hostOf = (text: string): string =>
  (/^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?(?:[^/?#]*@)?([^/?#:\s]*)/i.exec(text)?.[1] ?? '').toLowerCase();

function zoom(text: string): MeetingUrl | undefined {
  const host = hostOf(text);
  if (!/(^|\.)zoom\.(us|com)$/.test(host)) return undefined;
  const [, netloc = '', path = '', query = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/is.exec(
    text,
  )!;
  const cleanPath = `/${/^[a-zA-Z0-9/_-]*/.exec(path)![0]}`.replace(/\/+/g, '/');
  if (!/\d/.test(cleanPath)) return undefined;
  const parameters = new URLSearchParams(query);
  const password = /^[a-zA-Z0-9]+(?:\.\d+)?/.exec(parameters.get('pwd') ?? '')?.[0];
  const token = pythonStrip(parameters.get('tk') ?? '');
  const kept = [...(password ? [`pwd=${password}`] : []), ...(token ? [`tk=${token}`] : [])].join('&');
  const zoomHost = netloc.toLowerCase().replace(/(^|\.)zoom\.com$/, '$1zoom.us');
  return { platform: 'zoom', url: `https://${zoomHost}${cleanPath}${kept ? `?${kept}` : ''}` };
}

function googleMeet(text: string): MeetingUrl | undefined {
  if (hostOf(text) !== 'meet.google.com') return undefined;
  const code = /meet\.google\.com\/([a-zA-Z0-9-]+)/.exec(text)?.[1];
  return code === undefined ? undefined : { platform: 'google_meet', url: `https://meet.google.com/${code}` };
}

function teams(text: string): MeetingUrl | undefined {
  const host = hostOf(text);
  if (!TEAMS_HOSTS.includes(host)) return undefined;
  const url = teamsConversation(text, host) ?? teamsCoordinates(text, host) ?? teamsMeetingId(text);
  return url === undefined ? undefined : { platform: 'teams', url };
}

function teamsConversation(text: string, host: string): string | undefined {
  const match = /\/l\/meetup-join\/([^/]+)\/([^?]+)\?context=.*?"Tid":"([^"]+)".*?"Oid":"([^"]+)"/.exec(text);
  if (!match) return undefined;
  const [, conversation, message, tenant, organizer] = match as unknown as readonly [
    string,
    string,
    string,
    string,
    string,
  ];
  return conversationUrl(host, { conversation, message, tenant, organizer });
}

interface Conversation {
  readonly conversation: string;
  readonly message: string;
  readonly tenant: string;
  readonly organizer: string;
}

function conversationUrl(host: string, { conversation, message, tenant, organizer }: Conversation): string {
  const shown = host === 'teams.live.com' ? 'teams.microsoft.com' : host;
  return `https://${shown}/l/meetup-join/${conversation}/${message}?context={"Tid":"${tenant}","Oid":"${organizer}"}`;
}

/** Light meetings carry the conversation as JSON in base64. */
function teamsCoordinates(text: string, host: string): string | undefined {
  const coordinates = /\/light-meetings\/launch\?.*coords=([^&]+)/.exec(text)?.[1];
  if (coordinates === undefined) return undefined;
  try {
    const decoded: unknown = JSON.parse(decodeBase64(unquote(coordinates))?.toString('utf8') ?? '');
    const {
      conversationId: conversation,
      tenantId: tenant,
      organizerId: organizer,
      messageId: message = '0',
    } = decoded as Record<string, string | undefined>;
    return conversation && tenant && organizer
      ? conversationUrl(host, { conversation, message, tenant, organizer })
      : undefined;
  } catch {
    return undefined;
  }
}

function teamsMeetingId(text: string): string | undefined {
  const hosts = TEAMS_HOSTS.map((host) => host.replaceAll('.', '\\.')).join('|');
  const match =
    new RegExp(`(${hosts})(?:/[^/]*)*?/meet/([^?]+)\\?p=([^&\\s]+)`).exec(text) ??
    new RegExp(`(${hosts})/dl/launcher/launcher\\.html\\?url=/_#/meet/([^?]+)\\?p=([^&\\s]+)`).exec(text);
  return match ? `https://${match[1]}/meet/${match[2]}?p=${match[3]}` : undefined;
}

/** A URL that hides a second one, plain, percent-encoded or in base64, is refused by the vendor. */
function holdsSeveralUrls(url: string): boolean {
  const start = /^https?:\/\/[^\s<>"']/;
  let found = 0;
  for (const { index } of url.matchAll(/[h%]|aHR0c/gi)) {
    if (found > 1) break;
    const rest = url.slice(index);
    const twice = rest.startsWith('h') || rest.startsWith('%') ? [rest, unquote(rest), unquote(unquote(rest))] : [rest];
    const hidden = rest.startsWith('aHR0c') ? [decodeBase64(rest)?.toString('utf8') ?? ''] : [];
    if ([...twice, ...hidden].some((form) => start.test(form))) found++;
  }
  return found > 1;
}
