import { platformOf, type Platform } from '../meeting-url.js';

/** Government clouds, which the shared list of platforms does not have (assumed to be taken, as the page names the services alone). */
const GOVERNMENT: readonly (readonly [RegExp, Platform])[] = [
  [/^((gov|dod)\.)?teams\.microsoft\.us$/, 'teams'],
  [/(^|\.)zoomgov\.com$/, 'zoom'],
];

/** The service of a meeting that agents can join: an HTTPS URL (documented) of a known host, with a path (assumed). */
export function meetingService(text: string): Platform | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, pathname } = new URL(text);
  if (protocol !== 'https:' || pathname === '/') return undefined;
  return platformOf(hostname) ?? GOVERNMENT.find(([host]) => host.test(hostname))?.[1];
}
