import type { ExploreOptions } from '../../../src/explore.js';
import type { Greenroom } from '../../../src/index.js';
import { attendeeClient, cronofyClient, ORIGIN, type Client } from './app.js';
import type { VendorName } from './notes.js';

/** An event of a user's calendar, as an app reads it. */
interface Event {
  readonly id: string;
  readonly start: string;
  readonly url: string | null;
  readonly isGone: boolean;
  /** Its occurrences are events, too. */
  readonly repeats?: boolean;
}

/** What an app needs of a vendor to send agents to what stands in a calendar. */
interface Desk {
  readonly signs: Pick<Client, 'sign' | 'signatureHeader'>;
  readonly connect: () => Promise<unknown>;
  readonly events: () => Promise<readonly Event[]>;
  /** Sends an agent, or has the one of this key come at another time or place. */
  readonly send: (event: Event, key: string) => Promise<unknown>;
  readonly callOff: (key: string) => Promise<unknown>;
}

type Call = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly json: Answer }>;
// oxlint-disable-next-line typescript/no-explicit-any -- an answer of the vendor
type Answer = any;

const callerOf =
  ({ fetch }: Greenroom, base: string, authorization: string): Call =>
  async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 429 || response.status >= 500) throw new Error(`${method} ${path}: ${response.status}`);
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
  };

/** Agents that are scheduled directly, for events that a channel tells of. */
function cronofyDesk(room: Greenroom): Desk {
  const { base_url: base, client_secret: secret, access_token: token } = room.cronofy;
  const [agents, user] = [callerOf(room, base, `Bearer ${secret}`), callerOf(room, base, `Bearer ${token}`)];
  const interactions = ['activated', 'complete', 'failed'].map((word) => ({ type: `meeting_agent_${word}` }));
  return {
    signs: cronofyClient(room),
    connect: () => user('POST', '/v1/channels', { callback_url: `${ORIGIN}/hooks` }),
    events: async () => {
      const { json } = await user('GET', '/v1/events?tzid=Etc/UTC&include_deleted=true');
      return json.events.map((event: Answer) => ({
        id: event.event_uid,
        start: event.start,
        url: event.meeting_url ?? null,
        isGone: event.deleted,
      }));
    },
    send: ({ start, url }, key) =>
      agents('POST', '/v1/meeting_agents', {
        scheduling_key: key,
        join_url: url,
        join_time: start,
        on_behalf_of_attendee: { email: 'host@example.com' },
        subscriptions: [{ type: 'webhook', uri: `${ORIGIN}/hooks`, interactions }],
      }),
    callOff: (key) => agents('DELETE', '/v1/meeting_agents', { scheduling_key: key }),
  };
}

