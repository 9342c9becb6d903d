import type { Greenroom } from '../../client/greenroom.js';
import type { VendorName } from '../../client/vendors.js';
import { formatInstant, parseInstant } from '../../clock/instant.js';
import { GreenroomError } from '../../errors.js';
import { ZONE } from './meetings.js';
import type { Agents } from './observe.js';
import type { Meeting } from '../options.js';
import type { MeetingPlan } from './outcome.js';
import type { UserDeviation } from '../stories/story.js';

const HOUR = 3_600_000_000;

/** Transitions after which an agent is not on its way. */
const NOT_COMING = ['cancelled', 'gone', 'scheduled'];

/** The calendars of the users of one execution. */
export class CalendarSide {
  readonly #room: Greenroom;
  readonly #provider: VendorName;
  /** The event of each meeting, as far as it is known. */
  readonly #events: (string | undefined)[] = [];

  constructor(room: Greenroom, provider: string) {
    this.#room = room;
    this.#provider = provider as VendorName;
  }

  /** A user books the meeting, an hour long. Throws USAGE where no calendar is there. */
  async book(meeting: Meeting): Promise<Meeting> {
    const { url, joinAt: start, number } = meeting;
    const end = formatInstant(parseInstant(start)! + HOUR);
    try {
      const { event } = await this.#room.calendar.book({ provider: this.#provider, url, start, end, tzid: ZONE });
      this.#events[number - 1] = event;
      return { ...meeting, event };
    } catch (error) {
      if (!(error instanceof GreenroomError)) throw error;
      throw new GreenroomError(
        'USAGE',
        `Failed to put a meeting into the user's calendar: ${error.message}. Have the app connect a calendar when it starts.`,
      );
    }
  }

  /** The event of a meeting, as far as it is known. */
  eventOf(meeting: number): string | undefined {
    return this.#events[meeting - 1];
  }

  /** A user acts. False if there was nothing to act on. */
  async act({ at: { meeting: number = 1 }, do: act }: UserDeviation, agents: Agents): Promise<boolean> {
    const subject = this.#events[number - 1] ?? agents[number - 1]?.[0];
    if (subject === undefined) return false;
    try {
      await this.#room.backstage({ kind: 'calendar', subject, ...act });
      return true;
    } catch (error) {
      if (error instanceof GreenroomError && error.code === 'REFUSED') return false;
      throw error;
    }
  }

  /** The ids of all agents, those of earlier executions too. */
  async agents(): Promise<ReadonlySet<string>> {
    const { agents } = await this.#room.calendar.read({ provider: this.#provider });
    return new Set(agents.map(({ agent }) => agent));
  }

  /** What stands in the calendar of each meeting, and who goes there. */
  async plans(meetings: readonly Meeting[], made: Agents): Promise<MeetingPlan[]> {
    const { events, agents } = await this.#room.calendar.read({ provider: this.#provider });
    const plans: MeetingPlan[] = [];
    for (const [i, { url, joinAt: wanted }] of meetings.entries()) {
      const own = made[i] ?? [];
      const known = this.#events[i] ?? agents.find(({ agent, event }) => event !== null && own.includes(agent))?.event;
      const event = events.find((one) => one.event === known);
      if (event) this.#events[i] = event.event;
      const isOfEvent = (one: (typeof agents)[number]): boolean =>
        event !== undefined && (one.event === event.event || one.meeting_url === url);
      const mine = agents.filter((one) => own.includes(one.agent) || isOfEvent(one));
      plans.push({
        wanted,
        ...(event ? { event } : {}),
        others: events
          .filter((one) => one !== event && !one.deleted && one.meeting_url === (event?.meeting_url ?? url))
          .map(({ start }) => start),
        agents: await Promise.all(
          mine.map(async ({ agent: id, ...rest }) => ({
            ...rest,
            id,
            made: own.includes(id),
            ...(await this.#beginningOf(id)),
          })),
        ),
      });
    }
    return plans;
  }

  async #beginningOf(subject: string): Promise<{ readonly began?: string }> {
    const { entries } = await this.#room.timeline({ kind: 'transition', subject });
    const began = entries.find(({ to }) => !NOT_COMING.includes(to))?.at;
    return began === undefined ? {} : { began };
  }
}
