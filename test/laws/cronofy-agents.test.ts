import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { subscription } from '../support/cronofy.js';
import { agentRequest, call, MEET_URL } from '../support/room.js';

const RUNS = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 50), 3000);
const START = Date.parse('2026-01-01T09:00:00Z');
/** Callbacks come up to so many minutes before an agent joins. */
const LEAD = 5;
/** How long the events of this law last, in minutes. */
const LENGTH = 40;

const instant = (minute: number): string => new Date(START + minute * 60_000).toISOString().replace('.000', '');

/** What the law knows of an agent: enough to foretell when it is activated, and where that is told. */
interface ModelAgent {
  join: number;
  uri: string;
  /** The minute of the call that made it, or moved it last. */
  since: number;
  activated: boolean;
  cancelled: boolean;
}

interface ModelEvent {
  start: number;
  wanted: boolean;
  agent: ModelAgent | undefined;
}

interface Model {
  now: number;
  readonly agents: ModelAgent[];
  readonly byKey: Map<string, ModelAgent>;
  readonly events: Map<string, ModelEvent>;
}

interface Delivery {
  readonly subject: string;
  readonly type: string;
  readonly url: string;
  readonly created_at: string;
}

/** A workspace of its own, called over the wire. */
class Application {
  readonly id: string;
  readonly #url: string;
  readonly #secret: string;
  readonly #token: string;
  readonly #calendar: string;

  constructor(
    url: string,
    { id, cronofy }: { id: string; cronofy: { client_secret: string; access_token: string; calendar_id: string } },
  ) {
    this.id = id;
    this.#url = url;
    this.#secret = cronofy.client_secret;
    this.#token = cronofy.access_token;
    this.#calendar = cronofy.calendar_id;
  }

  async agents(method: string, body: object): Promise<void> {
    const authorization = `Bearer ${this.#secret}`;
    const answer = await call(method, `${this.#url}/v1/meeting_agents`, body, { authorization });
    expect([method, answer.text]).toEqual([method, '']);
    expect(answer.status).toBe(202);
  }

