import { Type } from '@sinclair/typebox';
import { parseOffset } from '../../clock/shift.js';
import { formatDuration } from '../../clock/duration.js';
import { MICROS_PER_SECOND, type Micros } from '../../clock/instant.js';
import {
  faultOfAct,
  USER_ACTS,
  wordsOfAct,
  type CalendarAct,
  type CalendarStep,
} from '../../contracts/control/calendar-acts.js';
import { wordOf } from '../../contracts/control/fields.js';
import type { JobDefinition } from '../engine/jobs.js';
import type { Booking } from '../engine/player.js';
import type { World } from '../engine/world.js';
import { playStateOf } from './state.js';
import { duration, type Fail } from './timetable.js';

/** What a story says of the calendar around an agent, and how it comes to pass. */

/** An act with its moment: from the start of the event, or from the act before it. */
export interface PlannedAct {
  readonly act: CalendarAct;
  readonly from: 'start' | 'before';
  readonly offset: Micros;
}

/** An act that says no moment comes so long after the one before it. */
const GAP = '1m';

export const prepareCalendar = (steps: readonly CalendarStep[], fail: Fail): PlannedAct[] =>
  steps.map(({ at, after, user, to, guest }, i) => {
    const pointer = `/calendar/${i}`;
    const act: CalendarAct = { user, to, guest };
    const fault = faultOfAct(act);
    if (fault)
      fail({
        pointer: `${pointer}/${fault.field}`,
        expected: fault.expected,
        was: JSON.stringify(act[fault.field as 'to']) ?? 'missing',
      });
    if (at !== undefined && after !== undefined)
      fail({ pointer, expected: 'one of "at" and "after"', was: 'at and after' });
    if (at === undefined) return { act, from: 'before', offset: duration(fail, after ?? GAP, `${pointer}/after`) };
    const offset =
      parseOffset(at) ??
      fail({
        pointer: `${pointer}/at`,
        expected: 'an offset such as "-20m", of 285 years at the most',
        was: JSON.stringify(at),
      });
    return { act, from: 'start', offset };
  });

export const CALENDAR_JOB = 'scenario.calendar';
const Optional = Type.Optional(Type.String());

export const calendarJob: JobDefinition = {
  args: Type.Object({
    provider: Type.String(),
    event: Type.String(),
    user: wordOf(USER_ACTS),
    to: Optional,
    guest: Optional,
  }),
  label: ({ args }) => `the user ${String(args['user']).replaceAll('_', ' ')}`,
  run(world, { subject, args }) {
    const { provider, event, ...act } = args as unknown as CalendarAct & { provider: string; event: string };
    const refused = actOn(world, { provider, event }, act);
    world.note(
      'calendar',
      subject,
      `the user ${wordsOfAct(act)}${refused === undefined ? '' : `, and nothing comes of it: ${refused}`}`,
    );
  },
};

/** Has a user do it in the calendar of a vendor; gives back why nothing comes of it. */
export const actOn = (
  world: World,
  { provider, event }: Pick<Booking, 'provider' | 'event'>,
  act: CalendarAct,
): string | undefined => {
  const { userActs } = world.vendor(provider).meetingEvents;
  return userActs ? userActs(world, event, act) : 'the vendor has no calendars';
};

/** Plans what users do to an event, once: when its first agent is booked. Moments that are past come a second later. */
export function planActs(world: World, booking: Booking, acts: readonly PlannedAct[]): void {
  if (acts.length === 0) return;
  const { booked } = playStateOf(world);
  const { provider, event, agent, startsAt } = booking;
  const key = `${provider} ${event}`;
  if (Object.hasOwn(booked, key)) return;
  booked[key] = true;
  let due = world.now();
  for (const { act, from, offset } of acts) {
    due = Math.max(from === 'start' ? startsAt + offset : due + offset, world.now() + MICROS_PER_SECOND);
    const { user, to, guest } = act;
    const args = {
      provider,
      event,
      user,
      ...(to === undefined ? {} : { to }),
      ...(guest === undefined ? {} : { guest }),
    };
    world.clock.schedule({ due, kind: CALENDAR_JOB, subject: agent, args });
  }
}

/** Says that nobody can do to a calendar what the story tells, for an agent that stands in none. */
export function noteNoCalendar(world: World, agent: string, acts: readonly PlannedAct[]): void {
  const [first] = acts;
  if (!first) return;
  const when =
    first.from === 'start' ? ` (${first.offset < 0 ? '-' : ''}${formatDuration(Math.abs(first.offset))})` : '';
  world.note(
    'calendar',
    agent,
    `the agent is for no event of a calendar: nobody ${first.act.user.replaceAll('_', ' ')}${when}, and whatever else the story tells of the calendar does not happen`,
  );
}
