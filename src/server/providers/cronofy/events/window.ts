import { MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import type { FieldErrors } from '../errors.js';
import { isTakenZone, readTime } from '../read-time.js';
import { settingsOf } from '../settings.js';
import type { CalendarEvent } from '../state.js';
import { isDay, readEventTime } from './times.js';

/** Which events a read asks for. */

const MICROS_PER_DAY = 24 * 60 * MICROS_PER_MINUTE;
const PAST = 42 * MICROS_PER_DAY;
const FUTURE = 201 * MICROS_PER_DAY;

export interface Window {
  /** Without them, 42 days back and 201 ahead (documented); managed events are not bound by that. */
  readonly from: Micros | undefined;
  readonly to: Micros | undefined;
  readonly modifiedSince: Micros;
  readonly now: Micros;
}

export function readWindow(world: World, query: URLSearchParams, errors: FieldErrors): Window {
  const settings = settingsOf(world);
  const tzid = lastOf(query, 'tzid');
  if (!tzid) errors.add('tzid', 'required', 'required');
  else if (!isTakenZone(tzid, settings)) errors.add('tzid', 'tzid_unrecognized', 'TZID not recognized');
  const zone = errors.any ? 'Etc/UTC' : tzid!;
  const moment = (name: string): Micros | undefined => {
    const text = lastOf(query, name);
    if (!text) return undefined;
    const day = name !== 'last_modified' && isDay(text);
    const at = day ? readEventTime(text, zone) : readTime(text, settings);
    if (at === undefined) errors.add(name, 'invalid_time', 'must be a time or a date');
    return at;
  };
  return {
    from: moment('from'),
    to: moment('to'),
    modifiedSince: moment('last_modified') ?? Number.NEGATIVE_INFINITY,
    now: world.now(),
  };
}

/** The value of a parameter; of one that is repeated, the last (assumed). */
export const lastOf = (query: URLSearchParams, name: string): string | undefined => query.getAll(name).at(-1);

/** True for a flag that says so; in any other word it counts as one that is not given (assumed). */
export const isSet = (query: URLSearchParams, name: string): boolean => /^(true|1)$/i.test(lastOf(query, name) ?? '');

/** The values of a parameter that may be repeated, as all SDKs write it. */
export const allOf = (query: URLSearchParams, name: string): string[] => [
  ...query.getAll(`${name}[]`),
  ...query.getAll(name),
];

export function isWanted(event: CalendarEvent, query: URLSearchParams, window: Window): boolean {
  const says = (name: string): boolean => isSet(query, name);
  const calendars = allOf(query, 'calendar_ids');
  return (
    (event.managed ? says('include_managed') || says('only_managed') : !says('only_managed')) &&
    (!event.deleted || says('include_deleted')) &&
    (calendars.length === 0 || calendars.includes(event.calendar_id)) &&
    event.updated >= window.modifiedSince &&
    (isInside(event, event.managed, window) ||
      (says('include_moved') && event.earlier.some((span) => isInside(span, event.managed, window))))
  );
}

/** An event counts if it starts before the window ends, and ends on its first day or later (documented): at midnight is before. */
const isInside = (
  { startsAt, endsAt }: { readonly startsAt: Micros; readonly endsAt: Micros },
  managed: boolean,
  { from, to, now }: Window,
): boolean =>
  endsAt > (from ?? (managed ? Number.NEGATIVE_INFINITY : now - PAST)) &&
  startsAt < (to ?? (managed ? Number.POSITIVE_INFINITY : now + FUTURE));
