import fc from 'fast-check';
import type { Server } from '../../src/server/server.js';
import { agentRequest, botRequest, MEET_URL, ZOOM_URL } from './room.js';

/** The app of these worlds: a function of this process that answers by what it is sent, and so always the same. */
export const RECEIVERS = {
  'https://app.test': async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const body = await request.text();
    if (pathname === '/broken') throw new Error('the app is broken');
    const unwell = pathname === '/down' || (pathname === '/moody' && body.length % 3 === 0);
    return new Response(null, { status: unwell ? 500 : 200 });
  },
};

/** One step of a random life, as plain data: the same steps can be taken again, anywhere. */
export type Command =
  | {
      readonly call: 'bot';
      readonly wait: number | null;
      readonly hook: string;
      readonly key: string | null;
      readonly name: string;
      readonly url: string;
    }
  | { readonly call: 'agent'; readonly wait: number | null; readonly hook: string; readonly key: string | null }
  | { readonly call: 'cancel'; readonly key: string }
  | { readonly call: 'event'; readonly wait: number; readonly hook: string }
  | {
      readonly call: 'onBot';
      readonly bot: number;
      readonly method: string;
      readonly path: string;
      readonly body: object | null;
    }
  | { readonly call: 'control'; readonly method: string; readonly path: string; readonly body: object };

const hook = fc.constantFrom(
  'https://app.test/ok',
  'https://app.test/moody',
  'https://app.test/down',
  'https://app.test/broken',
  'https://hooks.example.com/in',
);
const key = fc.option(fc.constantFrom('a', 'b'), { freq: 2 });
const minutes = fc.integer({ min: 0, max: 90 });
const name = fc.constantFrom('Notes', 'Notes', 'Nötes', '議事録 😀', 'mock:manual', 'mock:happy-path');
const control = (method: string, path: string, body: fc.Arbitrary<object>): fc.Arbitrary<Command> =>
  body.map((body) => ({ call: 'control', method, path, body }));

const requestFault = fc.record({
  on: fc.constant('request'),
  match: fc.constantFrom({}, { operation: 'createBot' }, { provider: 'cronofy' }, { method: 'GET' }),
  times: fc.integer({ min: 1, max: 3 }),
  after: fc.nat({ max: 2 }),
  do: fc.constantFrom<object>(
    { status: 503 },
    { status: 500, handled: true },
    { reset: true },
    { reset: true, handled: false },
    { truncate: 20 },
    { rate_limit: { retry_after: 5 } },
  ),
});
const deliveryFault = fc.record({
  on: fc.constant('delivery'),
  match: fc.constantFrom(
    {},
    { provider: 'attendee' },
    { state: 'joined_recording' },
    { url: 'https://app.test/ok' },
    { type: 'meeting_agent_activated' },
  ),
  times: fc.integer({ min: 1, max: 3 }),
  after: fc.nat({ max: 2 }),
  do: fc.constantFrom<object>(
    { duplicate: 2 },
    { delay: '7m' },
    { drop: true },
    { early: true },
    { hold_until: { type: 'bot.state_change', state: 'ended' } },
    { signature: 'wrong' },
    { corrupt: 'truncate' },
    { corrupt: 'whitespace' },
    { answers: [500, 'drop', 'timeout', 200] },
    { answers: ['drop', 503], send: true },
  ),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('bot' as const),
      wait: fc.option(minutes, { freq: 2 }),
      hook,
      key,
      name,
      url: fc.constantFrom(MEET_URL, ZOOM_URL),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constant('agent' as const), wait: fc.option(minutes, { freq: 2 }), hook, key }),
  },
  fc.record({ call: fc.constant('cancel' as const), key: fc.constantFrom('a', 'b') }),
  fc.record({ call: fc.constant('event' as const), wait: minutes, hook }),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.nat({ max: 5 }),
        fc.constantFrom<[string, string, object | null]>(
          ['POST', '/leave', null],
          ['POST', '/pause_recording', null],
          ['DELETE', '', null],
          ['PATCH', '', { metadata: { n: '1' } }],
          ['POST', '/delete_data', null],
          ['GET', '', null],
          ['GET', '/transcript', null],
          ['GET', '/nowhere', null],
        ),
      )
      .map(([bot, [method, path, body]]) => ({ call: 'onBot' as const, bot, method, path, body })),
  },
  {
    weight: 5,
    arbitrary: control(
      'POST',
      '/clock/advance',
      fc.oneof(
        minutes.map((by) => ({ by: `${by}m` })),
        fc.constant({ next: true }),
      ),
    ),
  },
  { weight: 3, arbitrary: control('POST', '/faults', fc.oneof(requestFault, deliveryFault)) },
  control('DELETE', '/faults/flt_2', fc.constant({})),
  control(
    'POST',
    '/casting',
    fc.record({
      scenario: fc.constantFrom('manual', 'happy-path'),
      match: fc.constantFrom({ bot_name: 'Notes' }, { provider: 'cronofy' }),
    }),
  ),
  control(
    'PATCH',
    '/workspaces/default',
    fc.constantFrom<object>(
      { scenario: 'manual' },
      { scenario: 'happy-path' },
      { attendee: { retry_delays: ['1m'] } },
      { attendee: { credits: 0 } },
      { cronofy: { retry_delays: ['30s', '10m'] } },
      { strict: true },
    ),
  ),
  control('POST', '/deliveries/dlv_1/redeliver', fc.constant({})),
);

