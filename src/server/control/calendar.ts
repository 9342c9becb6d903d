import type { CalendarPlan } from '../../contracts/control/calendar.js';
import type { Vendor } from '../providers/provider.js';
import { SETTLE_LIMIT_MS, type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery, wholeNumber } from './query.js';
import { jsonOf } from './reads.js';

const LIMIT = 1000;

/** What users have in their calendars, beside what the vendors have planned for it. */
export function calendarRoutes({ vendors }: RouteOptions) {
  return {
    read: async ({ workspace: { world }, query }) => {
      assertQuery(query, { provider: vendors.map(({ name }) => name), limit: 'any' });
      const settled = await world.clock.settled(SETTLE_LIMIT_MS);
      const [provider, limit] = [query.get('provider'), wholeNumber(query, 'limit', LIMIT)];
      const plans = vendors
        .filter(({ name }) => provider === null || name === provider)
        .map((vendor) => ({ vendor, plan: vendor.meetingEvents.calendarPlan?.(world) ?? { events: [], agents: [] } }));
      const events = plans.flatMap(({ vendor, plan }) => named(vendor, plan.events));
      const agents = plans.flatMap(({ vendor, plan }) => named(vendor, plan.agents));
      const shown = { events: last(events, limit), agents: last(agents, limit) };
      const dropped = events.length + agents.length - shown.events.length - shown.agents.length;
      return jsonOf(settled, { ...shown, dropped } satisfies CalendarPlan);
    },
  } satisfies Record<string, ControlHandler>;
}

const named = <T>({ name }: Vendor, items: readonly T[]): (T & { readonly provider: string })[] =>
  items.map((item) => ({ provider: name, ...item }));

const last = <T>(items: readonly T[], limit: number): T[] => items.slice(Math.max(0, items.length - limit));
