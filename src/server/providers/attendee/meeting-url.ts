import type { Platform } from '../meeting-url.js';

export interface MeetingUrl {
  readonly platform: Platform;
  readonly url: string;
}

const DECODING_ROUNDS = 3;

/** Brings a meeting URL into the form in which the vendor stores and answers it; `undefined` if it is none. */
export function normalizeMeetingUrl(text: string): MeetingUrl | undefined {
  let decoded = text.trim();
  for (let round = 0; round <= DECODING_ROUNDS; round++) {
    const found = googleMeet(decoded) ?? zoom(decoded) ?? teams(decoded);
    if (found) return found;
    const next = decode(decoded);
    if (next === decoded) return undefined;
    decoded = next;
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function googleMeet(text: string): MeetingUrl | undefined {
  const code = /^(?:https?:\/\/)?meet\.google\.com\/([A-Za-z0-9-]+)/.exec(text)?.[1];
  return code === undefined ? undefined : { platform: 'google_meet', url: `https://meet.google.com/${code}` };
}

function zoom(text: string): MeetingUrl | undefined {
  const match = /^(?:https?:\/\/)?((?:[\w-]+\.)*)zoom\.(?:us|com)\/([^?#\s]*)(?:\?([^#\s]*))?/.exec(text);
  if (!match) return undefined;
  const [, subdomain, path, query = ''] = match;
  if (!/(^|\/)\d+(\/|$)/.test(path!)) return undefined;
  const pwd = /(?:^|&)pwd=([A-Za-z0-9]+(?:\.\d+)?)/.exec(query)?.[1];
  const tk = /(?:^|&)tk=([^&]+)/.exec(query)?.[1];
  const kept = [...(pwd === undefined ? [] : [`pwd=${pwd}`]), ...(tk === undefined ? [] : [`tk=${tk}`])].join('&');
  return { platform: 'zoom', url: `https://${subdomain}zoom.us/${path}${kept ? `?${kept}` : ''}` };
}

function teams(text: string): MeetingUrl | undefined {
  const meet = /^(?:https?:\/\/)?(teams\.(?:microsoft|live)\.com)\/meet\/(\d+)\?(?:[^#\s]*&)?p=([\w-]+)/.exec(text);
  if (meet) return { platform: 'teams', url: `https://${meet[1]}/meet/${meet[2]}?p=${meet[3]}` };
  const join = /\/l\/meetup-join\/([^/?]+)\/([^/?]+)\?.*?context=(.+)$/.exec(text);
  if (!join || !/^(?:https?:\/\/)?teams\.(?:microsoft|live)\.com\//.test(text)) return undefined;
  const [, conversation, message, context] = join;
  const tenant = /"Tid"\s*:\s*"([^"]+)"/.exec(decode(context!))?.[1];
  const organizer = /"Oid"\s*:\s*"([^"]+)"/.exec(decode(context!))?.[1];
  if (tenant === undefined || organizer === undefined) return undefined;
  const place = `${decode(conversation!)}/${decode(message!)}`;
  return {
    platform: 'teams',
    url: `https://teams.microsoft.com/l/meetup-join/${place}?context={"Tid":"${tenant}","Oid":"${organizer}"}`,
  };
}
