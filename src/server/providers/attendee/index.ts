import { ofEach } from '../../../contracts/known-texts.js';
import type { Provider, VendorRequest } from '../provider.js';
import { backstage } from './backstage.js';
import { pageJobs } from './bots/agent-page.js';
import { endingJobs } from './bots/ending.js';
import { launchJobs } from './bots/launch.js';
import { meetingEvents } from './bots/meeting-events.js';
import { timerJobs } from './bots/timers.js';
import { calendarJobs } from './calendars/user-acts.js';
import { finish } from './framework/headers.js';
import { PREFIX, refusals } from './framework/refusals.js';
import { handlers } from './handlers.js';
import { jobs } from './jobs.js';
import { asyncJobs } from './recordings/async-transcription.js';
import { linkCredential, signedLink, STORE_PREFIX } from './recordings/link.js';
import { settings, type AttendeeSettings } from './settings.js';
import { isPublic, PUBLIC } from './site.js';
import { BOOKKEEPING, createState, findSubject, sliceOf } from './state.js';
import { tables } from './tables.js';
import { needsReading, webhookFormat } from './webhooks.js';

/** The Attendee bot API. */
export const attendee: Provider = {
  handlers,
  refusals,
  finish,
  settings,
  createState,
  tables,
  bookkeeping: BOOKKEEPING,
  findSubject,
  needsReading,
  meetingEvents,
  jobs: jobs.define({ ...launchJobs, ...endingJobs, ...timerJobs, ...pageJobs, ...asyncJobs, ...calendarJobs }),
  webhookFormat,
  backstage,
  credentialOf,
  issuedHere: (world, credential) => credential === PUBLIC || signedLink(world, credential),
  isOpen: isPublic,
  agents: { count: (world) => sliceOf(world).bots.size, makers: ['createBot', 'createAppSession'] },
  owns: (path) =>
    path === PREFIX ||
    [`${PREFIX}/`, STORE_PREFIX].some((start) => path.startsWith(start)) ||
    [path, `${path}/`].some(isPublic),
  // The documentation page prints paths without their prefix.
  aliasOf: (path) => (path.startsWith(`${PREFIX}/bots`) ? path.slice(PREFIX.length) : undefined),
  refusesAliases: (given) => !(given as AttendeeSettings).unprefixed_paths,
};

/** The signature of a link to the store, or the API's token. */
function credentialOf(request: VendorRequest): string | undefined {
  return linkCredential(request) ?? tokenIn(request.headers) ?? (isPublic(request.path) ? PUBLIC : undefined);
}

/** Read once: a client's headers are one object, and its token one text, however often it calls. */
const tokenIn = ofEach((headers: VendorRequest['headers']) => {
  const authorization = (headers['authorization'] ?? '').replace(/\s+/g, ' ').trim();
  return /^token +(\S+)$/i.exec(authorization)?.[1];
});
