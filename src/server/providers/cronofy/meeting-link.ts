import { platformOf, type Platform } from '../meeting-url.js';
import { readUrl } from '../../../read-url.js';

/** Government clouds, which the shared list of platforms does not have (assumed to be taken, as the page names the services alone). */
const GOVERNMENT: readonly (readonly [RegExp, Platform])[] = [
  [/^((gov|dod)\.)?teams\.microsoft\.us$/, 'teams'],
  [/(^|\.)zoomgov\.com$/, 'zoom'],
];

/** The service of a meeting that agents can join: an HTTPS URL (documented) of a known host, with a path (assumed). */
export function meetingService(text: string): Platform | undefined {
  const url = readUrl(text);
  if (!url) return undefined;
  const { protocol, hostname, pathname } = url;
  if (protocol !== 'https:' || pathname === '/') return undefined;
  return platformOf(hostname) ?? GOVERNMENT.find(([host]) => host.test(hostname))?.[1];
}
