import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BotEventType, BotState } from '../../src/contracts/attendee/vocabulary.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { BACK, BOT_LIFECYCLE } from '../../src/contracts/attendee/lifecycle.js';
import { call, MEET_URL, TEAMS_URL, ZOOM_URL } from '../support/room.js';

const RUNS = Math.min(Number(process.env['GREENROOM_RUNS'] ?? 100), 3000);
const HOOK = 'https://hooks.example.com/law';
const NAME = 'Law';
const START = Date.parse('2026-01-01T09:00:00Z');

/** What the law knows of a bot: enough to foretell every answer about it. */
interface ModelBot {
  readonly id: string;
  name: string;
  state: BotState;
  readonly key: string | null;
  readonly hooked: boolean;
  /** How many webhooks must have come. */
  told: number;
  before: BotState;
}

interface Model {
  readonly bots: ModelBot[];
  minutes: number;
}

const TERMINAL: readonly BotState[] = ['ended', 'fatal_error', 'data_deleted'];

/** A project of its own, called over the wire. */
class Project {
  readonly #url: string;
  readonly #workspace: string;
  readonly #key: string;

  constructor(url: string, { id, attendee }: { id: string; attendee: { api_key: string } }) {
    this.#url = url;
    this.#workspace = id;
    this.#key = attendee.api_key;
  }

  async api(method: string, path: string, body?: unknown) {
    const answer = await call(method, `${this.#url}/api/v1${path}`, body, { authorization: `Token ${this.#key}` });
    expect(answer.status).toBeLessThan(500);
    return answer;
  }

