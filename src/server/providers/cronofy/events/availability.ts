import { formatInstant, MICROS_PER_MINUTE, parseInstant, type Micros } from '../../../../clock/instant.js';
import {
  AvailabilityRequest,
  type AvailabilityRequest as Query,
  type FreeTime,
  type Member,
  type Period,
} from '../../../../contracts/cronofy/availability.js';
import type { World } from '../../../engine/world.js';
import { isConnected, ownAccount } from '../accounts/accounts.js';
import { calendarsOf } from '../accounts/calendars.js';
import { profilesOf } from '../accounts/linking.js';
import { admitted } from '../accounts/authorize.js';
import { json, type FieldErrors } from '../errors.js';
import { readTime } from '../read-time.js';
import { full } from '../../full.js';
import { settingsOf, type CronofySettings } from '../settings.js';
import { sliceOf, type CalendarEvent } from '../state.js';
import { readBody } from '../validate.js';
import { quorumOf } from './quorum.js';
import { freeBusyOf } from './render.js';
import { extendSeries } from './series.js';
import {
  findPeriods,
  findSlots,
  intersect,
  merge,
  overlap,
  slotsAt,
  without,
  type FreeMember,
  type Found,
  type Span,
} from './free-time.js';

/** What the vendor's own widget and earlier copies of its page keep to. */
const LIMITS = { accounts: 10, periods: 50, days: 35, minutes: 480, results: 512 } as const;
/** How much a call of a stranger may have looked at, and how many members its answer may name, one by one. */
const OF_STRANGERS = { looks: 5_000_000, names: 200_000 } as const;
const MICROS_PER_DAY = 24 * 60 * MICROS_PER_MINUTE;

/** The queried time minus the events of the members' calendars. */
const findAvailability = admitted({ wants: 'either' }, (call) => {
  const { world } = call;
  const read = readBody<Query>(call, AvailabilityRequest);
  if ('refusal' in read) return read.refusal;
  const { body: query, errors } = read;
  ownAccount(world);
  const periods = checkQuery(world, query, errors);
  if (errors.any) return errors.reply();
  const members = query.participants.flatMap(({ members }) => members);
  const tooMuch = world.limits && excess(world, members.length, (query.query_slots ?? periods).length);
  if (tooMuch !== undefined) return full(tooMuch);
  noteLimits(world, members);
  extendSeries(world);
  const names = world.limits ? OF_STRANGERS.names : Number.POSITIVE_INFINITY;
  const found = search(world, query, periods, names);
  if (!found) return full(`the answer would name more than ${names} members: ask for fewer members, or fewer results`);
  const pending = settingsOf(world).initial_sync === 'pending' ? 'pending' : 'active';
  const statusOf = (sub: string): string => {
    const account = sliceOf(world).accounts.get(sub);
    const some = !account || profilesOf(world, account).some((profile) => isConnected(world, profile));
    return some ? pending : 'disconnected';
  };
  return json(200, {
    [isOfPeriods(query) ? 'available_periods' : 'available_slots']: found.map(render),
    ...(query.include_member_statuses
      ? { member_statuses: members.map(({ sub }) => ({ sub, sync_status: statusOf(sub) })) }
      : {}),
  });
});

function noteLimits(world: World, members: readonly Member[]): void {
  const has = (of: (member: Member) => unknown): boolean => members.some((member) => of(member) !== undefined);
  if (has((member) => member.managed_availability ?? member.availability_rule_ids))
    world.noteOnce('availability', 'Availability rules are not kept: members are free whenever they have no event.');
  if (has((member) => member.availability_constraints))
    world.noteOnce('availability', 'availability_constraints are not kept: members may have any number of meetings.');
}

/** Why a call is too much for a world that others wait beside. Each member is looked for at each time, and among all accounts. */
function excess(world: World, members: number, times: number): string | undefined {
  const { accounts, calendars } = sliceOf(world);
  const own = accounts.size + calendars.size;
  return members * (times + own) <= OF_STRANGERS.looks
    ? undefined
    : `the call asks for ${members} members at ${times} times in a world of ${own} accounts and calendars, and the members by the sum of the two may be ${OF_STRANGERS.looks} at the most: ask for fewer`;
}

