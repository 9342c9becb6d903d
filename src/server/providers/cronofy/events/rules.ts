import type { Micros } from '../../../../clock/instant.js';
import type { EventTime, UpsertEventRequest } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import { readUrl } from '../../../../read-url.js';
import { checkRecurrence } from './recurrence.js';
import type { FieldErrors } from '../errors.js';
import { isTakenZone } from '../read-time.js';
import { isDay, isTaken, readEventTime, zoneOf } from './times.js';
import { settingsOf, type CronofySettings } from '../settings.js';
import { writtenOf } from './series.js';
import { sliceOf, type CalendarEvent } from '../state.js';
import { checkImageUrl, checkSubscriptions, httpUrl } from '../validate.js';

const CONFERENCING_WORDS = ['default', 'integrated', 'explicit', 'none'];
const DEFAULT_TZID = 'Etc/UTC';

/**
 * The rules of an event that a schema cannot say. A new event needs summary, start and end (documented); the update of
 * a known one only says what changes (the page on cancelling shows such a body).
 */
export function checkEvent(
  world: World,
  body: UpsertEventRequest,
  present: CalendarEvent | undefined,
  errors: FieldErrors,
): void {
  if (!present) {
    for (const field of ['summary', 'start', 'end'] as const) {
      if (body[field] == null) errors.add(field, 'required', 'required');
    }
  }
  if (!checkForms(world, body, errors)) checkTimes(settingsOf(world), body, present, errors);
  if (body.url != null && !readUrl(body.url)) errors.add('url', 'invalid_url', 'must be a valid URL');
  checkSeries(world, body, present, errors);
  checkConferencing(world, body, errors);
  if (body.meeting_agent?.image_url !== undefined)
    checkImageUrl(body.meeting_agent.image_url, 'meeting_agent.image_url', errors);
  checkSubscriptions(body.subscriptions ?? [], errors, settingsOf(world));
}

/** What becomes of an agent on an event that repeats is unknown. */
function checkSeries(
  world: World,
  { recurrence, meeting_agent }: UpsertEventRequest,
  present: CalendarEvent | undefined,
  errors: FieldErrors,
): void {
  checkRecurrence(recurrence?.rules ?? [], errors);
  const repeats = recurrence ? recurrence.rules.length > 0 : present?.rule != null;
  const sends = meeting_agent ? meeting_agent.profile_id === 'cronofy' : present?.meeting_agent != null;
  if (!repeats || !sends) return;
  if (settingsOf(world).recurring_agents === 'refused')
    errors.add('recurrence', 'not_supported', 'must not be combined with a meeting agent');
  else world.noteOnce('events', 'The agent of an event that repeats goes to its first occurrence alone.');
}

/** Says which times of the body have a form that is not taken; true if one has. */
function checkForms(world: World, body: UpsertEventRequest, errors: FieldErrors): boolean {
  const wrong = (['start', 'end'] as const).filter((field) => {
    const value = body[field];
    return value != null && !isTaken(value, settingsOf(world));
  });
  for (const field of wrong) errors.add(field, 'invalid_time', 'must be a time or a date');
  return wrong.length > 0;
}

function checkTimes(
  settings: CronofySettings,
  body: UpsertEventRequest,
  present: CalendarEvent | undefined,
  errors: FieldErrors,
): void {
  const written = present && writtenOf(present);
  const tzid = body.tzid ?? written?.tzid ?? DEFAULT_TZID;
  if (!isTakenZone(tzid, settings)) return errors.add('tzid', 'tzid_unrecognized', 'TZID not recognized');
  const [start, end] = (['start', 'end'] as const).map((field) => {
    const value = body[field] ?? written?.[field];
    if (value === undefined) return undefined;
    const zone = zoneOf(value, tzid);
    if (isTakenZone(zone, settings)) return { value, at: checkTime(field, value, zone, errors) };
    return errors.add(`${field}.tzid`, 'tzid_unrecognized', 'TZID not recognized');
  });
  if (!start || !end) return;
  if (isDay(start.value) !== isDay(end.value))
    errors.add('end', 'invalid_time_pair', `must be a ${isDay(start.value) ? 'date' : 'time'}, as start is`);
  else if (start.at !== undefined && end.at !== undefined && end.at <= start.at)
    errors.add('end', 'invalid_time_pair', 'end must be after start');
}

function checkTime(field: 'start' | 'end', value: EventTime, zone: string, errors: FieldErrors): Micros | undefined {
  const at = readEventTime(value, zone);
  if (at === undefined) errors.add(field, 'invalid_time', 'must be a time or a date');
  else if (at % 1_000_000 !== 0) errors.add(field, 'invalid_time', 'must not include milliseconds');
  else return at;
  return undefined;
}

function checkConferencing(world: World, { conferencing }: UpsertEventRequest, errors: FieldErrors): void {
  if (!conferencing) return;
  const { profile_id, join_url, provider_description } = conferencing;
  const isKnown =
    CONFERENCING_WORDS.includes(profile_id) ||
    sliceOf(world).accounts.find(({ conferencing_profile_id }) => conferencing_profile_id === profile_id) !== undefined;
  if (!isKnown) errors.add('conferencing.profile_id', 'not_recognized', 'must be a known conferencing profile');
  if (profile_id !== 'explicit') return;
  if (provider_description === undefined) errors.add('conferencing.provider_description', 'required', 'required');
  if (join_url === undefined) errors.add('conferencing.join_url', 'required', 'required');
  else if (!httpUrl(join_url)) errors.add('conferencing.join_url', 'invalid_url', 'must be a valid URL');
}
