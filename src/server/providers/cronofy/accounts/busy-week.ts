import { formatInstant, MICROS_PER_MINUTE, parseInstant, type Micros } from '../../../../clock/instant.js';
import { formatLocal, fromLocal } from '../../../../clock/zones.js';
import { WEEKDAYS, type RecurrenceRule } from '../../../../contracts/cronofy/events.js';
import { personName } from '../../../engine/names.js';
import type { World } from '../../../engine/world.js';
import { asGuest } from '../events/attendees.js';
import { explicitConference } from '../webhooks.js';
import { newEvent } from '../events/new-event.js';
import { occurrencesBeside } from '../events/recurrence.js';
import { repeat } from '../events/series.js';
import { setTimes } from '../events/times.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account, type CalendarEvent } from '../state.js';
import { ownAccount } from './accounts.js';
import { addPerson } from './people.js';

/** A normal week: colleagues, a room, and events of theirs and of others in this week and the next. Greenroom's own invention. */

const HOUR: Micros = 60 * MICROS_PER_MINUTE;
const DAY: Micros = 24 * HOUR;

/** Puts the week into a workspace that begins with one, once, with the first call that may see it. */
export function beginWeek(world: World): void {
  const { facts } = sliceOf(world);
  if (facts.seeded || settingsOf(world).calendar === 'empty') return;
  facts.seeded = true;
  const own = ownAccount(world);
  const colleagues = [1, 2].map((n) => {
    const name = personName(world.random.seedFor(`cronofy/colleague/${n}`));
    const email = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@example.com`;
    return addPerson(world, { email, name, tzid: own.tzid });
  });
  const room = addPerson(world, { email: 'room-1@example.com', name: 'Room 1', room: true, tzid: own.tzid });
  fillOwn(world, own, colleagues);
  for (const person of [...colleagues, room]) fillByChance(world, person);
}

/** The first minute of Monday, on the clocks of a zone, as if it were UTC. */
function monday(world: World, zone: string): Micros {
  const today = parseInstant(`${formatLocal(world.now(), zone).slice(0, 10)}T00:00:00Z`)!;
  return today - ((new Date(today / 1000).getUTCDay() + 6) % 7) * DAY;
}

interface Entry {
  /** Days after Monday, and the time of day in hours. */
  readonly day: number;
  readonly from: number;
  readonly to: number;
  readonly summary: string;
  readonly rule?: RecurrenceRule;
  readonly more?: Partial<CalendarEvent>;
}

function add(
  world: World,
  { calendar_id, tzid }: Account,
  { day, from, to, summary, rule, more = {} }: Entry,
): CalendarEvent {
  const { events, byUid } = sliceOf(world);
  const midnight = monday(world, tzid) + day * DAY;
  const given = { calendar_id, event_id: '', managed: false, foreignSecret: null, origin: '' };
  const event = Object.assign(newEvent(world, given), { summary, rule: rule ?? null }, more);
  const time = (hours: number): string => formatInstant(fromLocal(midnight + hours * HOUR, tzid));
  const date = (days: number): string => formatInstant(midnight + days * DAY).slice(0, 10);
  const isDay = to - from >= 24;
  setTimes(event, isDay ? { start: date(0), end: date(1), tzid } : { start: time(from), end: time(to), tzid });
  events.add(event);
  byUid[event.event_uid] = event.key;
  if (rule) repeat(world, event);
  return event;
}

const WORKDAYS = WEEKDAYS.slice(1, 6);

function fillOwn(world: World, own: Account, [first, second]: readonly Account[]): void {
  const asked = (organizer: Account, status: CalendarEvent['participation_status']): Partial<CalendarEvent> => ({
    organizer: asGuest(organizer),
    attendees: [organizer, own].map((one) => ({ ...asGuest(one), status: one === own ? status : 'accepted' })),
    participation_status: status,
  });
  const meet = { conference: explicitConference('https://meet.google.com/abc-defg-hij') };
  const daily: RecurrenceRule = { frequency: 'weekly', by_day: WORKDAYS, count: 10 };
  const standup = {
    day: 0,
    from: 9.5,
    to: 9.75,
    summary: 'Standup',
    rule: daily,
    more: { ...meet, ...asked(first!, 'accepted') },
  };
  const occurrences = occurrencesBeside(world, add(world, own, standup));
  // One instance was moved, and one deleted.
  const [, moved, deleted] = occurrences;
  if (moved) {
    const [start, end] = [moved.startsAt, moved.endsAt].map((at) => formatInstant(at + 6 * HOUR));
    setTimes(moved, { start: start!, end: end!, tzid: moved.tzid });
  }
  if (deleted) deleted.deleted = true;
  add(world, own, {
    day: 1,
    from: 10,
    to: 11.5,
    summary: 'Planning',
    more: { ...meet, ...asked(second!, 'accepted') },
  });
  add(world, own, { day: 2, from: 12, to: 13, summary: 'Lunch', more: { transparency: 'transparent' } });
  add(world, own, {
    day: 3,
    from: 15,
    to: 16,
    summary: 'Interview',
    more: { ...asked(first!, 'tentative'), tentative: true },
  });
  add(world, own, { day: 3, from: 16, to: 17, summary: 'Vendor call', more: asked(second!, 'declined') });
  add(world, own, { day: 4, from: 0, to: 24, summary: 'Team day' });
  add(world, own, { day: 8, from: 14, to: 15, summary: 'Review', more: asked(second!, 'needs_action') });
}

/** Eight meetings in each of two weeks, between nine and five. */
function fillByChance(world: World, person: Account): void {
  for (let n = 0; n < 16; n++) {
    const chance = world.random.seedFor(`cronofy/week/${person.email}/${n}`);
    const day = Math.floor(n / 8) * 7 + (chance % 5);
    const from = 9 + (Math.floor(chance / 5) % 14) / 2;
    add(world, person, { day, from, to: from + ((Math.floor(chance / 70) % 3) + 1) / 2, summary: 'Meeting' });
  }
}