  async event(method: string, body: object): Promise<void> {
    const authorization = `Bearer ${this.#token}`;
    const path = `/v1/calendars/${this.#calendar}/events`;
    const answer = await call(method, this.#url + path, body, { authorization });
    expect([method, answer.text]).toEqual([method, '']);
    expect(answer.status).toBe(202);
  }

  control(method: string, path: string, body?: unknown) {
    return call(method, `${this.#url}/_greenroom${path}`, body, { 'greenroom-workspace': this.id });
  }

  async advance(minutes: number): Promise<void> {
    expect((await this.control('POST', '/clock/advance', { by: `${minutes}m` })).status).toBe(200);
  }

  async told(type: string): Promise<readonly Delivery[]> {
    const { json } = await this.control('GET', `/deliveries?type=${type}&limit=1000`);
    return (json as { deliveries: Delivery[] }).deliveries;
  }
}

type Command = fc.AsyncCommand<Model, Application>;

const command = (name: string, run: (model: Model, application: Application) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

function add(model: Model, join: number, uri: string): ModelAgent {
  const agent = { join, uri, since: model.now, activated: false, cancelled: false };
  model.agents.push(agent);
  return agent;
}

/** The agent, if it can still be moved or cancelled. */
const waiting = (agent: ModelAgent | undefined): ModelAgent | undefined =>
  agent && !agent.activated && !agent.cancelled ? agent : undefined;

function cancelIn(agent: ModelAgent | undefined): void {
  const left = waiting(agent);
  if (left) left.cancelled = true;
}

/** Documented: an agent that has not begun joining is moved, and its subscriptions are replaced; beside another goes a new one. */
const schedule = (key: string, minutes: number, address: string) =>
  command(`schedule ${key} in ${minutes} for ${address}`, async (model, application) => {
    const uri = `https://hooks.example.com/${address}`;
    const join = model.now + minutes;
    await application.agents('POST', agentRequest(uri, { scheduling_key: key, join_time: instant(join) }));
    const present = waiting(model.byKey.get(key));
    if (present) Object.assign(present, { join, uri, since: model.now });
    else model.byKey.set(key, add(model, join, uri));
  });

/** Documented: an agent that has begun joining stays active. */
const cancel = (key: string) =>
  command(`cancel ${key}`, async (model, application) => {
    await application.agents('DELETE', { scheduling_key: key });
    cancelIn(model.byKey.get(key));
  });

/** Documented: what `meeting_agent` says, and that an event without it leaves its agent. That it moves with its event is assumed. */
function arrange(model: Model, event: ModelEvent, uri: string): void {
  const { agent, start } = event;
  if (!event.wanted) return cancelIn(agent);
  const present = waiting(agent);
  if (present) {
    if (present.join !== start) Object.assign(present, { join: start, since: model.now });
  } else if (agent?.activated ? agent.join !== start && start > model.now : start + LENGTH > model.now)
    event.agent = add(model, start, uri);
}

const write = (id: string, minutes: number, profile: string | undefined) =>
  command(`write ${id} in ${minutes} with ${profile}`, async (model, application) => {
    const uri = `https://hooks.example.com/${id}`;
    const start = model.now + minutes;
    await application.event('POST', {
      event_id: id,
      summary: id,
      start: instant(start),
      end: instant(start + LENGTH),
      conferencing: { profile_id: 'explicit', provider_description: 'Meet', join_url: MEET_URL },
      subscriptions: [subscription(uri)],
      ...(profile === undefined ? {} : { meeting_agent: { profile_id: profile } }),
    });
    const event = model.events.get(id) ?? { start, wanted: false, agent: undefined };
    model.events.set(id, event);
    event.start = start;
    if (profile !== undefined) event.wanted = profile === 'cronofy';
    arrange(model, event, uri);
  });

const erase = (id: string) =>
  command(`delete ${id}`, async (model, application) => {
    await application.event('DELETE', { event_id: id });
    cancelIn(model.events.get(id)?.agent);
    model.events.delete(id);
  });

/** Each agent that is due within this time is activated, and told of at that minute and at no other. */
async function pass(model: Model, application: Application, minutes: number): Promise<void> {
  const seen = new Set((await application.told('meeting_agent_activated')).map(({ subject }) => subject));
  await application.advance(minutes);
  model.now += minutes;
  const due = model.agents.filter((agent) => waiting(agent) && dueAt(agent) <= model.now);
  for (const agent of due) agent.activated = true;
  const told = (await application.told('meeting_agent_activated')).filter(({ subject }) => !seen.has(subject));
  expect(told.map(({ created_at, url }) => `${created_at.slice(0, 16)} ${new URL(url).pathname}`).sort()).toEqual(
    due.map((agent) => `${instant(dueAt(agent)).slice(0, 16)} ${new URL(agent.uri).pathname}`).sort(),
  );
}

const wait = (minutes: number) => command(`wait ${minutes}`, (model, application) => pass(model, application, minutes));

const dueAt = ({ join, since }: ModelAgent): number => Math.max(join - LEAD, since);

/** In the end each agent that was activated has been told of once more, at the same address, and no other has ever been. */
async function audit(model: Model, application: Application): Promise<void> {
  await pass(model, application, 24 * 60);
  const started = await application.told('meeting_agent_activated');
  expect(started).toHaveLength(model.agents.filter(({ activated }) => activated).length);
  const ended = [
    ...(await application.told('meeting_agent_complete')),
    ...(await application.told('meeting_agent_failed')),
  ];
  const places = (deliveries: readonly Delivery[]) => deliveries.map(({ subject, url }) => `${subject} ${url}`).sort();
  expect(places(ended)).toEqual(places(started));
  const { json } = await application.control('GET', '/timeline?kind=violation');
  expect((json as { entries: object[] }).entries).toEqual([]);
}

const key = fc.constantFrom('a', 'b');
const id = fc.constantFrom('one', 'two');
const commands = fc.commands(
  [
    fc.tuple(key, fc.integer({ min: 1, max: 30 }), fc.constantFrom('x', 'y')).map((args) => schedule(...args)),
    key.map(cancel),
    fc
      .tuple(id, fc.integer({ min: -50, max: 30 }), fc.constantFrom('cronofy', 'cronofy', 'none', undefined))
      .map((args) => write(...args)),
    id.map(erase),
    fc.integer({ min: 1, max: 60 }).map(wait),
    fc.integer({ min: 1, max: 6 }).map(wait),
  ],
  { maxCommands: 20, size: 'max' },
);

describe('Random sequences of requests to Cronofy', () => {
  let room: Greenroom;
  beforeAll(async () => {
    room = await startGreenroom({ quiet: 0 });
  });
  afterAll(() => room.close());

  test('activate each agent once, when it is due and where it was asked for, and tell of its end once', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const { json } = await call('POST', `${room.url}/_greenroom/workspaces`, {});
        const application = new Application(room.url, json);
        const model: Model = { now: 0, agents: [], byKey: new Map(), events: new Map() };
        await fc.asyncModelRun(() => ({ model, real: application }), sequence);
        await audit(model, application);
        await application.control('DELETE', `/workspaces/${application.id}`);
      }),
      { numRuns: RUNS },
    );
  });
});
