import type { World } from '../../../engine/world.js';
import { pythonArgument } from '../python/arguments.js';
import { parsePython, type PyValue } from '../python/json.js';
import { sliceOf } from '../state.js';
import type { Raw } from './raw-event.js';
import { isSeries, occurrencesOf, seriesOf } from './series.js';
import type { Calendar, CalendarEvent } from './state.js';
import { windowOf, type Provided } from './sync.js';

/** What the provider has in a calendar, as far as it is known; of events that repeat, their occurrences. */
export function providedBy(world: World, calendar: Calendar): Provided {
  const { platform } = calendar;
  const all = sliceOf(world).calendarEvents.filter((event) => event.calendar === calendar.id);
  const has = all
    .filter((event) => event.unsynced !== undefined || !event.facts.is_deleted)
    .map((event) => ({ event, raw: rawOf(event) }));
  const series = new Map(has.filter(({ raw }) => isSeries(platform, raw)).map((one) => [one.raw['id'], one]));
  // An occurrence that its user has changed alone stands by itself, as long as its series does.
  const single = has.filter(({ event, raw }) => {
    const whole = series.get(seriesOf(platform, raw));
    return !series.has(raw['id']) && (!whole || (event.isApart && !isGone(calendar, whole.raw)));
  });
  const apart = new Set(all.filter(({ isApart }) => isApart).map(({ facts }) => facts.platform_uuid));
  const occurrences = [...series.values()].flatMap(({ raw }) => occurrencesOf(platform, raw, windowOf(world)));
  return {
    events: [
      ...single.map(({ event }) => valueOf(event)),
      ...occurrences.filter(({ id }) => !apart.has(String(id))).map(pythonArgument),
    ],
    alone: [...series.values()].map(({ event }) => valueOf(event)),
  };
}

/** As it is at the provider. */
export const rawOf = ({ unsynced, facts }: CalendarEvent): Raw => JSON.parse(unsynced ?? facts.raw) as Raw;

/** The same, with the numbers as they are written. */
const valueOf = ({ unsynced, facts }: CalendarEvent): PyValue =>
  unsynced === undefined ? parsePython(facts.raw) : pythonArgument(JSON.parse(unsynced));

export const isGone = ({ platform }: Calendar, raw: Raw): boolean =>
  platform === 'google' ? raw['status'] === 'cancelled' : raw['isCancelled'] === true;
