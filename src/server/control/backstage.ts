import type { Static } from '@sinclair/typebox';
import { BackstageBody } from '../../contracts/control/backstage.js';
import { BookingBody } from '../../contracts/control/calendar.js';
import { CalendarBody, faultOfAct, wordsOfAct } from '../../contracts/control/calendar-acts.js';
import { formatInstant } from '../../clock/instant.js';
import { isTimeZone } from '../../clock/zones.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { GreenroomError } from '../../errors.js';
import { placeAt, told } from '../../told.js';
import { assertBody, instantAt } from './body.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { unknownWord } from './query.js';
import { runInlineJobs } from '../engine/deliveries/early.js';

/** The backstage door: makes happen now what the vendor's own side would do. */
export function backstageRoutes({ vendors }: RouteOptions) {
  return {
    act: ({ workspace: { world }, body }) => {
      const given = body(BackstageBody);
      const { kind, ...args } = given;
      if (kind === 'calendar' && 'user' in args && args.user === 'books')
        return json(bookByHand(world, vendors, body(BookingBody)));
      if (kind === 'calendar') return json(actByHand(world, vendors, body(CalendarBody)));
      const vendor = vendors.find(({ backstage }) => Object.hasOwn(backstage, kind));
      if (!vendor) {
        const kinds = ['calendar', ...vendors.flatMap(({ backstage }) => Object.keys(backstage))];
        throw unknownWord({ what: 'the backstage action', pointer: '/kind' }, kind, kinds);
      }
      assertBody(vendor.profile.backstage.actions[kind]!, given);
      const line = world.log({ kind: 'backstage', subject: null, provider: vendor.name, action: kind });
      world.changes++;
      const { subject = null, refused, legal } = vendor.backstage[kind]!(world, args);
      Object.assign(line, { subject, ...(refused === undefined ? {} : { refused }) });
      runInlineJobs(world);
      if (refused !== undefined) throw new GreenroomError('REFUSED', refused, legal === undefined ? {} : { legal });
      return json({});
    },
  } satisfies Record<string, ControlHandler>;
}

/** A user does something in the own calendar, of whichever vendor knows the event. */
function actByHand(world: World, vendors: readonly Vendor[], given: Static<typeof CalendarBody>): object {
  const { kind, subject, ...act } = given;
  const fault = faultOfAct(act);
  if (fault) throw invalid(`/${fault.field}`, fault.expected);
  const found = vendors.flatMap((vendor) => {
    const event = vendor.meetingEvents.calendarEventOf?.(world, subject);
    return event === undefined ? [] : [{ vendor, event }];
  })[0];
  if (!found) throw new GreenroomError('REFUSED', `no event of a calendar is known by ${JSON.stringify(subject)}`);
  const action = `${kind} ${wordsOfAct(act)}`;
  const line = world.log({ kind: 'backstage', subject: null, provider: found.vendor.name, action });
  world.changes++;
  const refused = found.vendor.meetingEvents.userActs?.(world, found.event, act);
  const id = typeof subject === 'string' ? subject : found.vendor.findSubject(world, subject)?.id;
  Object.assign(line, id === undefined ? {} : { subject: id }, refused === undefined ? {} : { refused });
  runInlineJobs(world);
  if (refused !== undefined) throw new GreenroomError('REFUSED', refused);
  return {};
}

/** A user puts a meeting into the own calendar of a vendor: of the one that is named, or of the first that has one. */
function bookByHand(world: World, vendors: readonly Vendor[], given: Static<typeof BookingBody>): object {
  const { kind, user, provider, ...meeting } = given;
  const named = provider === undefined ? vendors : vendors.filter(({ name }) => name === provider);
  const [start, end] = [instantAt('/start', meeting.start, 'act'), instantAt('/end', meeting.end, 'act')];
  if (named.length === 0)
    throw unknownWord(
      { what: 'the vendor', pointer: '/provider' },
      provider!,
      vendors.map(({ name }) => name),
    );
  if (end <= start) throw invalid('/end', 'an instant after the start');
  if (meeting.tzid !== undefined && !isTimeZone(meeting.tzid)) throw invalid('/tzid', 'a time zone');
  const refusals: string[] = [];
  for (const { name, meetingEvents } of named) {
    const times = { start: formatInstant(start), end: formatInstant(end) };
    const done = meetingEvents.userBooks?.(world, { ...meeting, ...times }) ?? { refused: 'it has no calendars' };
    if ('refused' in done) {
      refusals.push(`${name}: ${done.refused}`);
      continue;
    }
    world.log({ kind: 'backstage', subject: done.event, provider: name, action: `${kind} ${user}` });
    world.changes++;
    runInlineJobs(world);
    return { provider: name, event: done.event };
  }
  throw new GreenroomError('REFUSED', refusals.join('; '));
}

const invalid = (pointer: string, expected: string): GreenroomError =>
  new GreenroomError('INVALID_BODY', told`${placeAt('act', pointer)}expected ${expected}.`, { pointer, expected });
