import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botRequest } from '../support/room.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { startService, tellMuch, type Service, type Tenant } from '../support/service.js';

/** Hosts that a workspace may be allowed lead to this machine. */
const network = { resolve: async () => ['127.0.0.1'], isPublic: (address: string) => address === '127.0.0.1' };
const HOST = 'hooks.example.com';
const BOTS = '/api/v1/bots';

let service: Service;
let receiver: Receiver;
let hook: string;
beforeAll(async () => {
  [service, receiver] = [await startService({ network }), await startReceiver()];
  hook = `http://${HOST}:${new URL(receiver.url).port}/hook`;
});
afterAll(async () => {
  await service.stop();
  await receiver.close();
});

const makeBots = async ({ attendeeCall }: Tenant, count: number, url?: string): Promise<string[]> => {
  const made = [];
  for (let i = 0; i < count; i++) made.push((await attendeeCall('POST', BOTS, botRequest(undefined, url))).json.id);
  return made;
};
const advance = ({ control }: Tenant, by: string) => control('POST', '/clock/advance', { by });
const timelineOf = async ({ control }: Tenant) => (await control('GET', '/timeline')).json;

/** The whole life of a bot, and a look at it. */
async function live(tenant: Tenant): Promise<void> {
  const [bot] = await makeBots(tenant, 1);
  expect((await advance(tenant, '1h')).status).toBe(200);
  expect((await tenant.attendeeCall('GET', `${BOTS}/${bot}`)).json.state).toBe('ended');
  expect((await timelineOf(tenant)).entries.length).toBeGreaterThan(0);
}

/** Has one workspace do something, which must be over before the work of another is; then lets that work end. */
async function before<T>(
  work: Promise<T>,
  act: () => Promise<unknown>,
  letEnd: () => unknown = () => undefined,
): Promise<T> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  await act();
  expect(isOver).toBe(false);
  await letEnd();
  return over;
}

/** Asks for something, and reads no more of the answer than its beginning. */
async function askUnread(tenant: Tenant, path: string): Promise<Socket> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(`GET /_greenroom${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${tenant.token}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

describe('A workspace lives its life while another', () => {
  let a: Tenant;
  let b: Tenant;
  beforeAll(async () => void (b = await service.tenant()));

  test('advances over hundreds of jobs, and while it lives them again to tell what has changed', async () => {
    a = await service.tenant();
    await makeBots(a, 30, 'https://app.test/hook');
    await a.control('POST', '/checkpoints', { name: 'before' });
    const { json } = await before(advance(a, '1h'), () => live(b));
    expect(json.ran_total).toBeGreaterThan(800);
    const changes = a.control('GET', '/changes?since=before&limit=1');
    const looks = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await b.control('GET', '/clock');
    };
    expect((await before(changes, looks)).status).toBe(200);
  });

  test('has a clock that runs ahead by itself', async () => {
    a = await service.tenant();
    const bots = await makeBots(a, 30, 'https://app.test/hook');
    const wait = { match: { state: 'ended' }, count: bots.length, timeout_ms: 60_000 };
    const ended = a
      .control('PATCH', '/clock', { mode: 'auto' })
      .then(() => a.control('POST', '/deliveries/wait', wait));
    expect((await before(ended, () => live(b))).status).toBe(200);
  });

  test('waits for a receiver that does not answer', async () => {
    a = await service.tenant({ allow_hosts: [HOST], delivery_guard: '30s' });
    let answer = (): void => undefined;
    receiver.answerWith(() => new Promise<number>((resolve) => (answer = () => resolve(200))));
    await makeBots(a, 1, hook);
    await before(
      advance(a, '1h'),
      () => live(b),
      () => answer(),
    );
  });

  test('waits for a listener that reads nothing', async () => {
    a = await service.tenant({ delivery_guard: '30s' });
    const line = await askUnread(a, '/listen?session=0123456789abcdef');
    await makeBots(a, 1, 'http://127.0.0.1:9/hook');
    const { status } = await before(
      advance(a, '1h'),
      () => live(b),
      () => a.control('DELETE', '/workspaces/self'),
    );
    expect(status).toBe(409);
    line.destroy();
  });

  test('waits for what does not come', async () => {
    a = await service.tenant();
    const wait = { match: { type: 'bot.state_change' }, timeout_ms: 60_000 };
    const waited = a.control('POST', '/deliveries/wait', wait);
    await before(
      waited,
      () => live(b),
      async () => {
        await makeBots(a, 1, 'https://app.test/hook');
        await advance(a, '1h');
      },
    );
  });

  test('has long answers and streams that nobody reads', async () => {
    a = await service.tenant();
    await tellMuch(a);
    const unread = [];
    for (const path of ['/snapshot', '/timeline', '/run', '/recording', '/stream?after=0'])
      unread.push(await askUnread(a, path));
    await live(b);
    expect(unread.map(({ destroyed, readableEnded }) => destroyed || readableEnded)).toEqual(unread.map(() => false));
    for (const socket of unread) socket.destroy();
  });
});

describe('What one workspace uses up', () => {
  test('is its own: another has all that it may have', async () => {
    const limits = { bots: 1, jobs: 8, deliveries: 1, streams: 1, body: 1024, bytes: 2 ** 20 };
    const [a, b] = [
      await service.tenant({ limits, allow_hosts: [HOST] }),
      await service.tenant({ limits, allow_hosts: [HOST] }),
    ];
    for (const tenant of [a, b]) {
      await makeBots(tenant, 1, hook);
      expect((await tenant.attendeeCall('POST', BOTS, botRequest(undefined))).status).toBe(507);
      expect((await advance(tenant, '1h')).json.code).toBe('JOB_LIMIT');
      const { deliveries } = (await tenant.control('GET', '/deliveries')).json;
      const [first, second] = deliveries.map(({ status }: { status: string }) => status);
      expect([first, second]).toEqual(['delivered', 'captured']);
      await askUnread(tenant, '/stream');
      expect((await tenant.control('GET', '/stream')).json.code).toBe('LIMIT_REACHED');
      const file = { description: 'x'.repeat(900), plays: false };
      expect((await tenant.control('PUT', '/scenarios/one', file)).status).toBe(201);
      expect((await tenant.control('PUT', '/scenarios/two', { ...file, title: 'x'.repeat(200) })).status).toBe(413);
    }
  });

  test('is paid for with its own past alone', async () => {
    const limits = { bytes: 2 ** 20 };
    const [a, b] = [await service.tenant({ limits }), await service.tenant({ limits })];
    await live(b);
    const before = [await timelineOf(b), (await b.control('GET', '/requests')).json];
    const padding = 'x'.repeat(50_000);
    for (let i = 0; i < 40; i++) await a.attendeeCall('POST', BOTS, { padding });
    expect((await timelineOf(a)).dropped).toBeGreaterThan(0);
    expect([await timelineOf(b), (await b.control('GET', '/requests')).json]).toEqual(before);
    expect(before.map(({ dropped }) => dropped)).toEqual([0, 0]);
  });
});