export const commands = (maxLength: number): fc.Arbitrary<Command[]> => fc.array(command, { maxLength });

interface Described {
  readonly cronofy: { readonly client_secret: string; readonly access_token: string; readonly calendar_id: string };
  readonly attendee: { readonly api_key: string };
}

/** Takes steps in one workspace of a room of this process, and reads what came of them. */
export class Player {
  readonly #room: Server;
  readonly #workspace: string;
  /** The bots that it made, by age; to be kept with a snapshot. */
  bots: readonly string[] = [];

  constructor(room: Server, workspace = 'default') {
    this.#room = room;
    this.#workspace = workspace;
  }

  /** Takes each step once all that the one before has caused is over: when a receiver answers is no part of the input. */
  async play(steps: readonly Command[]): Promise<void> {
    for (const step of steps) {
      await this.act(step);
      await this.control('GET', '/clock?limit=0');
    }
  }

  async control(method: string, path: string, body?: unknown): Promise<string> {
    const own = path.replace('/workspaces/default', `/workspaces/${this.#workspace}`);
    return this.#send(method, `/_greenroom${own}`, body, { host: 'localhost', 'greenroom-workspace': this.#workspace });
  }

  /** All that can be seen of the world, byte for byte, without real durations. */
  async everything(): Promise<string> {
    const reads = ['/timeline', '/snapshot'].map((path) => this.control('GET', path));
    return (await Promise.all(reads)).join('\n').replace(/,"duration_ms":\d+/g, '');
  }

  /** Takes a step, and waits for its answer alone. */
  async act(step: Command): Promise<void> {
    const { cronofy, attendee } = this.#room.workspaces
      .get(this.#workspace)
      .describe('http://room.test') as unknown as Described;
    const asBots = { authorization: `Token ${attendee.api_key}` };
    const asAgents = { authorization: `Bearer ${cronofy.client_secret}` };
    switch (step.call) {
      case 'bot': {
        const more = {
          meeting_url: step.url,
          bot_name: step.name,
          ...(step.key === null ? {} : { deduplication_key: step.key }),
        };
        const answer = await this.#send(
          'POST',
          '/api/v1/bots',
          botRequest(this.#in(step.wait), step.hook, more),
          asBots,
        );
        const id = /"id":"(bot_\w+)"/.exec(answer)?.[1];
        if (id !== undefined) this.bots = [...this.bots, id];
        return;
      }
      case 'agent': {
        const more = step.key === null ? {} : { scheduling_key: step.key, join_time: this.#in(step.wait ?? 10) };
        await this.#send('POST', '/v1/meeting_agents', agentRequest(step.hook, more), asAgents);
        return;
      }
      case 'cancel':
        await this.#send('DELETE', '/v1/meeting_agents', { scheduling_key: step.key }, asAgents);
        return;
      case 'event': {
        const interactions = [{ type: 'meeting_agent_activated' }, { type: 'meeting_agent_complete' }];
        const event = {
          event_id: 'planning',
          summary: 'Planning',
          start: this.#in(step.wait),
          end: this.#in(step.wait + 60),
          conferencing: { profile_id: 'default' },
          meeting_agent: { profile_id: 'cronofy' },
          subscriptions: [{ type: 'webhook', uri: step.hook, interactions }],
        };
        await this.#send('POST', `/v1/calendars/${cronofy.calendar_id}/events`, event, {
          authorization: `Bearer ${cronofy.access_token}`,
        });
        return;
      }
      case 'onBot': {
        const bot = this.bots[step.bot % Math.max(this.bots.length, 1)] ?? 'bot_none';
        await this.#send(step.method, `/api/v1/bots/${bot}${step.path}`, step.body ?? undefined, asBots);
        return;
      }
      case 'control':
        await this.control(step.method, step.path, step.body);
    }
  }

  #in(minutes: number | null): string | undefined {
    if (minutes === null) return undefined;
    const now = this.#room.workspaces.get(this.#workspace).world.now() / 1000;
    return new Date(now + minutes * 60_000).toISOString();
  }

  /** Sends, and reads the answer as far as a fault lets it come. */
  async #send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<string> {
    const request = new Request(`http://room.test${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    try {
      const response = await this.#room.app.fetch(request);
      if (response.status >= 500 && response.headers.get('content-type') !== null)
        throw new Error(`${method} ${path} failed: ${await response.text()}`);
      return await response.text();
    } catch (error) {
      if (error instanceof TypeError) return '';
      throw error;
    }
  }
}
