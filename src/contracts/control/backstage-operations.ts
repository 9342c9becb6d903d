import { Type } from '@sinclair/typebox';
import type { VendorProfile } from '../vendor.js';
import { BookingBody, CalendarPlan } from './calendar.js';
import { CalendarBody } from './calendar-acts.js';
import { Anything, Whole } from './fields.js';
import { ok, operation } from './operation.js';
import { providerIn } from './vendor-fields.js';

const actionsOf = (vendors: readonly VendorProfile[]) =>
  vendors.toReversed().flatMap(({ backstage }) => Object.values(backstage.actions));

/** What people and vendors do on their own side, and what stands in the calendars there. */
export const backstageOperations = (vendors: readonly VendorProfile[]) => [
  operation('backstage', 'POST /backstage', {
    summary: "Make happen now what the vendor's own side would do",
    body: Type.Union([BookingBody, CalendarBody, ...actionsOf(vendors)]),
    ok: ok('It has happened', Anything),
  }),
  operation('readCalendar', 'GET /calendar', {
    summary: 'The meetings in the calendars of users, and the agents that there are',
    query: Type.Object({ provider: providerIn(vendors), limit: Whole }),
    ok: ok('The meetings and the agents, each from the oldest on', CalendarPlan),
  }),
];