/** Bots with times of their own, for events that a sync has found. */
function attendeeDesk(room: Greenroom): Desk {
  const { base_url: base, api_key: key } = room.attendee;
  const call = callerOf(room, base, `Token ${key}`);
  const find = async (name: string): Promise<Answer> =>
    (await call('GET', `/api/v1/bots?deduplication_key=${encodeURIComponent(name)}`)).json.results[0];
  return {
    signs: attendeeClient(room),
    connect: () =>
      call('POST', '/api/v1/calendars', { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' }),
    events: async () =>
      (await call('GET', '/api/v1/calendar_events')).json.results.map((event: Answer) => ({
        id: event.id,
        start: event.start_time,
        url: event.meeting_url,
        isGone: event.is_deleted,
        repeats: event.raw.recurrence !== undefined,
      })),
    send: async ({ start, url }, name) => {
      const bot = await find(name);
      if (bot?.state === 'scheduled' && bot.join_at === start && bot.meeting_url === url) return undefined;
      if (bot?.state === 'scheduled')
        return call('PATCH', `/api/v1/bots/${bot.id}`, { join_at: start, meeting_url: url });
      return call('POST', '/api/v1/bots', {
        meeting_url: url,
        join_at: start,
        bot_name: 'Notes',
        // One that is on its way already stays so, and another one goes to the new time.
        deduplication_key: bot ? `${name} ${start}` : name,
        webhooks: [{ url: `${ORIGIN}/hooks`, triggers: ['bot.state_change'] }],
      });
    },
    callOff: async (name) => {
      const bot = await find(name);
      if (bot?.state === 'scheduled') await call('DELETE', `/api/v1/bots/${bot.id}`);
    },
  };
}

/** Bots for the events themselves: they go where the vendor's sync sees them go. */
function followingDesk(room: Greenroom): Desk {
  const { base_url: base, api_key: key } = room.attendee;
  const call = callerOf(room, base, `Token ${key}`);
  const webhooks = [{ url: `${ORIGIN}/hooks`, triggers: ['bot.state_change'] }];
  return {
    ...attendeeDesk(room),
    send: ({ id }) => call('POST', '/api/v1/bots', { calendar_event_id: id, bot_name: 'Notes', webhooks }),
  };
}

const DESKS = { cronofy: cronofyDesk, attendee: attendeeDesk };
const MINUTE = 60_000;

/** Sends an agent to each meeting of a user's calendar, and keeps the two in line. */
export class Planner {
  readonly desk: Desk;
  readonly receivers = { [ORIGIN]: (request: Request) => this.fetch(request) };
  /** What was asked for, by event. */
  readonly planned = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  async open(): Promise<this> {
    await this.desk.connect();
    this.#look();
    return this;
  }

  async fetch(request: Request): Promise<Response> {
    const text = await request.text();
    const { sign, signatureHeader } = this.desk.signs;
    try {
      JSON.parse(text);
      if (request.headers.get(signatureHeader) !== sign(text)) return new Response('', { status: 401 });
    } catch {
      return new Response('', { status: 400 });
    }
    this.#hear();
    return new Response();
  }

  /** One thing after the other, so that no event is seen as new twice. */
  #hear(): void {
    this.#work = this.#work.then(() => this.#retried()).catch(() => undefined);
  }

  async #retried(): Promise<void> {
    for (let wait = MINUTE; !this.#closed; wait *= 2) {
      try {
        for (const event of await this.desk.events()) await this.take(event);
        return;
      } catch (error) {
        if (wait > 8 * MINUTE) throw error;
        await new Promise<void>((resolve) => {
          this.#after(wait, resolve);
        });
      }
    }
  }

  async take(event: Event): Promise<void> {
    const wish = event.isGone || event.repeats || event.url === null ? '' : `${event.start} ${event.url}`;
    if (wish === (this.planned.get(event.id) ?? '')) return;
    await (wish === '' ? this.desk.callOff(event.id) : this.desk.send(event, event.id));
    this.planned.set(event.id, wish);
  }

  /** What no message has told is seen all the same. */
  #look(): void {
    this.#after(10 * MINUTE, () => {
      this.#hear();
      this.#look();
    });
  }

  #after(ms: number, work: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** Looks at an event when it is new, and never again. */
export class LooksOnce extends Planner {
  override async take(event: Event): Promise<void> {
    if (!this.planned.has(event.id)) await super.take(event);
  }
}

/** Whatever it hears of an event is a new meeting. */
export class BooksAgain extends Planner {
  override async take(event: Event): Promise<void> {
    const wish = event.isGone ? '' : `${event.start} ${event.url}`;
    if (wish !== '' && this.planned.get(event.id) !== wish) await this.desk.send(event, wish);
    this.planned.set(event.id, wish);
  }
}

/** Sends an agent to whatever stands in the calendar. */
export class SendsToEach extends Planner {
  override async take(event: Event): Promise<void> {
    await super.take({ ...event, repeats: false });
  }
}

type MakePlanner = new (desk: Desk) => Planner;

/** How such an app is explored: what it plans is seen at the vendor alone. */
export function exploredPlanner(
  App: MakePlanner,
  vendor: VendorName,
  { follows = false } = {},
): ExploreOptions<Planner> {
  const project_webhooks = [{ url: `${ORIGIN}/hooks`, triggers: ['calendar.events_update' as const] }];
  return {
    app: (room) => new App(follows ? followingDesk(room) : DESKS[vendor](room)).open(),
    calendar: true,
    provider: vendor,
    room: { attendee: { project_webhooks } },
  };
}
