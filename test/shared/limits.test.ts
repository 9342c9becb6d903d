import { describe, expect } from 'vitest';
import { agentRequest, botRequest, call } from '../support/room.js';
import { startReceiver } from '../support/receiver.js';
import { startService, tellMuch, test, type Tenant } from '../support/service.js';

const webhooks = (url: string) => [{ url, triggers: ['bot.state_change'] }];

/** The outcomes of all attempts, with what was said of those that stayed here. */
async function attemptsOf({ control }: Tenant): Promise<string[]> {
  const { deliveries } = (await control('GET', '/deliveries')).json;
  return deliveries.flatMap(({ attempts }: { attempts: { outcome: string }[] }) =>
    attempts.map(({ outcome }) => outcome),
  );
}

const notesOf = async ({ control }: Tenant): Promise<string> =>
  (await control('GET', '/timeline?kind=note')).json.entries.map(({ text }: { text: string }) => text).join('\n');

describe('A workspace at its limit', () => {
  test('of bots makes no more of them, whichever vendor is asked, and goes on with those that it has', async ({
    service,
  }) => {
    const tenant = await service.tenant({ limits: { bots: 2 } });
    const { json: bot } = await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
    await tenant.cronofyCall('POST', '/v1/meeting_agents', agentRequest());
    for (const refused of [
      await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined)),
      await tenant.cronofyCall('POST', '/v1/meeting_agents', agentRequest()),
    ]) {
      expect(refused.status).toBe(507);
      expect(refused.text).toContain('the world has 2 agents, and its limit "bots" is 2: delete some, or reset it');
      expect(refused.headers.get('greenroom-hint')).toBe(refused.text);
    }
    expect((await tenant.attendeeCall('POST', `/api/v1/bots/${bot.id}/leave`)).status).toBe(200);
  });

  test('of jobs ends an advance there: what ran has happened, and the next goes on', async ({ service }) => {
    const tenant = await service.tenant({ limits: { jobs: 3 } });
    const { json: bot } = await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
    const ended = { until: { subject: bot.id, state: 'ended' }, job_limit: 1000 };
    const { status, json } = await tenant.control('POST', '/clock/advance', ended);
    expect([status, json.code]).toEqual([409, 'JOB_LIMIT']);
    expect(json.detail).toContain('An advance of this workspace runs 3 jobs at the most: what ran has happened');
    let answer = await tenant.control('POST', '/clock/advance', ended);
    for (let more = 0; answer.status === 409 && more < 100; more++)
      answer = await tenant.control('POST', '/clock/advance', ended);
    expect(answer.status).toBe(200);
  });

  test('of bytes keeps no more scenarios of its own', async ({ service }) => {
    const tenant = await service.tenant({ limits: { bytes: 2 ** 20 } });
    const file = { description: 'x'.repeat(600_000), plays: false };
    expect((await tenant.control('PUT', '/scenarios/one', file)).status).toBe(201);
    const { status, json } = await tenant.control('PUT', '/scenarios/two', file);
    expect([status, json.code]).toEqual([507, 'LIMIT_REACHED']);
    expect(json.detail).toContain('its limit "bytes" is 1048576. Delete some');
  });

  test('of bytes takes no more long bodies, whatever is made of them, until it is reset', async ({ service }) => {
    const long = 'x'.repeat(300_000);
    const join_at = '2026-01-02T10:00:00Z';
    const ways: Record<string, (tenant: Tenant) => ReturnType<Tenant['control']>> = {
      faults: ({ control }) =>
        control('POST', '/faults', { on: 'request', match: { path: `/${long}` }, do: { status: 500 } }),
      casting: ({ control }) => control('POST', '/casting', { scenario: 'happy-path', match: { bot_name: long } }),
      channels: ({ cronofyCall }) => cronofyCall('POST', '/v1/channels', { callback_url: `http://127.0.0.1/${long}` }),
      bots: ({ attendeeCall }) =>
        attendeeCall('POST', '/api/v1/bots', { ...botRequest(join_at), transcription_settings: deepgram(long) }),
    };
    const deepgram = (text: string) => ({ deepgram: { keywords: [text] } });
    for (const [name, add] of Object.entries(ways)) {
      const tenant = await service.tenant({ limits: { bytes: 2 ** 20 } });
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await add(tenant)).status < 300);
      expect([name, statuses]).toEqual([name, [true, true, true, true]]);
      const { status, text } = await add(tenant);
      expect([name, status, text]).toEqual([
        name,
        507,
        expect.stringMatching(/its limit \\?"bytes\\?" is 1048576: reset/),
      ]);
      expect((await tenant.control('POST', '/reset')).status).toBe(204);
      expect((await add(tenant)).status).toBeLessThan(300);
    }
  });

  test('of bytes counts on where a rewind leads', async ({ service }) => {
    const { control } = await service.tenant();
    const add = () => control('POST', '/casting', { scenario: 'happy-path', match: { bot_name: 'x'.repeat(2000) } });
    const count = async (): Promise<number> => (await control('GET', '/snapshot')).json.bulk;
    await add();
    const once = await count();
    await control('POST', '/checkpoints', { name: 'once' });
    await add();
    expect([once > 2000, await count()]).toEqual([true, 2 * once]);
    await control('POST', '/clock/rewind', { checkpoint: 'once' });
    expect(await count()).toBe(once);
  });

  test('of bodies refuses a larger one in the voice of whoever is asked', async ({ service }) => {
    const tenant = await service.tenant({ limits: { body: 1024 } });
    const long = 'x'.repeat(2000);
    const vendors = await tenant.attendeeCall(
      'POST',
      '/api/v1/bots',
      botRequest(undefined, undefined, { bot_name: long }),
    );
    expect([vendors.status, vendors.headers.get('greenroom-hint')]).toEqual([
      413,
      'the body has more than 1024 bytes; that is the limit "body" of the workspace',
    ]);
    const own = await tenant.control('POST', '/casting', { scenario: 'happy-path', match: { bot_name: long } });
    expect([own.status, own.json.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  test('of streams opens no more, but always a line for the last listener', async ({ service }) => {
    const tenant = await service.tenant({ limits: { streams: 2 } });
    const open = (path: string, token = tenant.token) =>
      fetch(`${service.url}/_greenroom${path}`, { headers: { authorization: `Bearer ${token}` } });
    const [stream, line] = [await open('/stream'), await open('/listen?session=0123456789abcdef')];
    expect([stream.status, line.status]).toEqual([200, 200]);
    const { status, json } = await tenant.control('GET', '/stream');
    expect([status, json.code]).toEqual([507, 'LIMIT_REACHED']);
    expect(json.detail).toBe(
      'Failed to answer: the workspace has 2 answers that go on, and its limit "streams" is 2: close some, or make the workspace with a higher limit.',
    );
    const last = await open('/listen?session=another-listener');
    expect([last.status, await line.text()]).toEqual([200, expect.stringContaining('another listener')]);
    await tenant.control('DELETE', '/workspaces/self');
    await Promise.all([stream.text(), last.text()]);
  });

  test('of streams opens another once a client has gone', async ({ service }) => {
    const { token, control } = await service.tenant({ limits: { streams: 1 } });
    const open = () => fetch(`${service.url}/_greenroom/stream`, { headers: { authorization: `Bearer ${token}` } });
    await (await open()).body!.cancel();
    let again = await open();
    // That it has gone is heard of a little later.
    for (; again.status === 507; again = await open()) await again.text();
    expect(again.status).toBe(200);
    await control('DELETE', '/workspaces/self');
    await again.text();
  });

  test('of streams holds no more long answers for who does not read them', async ({ service }) => {
    const tenant = await service.tenant({ limits: { streams: 1 } });
    await tellMuch(tenant);
    const headers = { authorization: `Bearer ${tenant.token}` };
    const unread = await fetch(`${service.url}/_greenroom/timeline`, { headers });
    const { status, json } = await tenant.control('GET', '/timeline');
    expect([status, json.code]).toEqual([507, 'LIMIT_REACHED']);
    expect(json.detail).toContain('1 long answers that are not read to their end, and its limit "streams" is 1');
    expect((await tenant.control('GET', '/clock')).status).toBe(200);
    await unread.text();
    expect((await tenant.control('GET', '/timeline')).status).toBe(200);
  });
});

describe('A message of a service', () => {
  test('goes to no address of its own network, by whatever name', async () => {
    const addresses: Readonly<Record<string, readonly string[]>> = {
      'private.example': ['10.1.2.3'],
      'here.example': ['127.0.0.1'],
      'link.example': ['169.254.169.254'],
      'unique.example': ['fd00::1'],
      'carrier.example': ['100.64.0.1'],
      'group.example': ['224.0.0.1'],
      'mapped.example': ['::ffff:127.0.0.1'],
      'both.example': ['93.184.216.34', '192.168.0.1'],
      'documentation.example': ['192.0.2.1'],
      'nothing.example': [],
    };
    const hosts = Object.keys(addresses);
    const service = await startService({ network: { resolve: async (name) => addresses[name] ?? [] } });
    const tenant = await service.tenant({ allow_hosts: hosts });
    for (const host of hosts)
      await tenant.attendeeCall('POST', '/api/v1/bots', {
        ...botRequest('2026-01-01T10:00:00Z'),
        webhooks: webhooks(`https://${host}/hook`),
      });
    await tenant.control('POST', '/clock/advance', { by: '2h' });
    expect(new Set(await attemptsOf(tenant))).toEqual(new Set(['captured']));
    const notes = await notesOf(tenant);
    for (const [host, [address = 'no address']] of Object.entries(addresses))
      expect(notes).toContain(`${host} leads to ${host === 'both.example' ? '192.168.0.1' : address}, which is not an`);
    await service.stop();
  });

  test('goes to an allowed host, to the address that was judged, so often a minute as it may', async () => {
    const receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    const network = { resolve: async () => ['127.0.0.1'], isPublic: (address: string) => address === '127.0.0.1' };
    const service = await startService({ network });
    const tenant = await service.tenant({ allow_hosts: ['hooks.example.com'], limits: { deliveries: 2 } });
    const url = `http://hooks.example.com:${port}/hook`;
    await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined, url));
    await tenant.attendeeCall('POST', '/api/v1/bots', botRequest(undefined, `http://127.0.0.1:${port}/hook`));
    await tenant.control('POST', '/clock/advance', { by: '1h' });
    expect(receiver.arrivals.map(({ headers }) => headers['host'])).toEqual(Array(2).fill(`hooks.example.com:${port}`));
    const outcomes = await attemptsOf(tenant);
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(2);
    expect(await notesOf(tenant)).toContain('that is its limit "deliveries": wait a minute');
    await service.stop();
    await receiver.close();
  });

  test('is captured where nobody has allowed a host', async ({ a }) => {
    await a.attendeeCall('POST', '/api/v1/bots', botRequest(undefined, 'http://127.0.0.1:9/hook'));
    await a.control('POST', '/clock/advance', { by: '1h' });
    expect(new Set(await attemptsOf(a))).toEqual(new Set(['captured']));
  });
});

test('terms mean nothing to a server that is not shared, and it says so', async ({ service }) => {
  const { startGreenroom } = await import('../../src/index.js');
  await using room = await startGreenroom();
  const answer = await call('POST', `${room.url}/_greenroom/workspaces`, { owner: 'me' });
  expect([answer.status, answer.json.pointer]).toEqual([422, '/owner']);
  expect(service.url).not.toBe(room.url);
});
