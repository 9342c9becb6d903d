import { formatInstant, MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import { objectArgument } from '../python/arguments.js';
import { timeOfEvent } from './event-facts.js';
import { moveBy, objectOf, type Raw } from './raw-event.js';
import type { Calendar } from './state.js';
import type { Window } from './sync.js';

/**
 * Events that repeat. The vendor has its providers list each occurrence as an event of its own (`singleEvents` at Google, a
 * calendar view at Microsoft; read in its public code): the list lacks the event that they are occurrences of, which can be had alone by its id.
 */

type Platform = Calendar['platform'];
const FREQUENCIES = ['daily', 'weekly'] as const;
type Frequency = (typeof FREQUENCIES)[number];

const DAYS: Readonly<Record<Frequency, number>> = { daily: 1, weekly: 7 };
const DAY: Micros = 24 * 60 * MICROS_PER_MINUTE;

/** Has an event repeat without an end. */
export function makeSeries(platform: Platform, raw: Raw, frequency: string): void {
  raw['recurrence'] = written(platform, frequency);
}

const written = (platform: Platform, frequency: string): object =>
  platform === 'google' ? [`RRULE:FREQ=${frequency.toUpperCase()}`] : { pattern: { type: frequency, interval: 1 } };

/** How an event repeats that {@link makeSeries} has made; another has its occurrences from whoever has listed it. */
const frequencyOf = (platform: Platform, { recurrence }: Raw): Frequency | undefined =>
  recurrence === undefined
    ? undefined
    : FREQUENCIES.find((frequency) => JSON.stringify(recurrence) === JSON.stringify(written(platform, frequency)));

export const isSeries = (platform: Platform, raw: Raw): boolean => frequencyOf(platform, raw) !== undefined;

/** The id of the event that this one is an occurrence of. */
export const seriesOf = (platform: Platform, raw: Raw): unknown =>
  raw[platform === 'google' ? 'recurringEventId' : 'seriesMasterId'];

/** The occurrences of an event that repeats that the provider lists for this time. */
export function occurrencesOf(platform: Platform, series: Raw, { from, until }: Window): Raw[] {
  const days = DAYS[frequencyOf(platform, series)!];
  const { start, end } = timesOf(platform, series);
  if (start === undefined || end === undefined) return [];
  const found: Raw[] = [];
  // A day more on both sides: the clocks of its zone may be changed in between.
  const first = Math.max(0, Math.floor((from - DAY - end) / (days * DAY)));
  for (let day = first * days; start + (day - 1) * DAY < until; day += days) {
    const occurrence = occurrenceOn(platform, series, day);
    const { start: begins = until, end: ends = from } = timesOf(platform, occurrence);
    if (begins < until && ends > from) found.push(occurrence);
  }
  return found;
}

function timesOf(
  platform: Platform,
  raw: Raw,
): { readonly start: Micros | undefined; readonly end: Micros | undefined } {
  const event = objectArgument(raw);
  return { start: timeOfEvent(platform, event, 'start'), end: timeOfEvent(platform, event, 'end') };
}

/** So many days after the first one. Google's have their start in the id (read in public clients of its API); how Microsoft makes its ids is assumed. */
function occurrenceOn(platform: Platform, series: Raw, day: number): Raw {
  const raw = { ...series };
  delete raw['recurrence'];
  moveBy(raw, `+${day}d`);
  const { start = 0 } = timesOf(platform, raw);
  const mark = formatInstant(start).replace(/[-:]/g, '');
  if (platform === 'microsoft') {
    const uid = raw['iCalUId'];
    const ofItsOwn = typeof uid === 'string' ? { iCalUId: `${uid}_${mark}` } : {};
    return { ...raw, ...ofItsOwn, id: `${String(raw['id'])}_${mark}`, seriesMasterId: raw['id'] };
  }
  const stamp = 'date' in objectOf(raw['start']) ? mark.slice(0, 8) : mark;
  return { ...raw, id: `${String(raw['id'])}_${stamp}`, recurringEventId: raw['id'], originalStartTime: raw['start'] };
}
