import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BACK, BOT_LIFECYCLE } from '../../src/contracts/attendee/lifecycle.js';
import type { BotEventType, BotState } from '../../src/contracts/attendee/vocabulary.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { agentRequest, call, MEET_URL, TEAMS_URL } from '../support/room.js';

const RUNS = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 100), 1000);
const HOOK = 'https://hooks.example.com/law';
const START = Date.parse('2026-01-01T09:00:00Z');
const OVER: readonly BotState[] = ['ended', 'fatal_error', 'data_deleted'];
/** There an agent of Cronofy is in its meeting for ever, of which nobody is told. */
const WITHOUT_END = ['stuck-in-leaving'];
/** The longest life is one that only the limit of all lives ends. */
const LONGER_THAN_ANY_LIFE = '5d';

const CALLS = {
  leave: ['POST', '/leave'],
  'pause the recording': ['POST', '/pause_recording'],
  'resume the recording': ['POST', '/resume_recording'],
  'delete the data': ['POST', '/delete_data'],
  'delete the bot': ['DELETE', ''],
  'read the transcript': ['GET', '/transcript'],
  'read the recording': ['GET', '/recording'],
  'read who was there': ['GET', '/participants'],
} as const;
type CallName = keyof typeof CALLS;

interface Step {
  /** How long nothing is called, before. */
  readonly pause: string;
  readonly bot: number;
  readonly name: CallName;
}

/** The version whose table stands in the contract as it is, and the newest. */
const VERSIONS = ['1.64.1', 'latest'] as const;

interface Bot {
  readonly id: string;
  readonly state: BotState;
  readonly events: readonly { readonly type: BotEventType }[];
}

/** The state to which events lead, each of which the table allows. */
function stateAfter({ id, events }: Bot, first: BotState): BotState {
  let [state, before] = [first, first];
  for (const { type } of events) {
    const { from, to } = BOT_LIFECYCLE[type];
    expect([id, type, from.includes(state) ? 'allowed' : state]).toEqual([id, type, 'allowed']);
    if (type.startsWith('began_')) before = state;
    state = to === BACK ? before : to;
  }
  return state;
}