const mostOf = (world: World, { max_results }: Query): number =>
  max_results ?? settingsOf(world).availability_max_results;

const isOfPeriods = ({ response_format = 'periods' }: Query): boolean => response_format === 'periods';

const render = ({ start, end, free }: Found): FreeTime => ({
  start: formatInstant(start),
  end: formatInstant(end),
  participants: free.map(({ sub }) => ({ sub })),
});

const spanOf = ({ start, end }: Period): Span => ({ start: parseInstant(start) ?? 0, end: parseInstant(end) ?? 0 });
const minutes = (duration: Partial<Record<'minutes' | 'hours', number>> | undefined): Micros =>
  ((duration?.minutes ?? 0) + 60 * (duration?.hours ?? 0)) * MICROS_PER_MINUTE;

/** The first times at which enough members are free; `undefined` if they name more members than they may. */
function search(world: World, query: Query, periods: readonly Span[], names: number): readonly Found[] | undefined {
  const duration = minutes(query.required_duration);
  const bounds = { duration, most: mostOf(world, query), names };
  const members = membersOf(world, query, periods);
  const quorum = () => quorumOf(members, query.participants);
  if (query.query_slots) {
    const starts = query.query_slots.map(({ start }) => parseInstant(start) ?? 0);
    return slotsAt(members, quorum, starts, bounds);
  }
  if (isOfPeriods(query)) return findPeriods(members, quorum(), bounds);
  const given = query.start_interval && minutes(query.start_interval);
  if (query.response_format === 'slots')
    return findSlots(members, quorum(), { ...bounds, interval: given ?? 1, step: duration });
  const interval = given ?? settingsOf(world).availabilityStartInterval;
  return findSlots(members, quorum(), { ...bounds, interval, step: interval });
}

/** Everybody who was asked for, once, with their free time. */
function membersOf(world: World, query: Query, periods: readonly Span[]): FreeMember[] {
  const excluded = new Set(query.excluded_events?.flatMap(({ event_id, event_uid }) => [event_id, event_uid]));
  const members = new Map(query.participants.flatMap((group) => group.members.map((member) => [member.sub, member])));
  const buffers = [...members.values()].map((member) => buffersOf(member.buffer ?? query.buffer));
  const standing = standingEvents(world, {
    start: (periods[0]?.start ?? 0) - buffers.reduce((most, { before }) => Math.max(most, before), 0),
    end: (periods.at(-1)?.end ?? 0) + buffers.reduce((most, { after }) => Math.max(most, after), 0),
  });
  return [...members.values()].map((member, i) => {
    const { before, after } = buffers[i]!;
    const busy = busyEvents(world, member, standing)
      .filter(({ event_id, event_uid }) => !excluded.has(event_id) && !excluded.has(event_uid))
      .map(({ startsAt, endsAt }) => ({ start: startsAt - after, end: endsAt + before }));
    const own = member.available_periods?.map(spanOf);
    const asked = own ? intersect(periods, merge(own)) : periods;
    return { sub: member.sub, free: without(asked, busy) };
  });
}

const buffersOf = (given: Query['buffer']) => ({ before: buffer(given?.before), after: buffer(given?.after) });

type Buffer = NonNullable<Query['buffer']>['before'];
const buffer = (given: Buffer): Micros =>
  minutes(
    given &&
      ('minimum' in given || 'maximum' in given
        ? given.minimum
        : (given as Partial<Record<'minutes' | 'hours', number>>)),
  );

/** The events of all calendars that are not over before a span and do not begin after it, by calendar. */
function standingEvents(world: World, { start, end }: Span): ReadonlyMap<string, readonly CalendarEvent[]> {
  const standing = new Map<string, CalendarEvent[]>();
  for (const event of sliceOf(world).events.values()) {
    if (event.deleted || event.endsAt < start || event.startsAt > end) continue;
    const own = standing.get(event.calendar_id);
    if (own) own.push(event);
    else standing.set(event.calendar_id, [event]);
  }
  return standing;
}

