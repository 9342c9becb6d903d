import type { CalendarPlan } from '../../contracts/control/calendar.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';

/** As many events, and as many agents, are told of: the newest. */
export const PLAN_LIMIT = 1000;

/** What users have in their calendars, beside what the vendors have planned for it. */
export function calendarPlanOf(world: World, vendors: readonly Vendor[], limit: number): CalendarPlan {
  const plans = vendors.flatMap((vendor) => {
    const plan = vendor.meetingEvents.calendarPlan?.(world);
    return plan ? [{ vendor, plan }] : [];
  });
  const events = plans.flatMap(({ vendor, plan }) => named(vendor, plan.events));
  const agents = plans.flatMap(({ vendor, plan }) => named(vendor, plan.agents));
  const shown = { events: last(events, limit), agents: last(agents, limit) };
  const used = new Set(shown.events.map(({ calendar }) => calendar));
  const calendars = plans
    .flatMap(({ vendor, plan }) => named(vendor, plan.calendars))
    .filter(({ calendar }) => used.has(calendar));
  const dropped = events.length + agents.length - shown.events.length - shown.agents.length;
  return { calendars, ...shown, dropped };
}

const named = <T>({ name }: Vendor, items: readonly T[]): (T & { readonly provider: string })[] =>
  items.map((item) => ({ provider: name, ...item }));

const last = <T>(items: readonly T[], limit: number): T[] => items.slice(Math.max(0, items.length - limit));
