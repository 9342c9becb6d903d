import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeServer, type Server } from '../../src/server/server.js';
import { RECEIVERS } from '../support/commands.js';
import { agentRequest, botRequest, ZOOM_URL } from '../support/room.js';

/** A fifth of the runs, as each takes long: `GREENROOM_RUNS=50000 GREENROOM_SEED=2` plays 10,000. */
const RUNS = Math.ceil(Number(process.env['GREENROOM_RUNS'] ?? 500) / 5);
const SEED = Number(process.env['GREENROOM_SEED'] ?? 1);
const HOOK = 'https://app.test/ok';

type Access = Readonly<Record<'attendee' | 'cronofy', Readonly<Record<string, string>>>>;

/** A room of this process, with what its clients know. */
class Room {
  readonly server: Server = makeServer({ receivers: RECEIVERS, workspace: { quiet: 0 } });
  readonly #access = this.server.workspaces.default.describe('http://room.test') as unknown as Access;

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const { attendee, cronofy } = this.#access;
    const authorization = path.startsWith('/api/')
      ? `Token ${attendee['api_key']}`
      : `Bearer ${path.includes('events') ? cronofy['access_token'] : cronofy['client_secret']}`;
    const response = await this.server.app.fetch(
      new Request(`http://room.test${path}`, {
        method,
        headers: { host: 'localhost', 'content-type': 'application/json', authorization },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    // A rule that cuts answers short may have come to match them all.
    return { status: response.status, text: await response.text().catch(() => '') };
  }

  control = (method: string, path: string, body?: unknown) => this.call(method, `/_greenroom${path}`, body);

  async made(method: string, path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.call(method, path, body);
    expect([status, text]).toEqual([expect.toSatisfy((code: number) => code < 300), text]);
    return text;
  }

  /** A bit of everything: lives in all stages, webhooks in waiting, rules, calendars, scenarios of its own. */
  async live(): Promise<unknown> {
    const control = (method: string, path: string, body: unknown) => this.made(method, `/_greenroom${path}`, body);
    await control('PUT', '/scenarios/mine', { description: 'Mine', ends: { at: '20m' } });
    await control('POST', '/casting', { scenario: 'mine', match: { bot_name: '/^mine/' }, times: 3 });
    const faults = [
      { on: 'request', match: { operation: 'deleteBot' }, do: { truncate: 20 } },
      { on: 'delivery', match: { state: 'joining' }, times: 1, do: { delay: '7m' } },
      { on: 'delivery', times: 1, do: { hold_until: { type: 'bot.state_change', state: 'ended' } } },
      { on: 'delivery', match: { provider: 'cronofy' }, do: { answers: [500, 'drop', 200] } },
    ];
    for (const fault of faults) await control('POST', '/faults', fault);
    const bots = [
      botRequest(undefined, HOOK, { metadata: { n: '1' }, deduplication_key: 'a' }),
      botRequest(undefined, 'https://app.test/down', { meeting_url: ZOOM_URL, bot_name: 'mine' }),
      botRequest('2026-01-01T11:00:00Z', 'https://elsewhere.example.com/in'),
    ];
    const ids: string[] = [];
    for (const bot of bots) ids.push(JSON.parse(await this.made('POST', '/api/v1/bots', bot)).id);
    await this.made('POST', '/v1/meeting_agents', agentRequest(HOOK));
    const later = { scheduling_key: 'a', join_time: '2026-01-01T11:00:00Z' };
    await this.made('POST', '/v1/meeting_agents', agentRequest(HOOK, later));
    await this.made('POST', `/v1/calendars/${this.#access.cronofy['calendar_id']}/events`, {
      event_id: 'planning',
      summary: 'Planning',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T11:00:00Z',
      conferencing: { profile_id: 'default' },
      meeting_agent: { profile_id: 'cronofy' },
      subscriptions: [
        {
          type: 'webhook',
          uri: HOOK,
          interactions: [{ type: 'meeting_agent_activated' }],
          transitions: [{ before: 'event_end', offset: { minutes: 5 } }],
        },
      ],
    });
    await this.made('POST', '/api/v1/calendars', {
      platform: 'google',
      client_id: 'c',
      client_secret: 's',
      refresh_token: 'r',
    });
    await control('POST', '/clock/advance', { by: '12m' });
    await this.made('POST', `/api/v1/bots/${ids[0]}/send_chat_message`, { message: 'Hello', to: 'everyone' });
    await this.call('GET', '/api/v1/bots/bot_0000000000000000');
    return JSON.parse(await this.made('GET', '/_greenroom/snapshot'));
  }

  /** All that must still answer: reads, time, new lives. */
  async works(): Promise<void> {
    const control = [
      '/timeline',
      '/requests',
      '/deliveries',
      '/clock',
      '/faults',
      '/casting',
      '/scenarios',
      '/workspaces',
    ];
    const steps: [string, string, unknown?][] = [
      ...control.map((path): [string, string] => ['GET', `/_greenroom${path}`]),
      ['POST', '/_greenroom/deliveries/dlv_1/redeliver', {}],
      ['POST', '/_greenroom/clock/advance', { by: '1h' }],
      ['POST', '/_greenroom/clock/advance', { until: 'idle', within: '1d', job_limit: 500 }],
      ['GET', '/api/v1/bots'],
      ['POST', '/api/v1/bots', botRequest(undefined, HOOK, { bot_name: 'mine' })],
      ['GET', '/api/v1/calendars'],
      ['GET', '/api/v1/calendar_events'],
      ['GET', '/v1/events?tzid=Etc/UTC&include_managed=true'],
      ['POST', '/v1/meeting_agents', agentRequest(HOOK)],
      ['POST', '/_greenroom/clock/advance', { by: '1h' }],
      ['GET', '/_greenroom/snapshot'],
    ];
    for (const [method, path, body] of steps) {
      const { status, text } = await this.call(method, path, body);
      if (status >= 500) throw new Error(`${method} ${path} answers ${status}: ${text}`);
    }
  }
}

type Place = readonly (string | number)[];

/** The places of a value, by its parts: those of a long part must not hide those of a short one. */
function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    placesOf(child, [...place, Array.isArray(value) ? Number(key) : key]),
  );
  return place.length === 0 ? inner : [place, ...inner];
}