describe('Scenarios', () => {
  let room: Greenroom;
  let scenarios: string[];
  beforeAll(async () => {
    room = await startGreenroom();
    const { json } = await call('GET', `${room.url}/_greenroom/scenarios`);
    // There nobody does anything but the test.
    scenarios = (json as { scenarios: { name: string }[] }).scenarios
      .map(({ name }) => name)
      .filter((name) => name !== 'manual');
  });
  afterAll(() => room.close());

  /** A project in which bots play a scenario: each may join at once, or in so many minutes. */
  async function open(scenario: string, version: string, minutes: readonly (number | null)[]) {
    const wanted = { scenario, attendee: { version } };
    const { json: workspace } = await call('POST', `${room.url}/_greenroom/workspaces`, wanted);
    const { id, attendee } = workspace as { id: string; attendee: { api_key: string } };
    const api = (method: string, path: string, body?: unknown) =>
      call(method, `${room.url}/api/v1/bots${path}`, body, { authorization: `Token ${attendee.api_key}` });
    const control = (method: string, path: string, body?: unknown) =>
      call(method, `${room.url}/_greenroom${path}`, body, { 'greenroom-workspace': id });
    const firsts = new Map<string, BotState>();
    for (const [i, minute] of minutes.entries()) {
      const joins = minute === null ? {} : { join_at: new Date(START + minute * 60_000).toISOString() };
      const body = { meeting_url: i === 0 ? MEET_URL : TEAMS_URL, bot_name: 'Law', ...joins };
      const webhooks = [{ url: HOOK, triggers: ['bot.state_change'] }];
      const made = await api('POST', '', { ...body, webhooks });
      expect(made.status).toBe(201);
      firsts.set((made.json as Bot).id, minute === null ? 'ready' : 'scheduled');
    }
    const read = async (bot: string): Promise<Bot | undefined> => {
      const answer = await api('GET', `/${bot}`);
      if (answer.status === 404) return undefined;
      const body = answer.json as Bot;
      if (version === VERSIONS[0]) expect(body.state).toBe(stateAfter(body, firsts.get(bot)!));
      return body;
    };
    return { id, api, control, bots: [...firsts.keys()], read };
  }

  const step = fc.record({
    pause: fc.constantFrom('0s', '1s', '5s', '30s', '2m', '10m', '1h', '1d'),
    bot: fc.nat({ max: 1 }),
    name: fc.constantFrom(...(Object.keys(CALLS) as CallName[])),
  });
  const minutes = fc.array(fc.option(fc.integer({ min: 6, max: 90 })), { minLength: 1, maxLength: 2 });

  test('lead bots along the table to an end, whatever is called and when, and each step is told once', async () => {
    const story = fc.tuple(fc.nat(), fc.constantFrom(...VERSIONS), minutes, fc.array<Step>(step, { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(story, async ([which, version, joins, steps]) => {
        const project = await open(scenarios[which % scenarios.length]!, version, joins);
        for (const { pause, bot, name } of steps) {
          await project.control('POST', '/clock/advance', { by: pause });
          const id = project.bots[bot % project.bots.length]!;
          const [method, path] = CALLS[name];
          expect((await project.api(method, `/${id}${path}`)).status).toBeLessThan(500);
          await project.read(id);
        }
        const { status } = await project.control('POST', '/clock/advance', { by: LONGER_THAN_ANY_LIFE });
        expect(status).toBe(200);
        const { json } = await project.control('GET', `/deliveries?limit=1000`);
        const { deliveries } = json as { deliveries: { subject: string; attempts: object[] }[] };
        for (const id of project.bots) {
          const bot = await project.read(id);
          if (!bot) continue;
          expect([id, OVER.includes(bot.state) ? 'over' : bot.state]).toEqual([id, 'over']);
          const told = deliveries.filter(({ subject }) => subject === id);
          expect(told.map(({ attempts }) => attempts.length)).toEqual(bot.events.map(() => 1));
        }
        await project.control('DELETE', `/workspaces/${project.id}`);
      }),
      { numRuns: RUNS },
    );
  });

  test('lead agents that have begun to join to one end, which is told once', async () => {
    const joins = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 2 });
    const ending = scenarios.filter((name) => !WITHOUT_END.includes(name));
    const cancels = fc.option(fc.record({ at: fc.integer({ min: 0, max: 40 }), agent: fc.nat({ max: 1 }) }));
    await fc.assert(
      fc.asyncProperty(fc.nat(), joins, cancels, async (which, minutes, cancelled) => {
        const scenario = ending[which % ending.length]!;
        const { json } = await call('POST', `${room.url}/_greenroom/workspaces`, { scenario });
        const { id, cronofy } = json as { id: string; cronofy: { client_secret: string } };
        const agents = (method: string, body: object) =>
          call(method, `${room.url}/v1/meeting_agents`, body, { authorization: `Bearer ${cronofy.client_secret}` });
        const control = (method: string, path: string, body?: unknown) =>
          call(method, `${room.url}/_greenroom${path}`, body, { 'greenroom-workspace': id });
        for (const [i, minute] of minutes.entries()) {
          const join_time = new Date(START + minute * 60_000).toISOString().replace('.000', '');
          const made = await agents(
            'POST',
            agentRequest(HOOK, { scheduling_key: `${i}`, join_url: MEET_URL, join_time }),
          );
          expect(made.status).toBe(202);
        }
        if (cancelled) {
          await control('POST', '/clock/advance', { by: `${cancelled.at}m` });
          await agents('DELETE', { scheduling_key: `${cancelled.agent}` });
        }
        expect((await control('POST', '/clock/advance', { by: LONGER_THAN_ANY_LIFE })).status).toBe(200);
        const { deliveries } = (await control('GET', '/deliveries?limit=1000')).json as {
          deliveries: { subject: string; type: string }[];
        };
        for (const { subject } of deliveries.filter(({ type }) => type === 'meeting_agent_activated')) {
          const ends = deliveries.filter((one) => one.subject === subject && /_(complete|failed)$/.test(one.type));
          expect([scenario, ends.length]).toEqual([scenario, 1]);
        }
        await control('DELETE', `/workspaces/${id}`);
      }),
      { numRuns: RUNS },
    );
  });
});