  control(method: string, path: string, body?: unknown) {
    return call(method, `${this.#url}/_greenroom${path}`, body, { 'greenroom-workspace': this.#workspace });
  }
}

type Command = fc.AsyncCommand<Model, Project>;

const pick = (model: Model, index: number): ModelBot | undefined => model.bots[index % Math.max(model.bots.length, 1)];

function move(bot: ModelBot, event: BotEventType): boolean {
  const { from, to } = BOT_LIFECYCLE[event];
  if (!from.includes(bot.state)) return false;
  if (event.startsWith('began_')) bot.before = bot.state;
  bot.state = to === BACK ? bot.before : to;
  if (bot.hooked) bot.told++;
  return true;
}

const command = (name: string, run: (model: Model, project: Project) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const create = (url: string, minutes: number | null, key: string | null, hooked: boolean) =>
  command(`create ${url} in ${minutes} as ${key}`, async (model, project) => {
    const taken = key !== null && model.bots.some((bot) => bot.key === key && !TERMINAL.includes(bot.state));
    const join_at =
      minutes === null ? {} : { join_at: new Date(START + (model.minutes + minutes) * 60_000).toISOString() };
    const { status, json } = await project.api('POST', '/bots', {
      meeting_url: url,
      bot_name: NAME,
      ...join_at,
      ...(key === null ? {} : { deduplication_key: key }),
      ...(hooked ? { webhooks: [{ url: HOOK, triggers: ['bot.state_change'] }] } : {}),
    });
    expect(status).toBe(taken ? 400 : 201);
    if (taken) return;
    const state: BotState = minutes === null ? 'joining' : 'scheduled';
    expect(json.state).toBe(state);
    model.bots.push({
      id: json.id,
      name: NAME,
      state,
      key,
      hooked,
      told: hooked && minutes === null ? 1 : 0,
      before: state,
    });
  });

const report = (index: number, event: BotEventType) =>
  command(`${event} of ${index}`, async (model, project) => {
    const bot = pick(model, index);
    if (!bot || event === 'staged' || (event === 'left_breakout_room' && bot.before === 'joined_recording_paused'))
      return;
    if (event === 'joined_breakout_room' && bot.before === 'joined_recording_paused') return;
    const { status } = await project.control('POST', '/backstage', { kind: 'event', bot: bot.id, event });
    expect(status).toBe(move(bot, event) ? 200 : 409);
  });

const act = (index: number, path: string, event: BotEventType) =>
  command(`${path} of ${index}`, async (model, project) => {
    const bot = pick(model, index);
    if (!bot) return;
    const { status, json } = await project.api('POST', `/bots/${bot.id}/${path}`);
    expect(status).toBe(move(bot, event) ? 200 : 400);
    if (status === 200) expect(json.state).toBe(bot.state);
  });

const remove = (index: number) =>
  command(`delete ${index}`, async (model, project) => {
    const bot = pick(model, index);
    if (!bot) return;
    const allowed = bot.state === 'scheduled';
    const { status } = await project.api('DELETE', `/bots/${bot.id}`);
    expect(status).toBe(allowed ? 200 : 400);
    if (allowed) model.bots.splice(model.bots.indexOf(bot), 1);
  });

const patch = (index: number, body: { readonly bot_name?: string; readonly metadata?: object }) =>
  command(`patch ${index} ${JSON.stringify(body)}`, async (model, project) => {
    const bot = pick(model, index);
    if (!bot) return;
    // To send the name again that it has is no change.
    const { bot_name: name = bot.name } = body;
    const free = bot.state === 'scheduled' || name === bot.name;
    expect((await project.api('PATCH', `/bots/${bot.id}`, body)).status).toBe(free ? 200 : 400);
    if (free) bot.name = name;
  });

const wait = (minutes: number) =>
  command(`wait ${minutes}`, async (model, project) => {
    model.minutes += minutes;
    const { status } = await project.control('POST', '/clock/advance', { by: `${minutes}m` });
    expect(status).toBe(200);
  });

/** Whatever a client may send: the answer is a refusal or an acceptance, and never a failure of greenroom. */
const nonsense = (method: string, path: string, body: unknown) =>
  command(`${method} ${path} ${JSON.stringify(body)}`, async (model, project) => {
    const before = model.bots.map(({ id }) => id);
    const { status } = await project.api(
      method,
      path.replace('{id}', before[0] ?? 'bot_x'),
      method === 'GET' ? undefined : { x: body },
    );
    expect(status).toBeGreaterThanOrEqual(200);
  });

/** After every sequence: each bot is in one state, in one place, and each of its webhooks came exactly once. */
async function audit(model: Model, project: Project): Promise<void> {
  const listed: { id: string; state: BotState }[] = [];
  for (let path: string | null = '/bots'; path !== null;) {
    const { json } = (await project.api('GET', path)) as { json: { next: string | null; results: typeof listed } };
    listed.push(...json.results);
    path = json.next && `/bots${new URL(json.next).search}`;
  }
  const ids = model.bots.map(({ id }) => id).sort();
  expect(listed.map(({ id }) => id).sort()).toEqual(ids);
  const { json } = await project.control('GET', '/deliveries');
  const { deliveries } = json as { deliveries: { subject: string; attempts: object[]; status: string }[] };
  for (const bot of model.bots) {
    expect(listed.find(({ id }) => id === bot.id)?.state).toBe(bot.state);
    const mine = deliveries.filter(({ subject }) => subject === bot.id);
    expect(mine.map(({ attempts, status }) => [attempts.length, status])).toEqual(
      Array.from({ length: bot.told }, () => [1, 'captured']),
    );
  }
  const { json: timeline } = await project.control('GET', '/timeline?kind=violation');
  const own = (timeline as { entries: { where: string }[] }).entries.filter(({ where }) =>
    /^(answer|webhook)/.test(where),
  );
  expect(own).toEqual([]);
}

const index = fc.nat({ max: 7 });
const commands = fc.commands(
  [
    fc
      .tuple(
        fc.constantFrom(MEET_URL, ZOOM_URL, TEAMS_URL),
        fc.option(fc.integer({ min: 10, max: 500 }), { freq: 2 }),
        fc.option(fc.constantFrom('a', 'b'), { freq: 2 }),
        fc.boolean(),
      )
      .map((args) => create(...args)),
    fc.tuple(index, fc.constantFrom(...(Object.keys(BOT_LIFECYCLE) as BotEventType[]))).map((args) => report(...args)),
    index.map((i) => act(i, 'leave', 'leave_requested')),
    index.map((i) => act(i, 'delete_data', 'data_deleted')),
    index.map((i) => act(i, 'pause_recording', 'recording_paused')),
    index.map((i) => act(i, 'resume_recording', 'recording_resumed')),
    index.map(remove),
    fc.tuple(index, fc.constantFrom({}, { metadata: { a: 'b' } }, { bot_name: 'Other' })).map((args) => patch(...args)),
    fc.integer({ min: 1, max: 5 }).map(wait),
    fc
      .tuple(
        fc.constantFrom('POST', 'PATCH', 'DELETE', 'PUT', 'GET'),
        fc.constantFrom('/calendars', '/app_sessions', '/bots/{id}/speech', '/bots/{id}/output_video', '/nowhere'),
        fc.jsonValue({ maxDepth: 2 }),
      )
      .map((args) => nonsense(...args)),
  ],
  { maxCommands: 40 },
);

describe('Random sequences of requests to Attendee', () => {
  let room: Greenroom;
  beforeAll(async () => {
    room = await startGreenroom();
  });
  afterAll(() => room.close());

  test('never fail, never leave a bot in two states, never lose or double a webhook', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const { json } = await call('POST', `${room.url}/_greenroom/workspaces`, { scenario: 'manual' });
        const project = new Project(room.url, json);
        const model: Model = { bots: [], minutes: 0 };
        await fc.asyncModelRun(() => ({ model, real: project }), sequence);
        await audit(model, project);
        await project.control('DELETE', `/workspaces/${(json as { id: string }).id}`);
      }),
      { numRuns: RUNS },
    );
  });
});