const at = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);

/** A change of one place, as plain data: what stands there is replaced, taken away, doubled or given one field more. */
interface Change {
  readonly part: number;
  readonly place: number;
  readonly how: 'replace' | 'borrow' | 'remove' | 'more';
  readonly value: unknown;
  readonly other: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  part: fc.nat(),
  place: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'borrow', 'remove', 'more'),
  value: fc.oneof(
    fc.constantFrom<unknown>(null, true, '', 'x', '/(/', 'null', '[]', '{}', [], {}, [{}], [null], { x: 1 }),
    fc.constantFrom<unknown>(-1, 0, 1, 0.5, 1e9, 1e15, 2 ** 53, 1e300, '__proto__', 'https://%zz/', '\u0000'),
  ),
  other: fc.nat(),
});

/** The snapshot with these changes, and where they were made. */
function mutate(snapshot: unknown, changes: readonly Change[]): { readonly mutant: unknown; readonly where: string[] } {
  const mutant = structuredClone(snapshot) as Record<string, unknown>;
  const where: string[] = [];
  for (const { part, place, how, value, other } of changes) {
    const names = Object.keys(mutant);
    const name = names[part % names.length]!;
    const places = placesOf({ [name]: mutant[name] });
    const target = places[place % places.length]!;
    const parent = at(mutant, target.slice(0, -1)) as Record<string, unknown>;
    const key = target.at(-1)!;
    const present = parent[key];
    where.push(`${how} /${target.join('/')} ${JSON.stringify(value)}`);
    if (how === 'replace') parent[key] = value;
    else if (how === 'borrow') parent[key] = structuredClone(at(mutant, places[other % places.length]!));
    else if (how === 'remove' && Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (how === 'remove') delete parent[key];
    else if (Array.isArray(present))
      present.push(structuredClone(present[other % Math.max(present.length, 1)] ?? value));
    else if (typeof present === 'object' && present !== null) Object.assign(present, { more: value });
    else parent[key] = value;
  }
  return { mutant, where };
}

describe('A snapshot that was changed', () => {
  test(
    'is refused with the place and the field, or makes a world that works',
    async () => {
      const room = new Room();
      const snapshot = await room.live();
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
          const { mutant, where } = mutate(snapshot, changes);
          const before = (await room.control('GET', '/timeline')).text;
          const { status, text } = await room.control('PUT', '/snapshot', mutant);
          if (status === 204) {
            taken++;
            try {
              await room.works();
            } catch (error) {
              throw new Error(`${where.join('; ')}: ${String(error)}`, { cause: error });
            }
            expect((await room.control('PUT', '/snapshot', snapshot)).status).toBe(204);
            return;
          }
          expect([where, status, text]).toEqual([
            where,
            422,
            expect.stringMatching(/"pointer":"\/\w|UNKNOWN_SCENARIO/),
          ]);
          expect((await room.control('GET', '/timeline')).text).toBe(before);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(taken).toBeGreaterThan(RUNS / 100);
      expect(taken).toBeLessThan(RUNS);
      room.server.close();
    },
    120_000 + RUNS * 200,
  );

  test.for([
    ['/outbox/deliveries/1/payload', ['outbox', 'deliveries', 1, 'payload'], ''],
    ['/clock/jobs/0/kind', ['clock', 'jobs', 0, 'kind'], 'nope'],
    ['/clock/quiet', ['clock', 'quiet'], 1e9],
    ['/slices/attendee/bots/0/id', ['slices', 'attendee', 'bots', 0], {}],
    ['/slices/attendee/bots/0/webhooks/0/url', ['slices', 'attendee', 'bots', 0, 'webhooks', 0, 'url'], 'not a url'],
    ['/play/casting/0/match/bot_name', ['play', 'casting', 0, 'match', 'bot_name'], '/(/'],
    ['/faults/rules/0/do/status', ['faults', 'rules', 0, 'do'], { status: 99_999 }],
    ['/settings/attendee/project_webhooks', ['settings', 'attendee', 'project_webhooks'], 'x'],
  ] as const)('is refused at %s', async ([pointer, place, value]) => {
    const room = new Room();
    const snapshot = await room.live();
    (at(snapshot, place.slice(0, -1)) as Record<string, unknown>)[place.at(-1)!] = value;
    const { status, text } = await room.control('PUT', '/snapshot', snapshot);
    expect([status, JSON.parse(text).pointer]).toEqual([422, pointer]);
    room.server.close();
  });
});