/** What keeps a member from meeting: opaque events that stand and that they have not declined (assumed). */
function busyEvents(
  world: World,
  { sub, calendar_ids, only_managed_events, ignore_tentative }: Member,
  standing: ReadonlyMap<string, readonly CalendarEvent[]>,
): CalendarEvent[] {
  const account = sliceOf(world).accounts.get(sub);
  if (!account) return [];
  const own = calendarsOf(world, account).map(({ calendar_id }) => calendar_id);
  const asked = calendar_ids && new Set(calendar_ids);
  const wanted = asked ? own.filter((id) => asked.has(id)) : own;
  const events = [...new Set(wanted)].flatMap((id) => standing.get(id) ?? []);
  const alsoTentative = !ignore_tentative && settingsOf(world).availability_busy === 'tentative_too';
  return events.filter((event) => {
    if (only_managed_events && !event.managed) return false;
    const status = freeBusyOf(event);
    return status === 'busy' || (status === 'tentative' && alsoTentative);
  });
}

/** The rules that a schema cannot say; returns the time that is asked for. */
function checkQuery(world: World, query: Query, errors: FieldErrors): Span[] {
  const { participants, query_slots } = query;
  const settings = settingsOf(world);
  const field = query.query_periods ? 'query_periods' : 'available_periods';
  const periods = query[field];
  if (!periods && !query_slots) errors.add('query_periods', 'required', 'required');
  checkPeriods(periods ?? [], field, errors, settings);
  query_slots?.forEach(({ start }, i) => checkTime(start, `query_slots[${i}].start`, errors, settings));
  participants.forEach(({ members }, i) =>
    members.forEach(({ sub, available_periods = [] }, j) => {
      const at = `participants[${i}].members[${j}]`;
      if (settings.availability_unknown_sub === 'refused' && !sliceOf(world).accounts.get(sub))
        errors.add(`${at}.sub`, 'not_recognized', 'must be an account that has authorized the application');
      checkPeriods(available_periods, `${at}.available_periods`, errors, settings);
    }),
  );
  if (minutes(query.required_duration) === 0) errors.add('required_duration.minutes', 'required', 'required');
  const slots = query_slots?.map(({ start }) => slotOf(start, minutes(query.required_duration)));
  const spans = merge(slots ?? periods?.map(spanOf) ?? []);
  if (settings.availability_limits === 'enforced' && !errors.any) checkLimits(query, spans, errors);
  return spans;
}

function slotOf(text: string, duration: Micros): Span {
  const start = parseInstant(text) ?? 0;
  return { start, end: start + duration };
}

function checkPeriods(periods: readonly Period[], field: string, errors: FieldErrors, settings: CronofySettings): void {
  periods.forEach(({ start, end }, i) => {
    const at = `${field}[${i}]`;
    const good = [checkTime(start, `${at}.start`, errors, settings), checkTime(end, `${at}.end`, errors, settings)];
    if (good.every(Boolean) && parseInstant(end)! <= parseInstant(start)!)
      errors.add(`${at}.end`, 'invalid_time_pair', 'end must be after start');
  });
  if (settings.availability_overlaps === 'refused' && !errors.any && overlap(periods.map(spanOf)))
    errors.add(field, 'invalid', 'must not overlap');
}

function checkTime(text: string, field: string, errors: FieldErrors, settings: CronofySettings): boolean {
  if (readTime(text, settings) !== undefined) return true;
  errors.add(field, 'invalid_time', 'must be a time');
  return false;
}

function checkLimits(query: Query, spans: readonly Span[], errors: FieldErrors): void {
  const most = (field: string, number: number, limit: number, of: string): void => {
    if (number > limit) errors.add(field, 'invalid', `must be at most ${limit} ${of}`);
  };
  const subs = new Set(query.participants.flatMap(({ members }) => members.map(({ sub }) => sub)));
  const asked = query.query_periods ?? query.available_periods ?? [];
  most('participants', subs.size, LIMITS.accounts, 'accounts');
  most('query_periods', asked.length, LIMITS.periods, 'periods');
  most('query_periods', ((spans.at(-1)?.end ?? 0) - (spans[0]?.start ?? 0)) / MICROS_PER_DAY, LIMITS.days, 'days');
  most('required_duration.minutes', minutes(query.required_duration) / MICROS_PER_MINUTE, LIMITS.minutes, 'minutes');
  most('max_results', query.max_results ?? 0, LIMITS.results, 'results');
}

export const availabilityHandlers = { findAvailability };
