import type { Static } from '@sinclair/typebox';
import { BackstageBody } from '../../contracts/control/backstage.js';
import { CalendarBody, faultOfAct } from '../../contracts/control/calendar-acts.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { GreenroomError } from '../../errors.js';
import { assertBody } from './body.js';
import { json, type ControlHandler, type RouteOptions } from './call.js';
import { unknownWord } from './query.js';
import { runInlineJobs } from '../engine/early.js';

/** The backstage door: makes happen now what the vendor's own side would do. */
export function backstageRoutes({ vendors }: RouteOptions) {
  return {
    act: ({ workspace: { world }, body }) => {
      const given = body(BackstageBody);
      const { kind, ...args } = given;
      if (kind === 'calendar') return json(actByHand(world, vendors, body(CalendarBody)));
      const vendor = vendors.find(({ backstage }) => Object.hasOwn(backstage, kind));
      if (!vendor) {
        const kinds = ['calendar', ...vendors.flatMap(({ backstage }) => Object.keys(backstage))];
        throw unknownWord('the backstage action', '/kind', kind, kinds);
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
  if (fault)
    throw new GreenroomError('INVALID_BODY', `Failed to act: at /${fault.field}, expected ${fault.expected}.`, {
      pointer: `/${fault.field}`,
      expected: fault.expected,
    });
  const found = vendors.flatMap((vendor) => {
    const event = vendor.meetingEvents.calendarEventOf?.(world, subject);
    return event === undefined ? [] : [{ vendor, event }];
  })[0];
  if (!found) throw new GreenroomError('REFUSED', `no event of a calendar is known by ${JSON.stringify(subject)}`);
  const line = world.log({ kind: 'backstage', subject: null, provider: found.vendor.name, action: kind });
  world.changes++;
  const refused = found.vendor.meetingEvents.userActs?.(world, found.event, act);
  const named = typeof subject === 'string' ? { subject } : {};
  Object.assign(line, named, refused === undefined ? {} : { refused });
  runInlineJobs(world);
  if (refused !== undefined) throw new GreenroomError('REFUSED', refused);
  return {};
}
