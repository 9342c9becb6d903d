import { calendarPlanOf, PLAN_LIMIT } from '../inspector/calendars.js';
import { type ControlHandler, type RouteOptions } from './call.js';
import { assertQuery, wholeNumber } from './query.js';
import { atRest, jsonOf } from './reads.js';

export function calendarRoutes({ vendors }: RouteOptions) {
  return {
    read: async ({ workspace: { world }, query, reader }) => {
      assertQuery(query, { provider: vendors.map(({ name }) => name), limit: 'any' });
      const settled = await atRest(world, reader);
      const [provider, limit] = [query.get('provider'), wholeNumber(query, 'limit', PLAN_LIMIT)];
      const asked = vendors.filter(({ name }) => provider === null || name === provider);
      return jsonOf(settled, calendarPlanOf(world, asked, limit));
    },
  } satisfies Record<string, ControlHandler>;
}
