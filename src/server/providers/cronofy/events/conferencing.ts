import { MICROS_PER_MINUTE } from '../../../../clock/instant.js';
import type { UpsertEventRequest } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import { notifyConference, providerNameOf } from '../webhooks.js';
import { jobs } from '../jobs.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type CalendarEvent } from '../state.js';
import { hasOtherOccurrences, shareConference, writtenOf } from './series.js';

/** The wait before a conference that failed is tried again doubles with every attempt (assumed). */
const FIRST_RETRY = MICROS_PER_MINUTE;

type Wanted = NonNullable<UpsertEventRequest['conferencing']>;

/** Gives an event the conference that a call asks for. It is made a moment later; an explicit one is there at once. */
export function setConference(world: World, event: CalendarEvent, wanted: Wanted): void {
  const { profile_id, provider_description, join_url } = wanted;
  if (event.conference?.profile_id === profile_id && profile_id !== 'explicit') return;
  world.clock.cancel(event.conferenceJob);
  event.conferenceJob = null;
  event.conference = null;
  if (profile_id === 'none') return;
  if (profile_id === 'explicit') {
    const provider_name = provider_description ?? 'explicit';
    event.conference = { profile_id, provider_name, state: 'assigned', join_url: join_url ?? null };
    return;
  }
  // Documented: no conference is made for an event whose start is past.
  if (event.startsAt <= world.now()) {
    return world.note('conferencing', event.event_uid, 'no conference is made: the event has begun already');
  }
  const { default_conferencing, integrated_conferencing, conferencingDelay } = settingsOf(world);
  const provider_name = profile_id === 'integrated' ? integrated_conferencing : default_conferencing;
  event.conference = { profile_id, provider_name, state: 'pending', join_url: null };
  planConference(world, event, world.now() + conferencingDelay, 1);
}

/** A conference that was on its way when its event was deleted is made after all. */
export function resumeConference(world: World, event: CalendarEvent): void {
  if (event.conference && event.conference.state !== 'assigned' && event.conferenceJob === null)
    planConference(world, event, world.now() + settingsOf(world).conferencingDelay, 1);
}

function planConference(world: World, event: CalendarEvent, due: number, attempt: number): void {
  const args = { event: event.key, attempt };
  event.conferenceJob = jobs.plan(world, 'conference', { due, subject: event.event_uid, args });
}

/** The conference is there: by itself, or because the test says so. */
export function assignConference(world: World, event: CalendarEvent, joinUrl: string): void {
  const { conference } = writtenOf(event);
  shareConference(world, event, {
    profile_id: conference?.profile_id ?? 'default',
    provider_name: conference?.provider_name ?? providerNameOf(joinUrl),
    state: 'assigned',
    join_url: joinUrl,
  });
  world.clock.cancel(event.conferenceJob);
  event.conferenceJob = null;
  const agent = sliceOf(world).agents.get(event.agent ?? '');
  if (agent && (agent.state === 'scheduled' || agent.state === 'activated'))
    agent.join_url = event.conference?.join_url ?? joinUrl;
  notifyConference(world, event, 'conferencing_assigned');
}

/** Makes the conference of an event, or fails and tries again later. */
export function makeConference(
  world: World,
  _: string,
  { event: key, attempt }: { readonly event: string; readonly attempt: number },
): void {
  const event = sliceOf(world).events.get(key);
  const conference = event && writtenOf(event).conference;
  if (!conference || (event.deleted && !hasOtherOccurrences(world, event))) return;
  event.conferenceJob = null;
  if (settingsOf(world).conferencing === 'assigned') {
    return assignConference(world, event, meetingUrl(world, conference.provider_name));
  }
  if (conference.state === 'pending') {
    shareConference(world, event, { ...conference, state: 'failing' });
    notifyConference(world, event, 'conferencing_failing');
  }
  const next = world.now() + FIRST_RETRY * 2 ** (attempt - 1);
  if (next < event.startsAt) planConference(world, event, next, attempt + 1);
}

/** A URL such as the service makes them. */
export function meetingUrl({ random }: World, provider: string): string {
  const hex = random.hex('conference', 24);
  const digits = String(Number.parseInt(hex.slice(0, 12), 16)).padStart(13, '1');
  const letters = hex.replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);
  if (provider === 'zoom') return `https://zoom.us/j/${digits.slice(0, 11)}`;
  if (provider === 'ms_teams')
    return `https://teams.microsoft.com/meet/${digits.slice(0, 13)}?p=${letters.slice(0, 12)}`;
  if (provider === 'google_meet')
    return `https://meet.google.com/${letters.slice(0, 3)}-${letters.slice(3, 7)}-${letters.slice(7, 10)}`;
  return `https://${provider.replace(/[^a-z0-9]+/gi, '-')}.example.com/${digits.slice(0, 9)}`;
}
