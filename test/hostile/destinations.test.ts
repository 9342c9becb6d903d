import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { selfSigned } from '../support/certificate.js';
import { agentRequest, attendee, botRequest, cronofy, test } from '../support/room.js';

/** Has both vendors send something to a URL: webhooks of a bot and of an agent, and the agent's image. */
async function sendTo(room: Greenroom, url: string): Promise<void> {
  expect((await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, url))).status).toBe(201);
  const agent = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(url, { image_url: url }));
  expect(agent.status).toBe(200);
  await room.clock.advance({ by: '5s' });
}

const outcomesOf = async (room: Greenroom) =>
  (await room.deliveries.list()).deliveries.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));

describe('Webhooks and image fetches', () => {
  test.for([
    'http://203.0.113.5/steal',
    '//203.0.113.5/steal',
    '\\\\203.0.113.5/steal',
    'https:203.0.113.5/steal',
    'file:///etc/passwd',
    'javascript:1',
    '@203.0.113.5/steal',
    ':1@203.0.113.5/steal?a=//203.0.113.5',
  ])('with the path /%s of another host are forwarded to --forward-to and nowhere else', async (path, { receiver }) => {
    // Attendee's client of HTTP writes these in a way of its own.
    const called = { '//203.0.113.5/steal': '/203.0.113.5/steal', '\\\\203.0.113.5/steal': '/%5C%5C203.0.113.5/steal' }[
      path
    ];
    await using room = await startGreenroom({ forwardTo: `${receiver.url}/dev/` });
    await sendTo(room, `https://app.example.com/${path}`);
    const { pathname, search } = new URL(`https://app.example.com/${path}`);
    const paths = [pathname + search, called ?? pathname + search];
    expect(new Set(receiver.arrivals.map((arrival) => arrival.path))).toEqual(
      new Set(paths.map((one) => `/dev${one}`)),
    );
    expect(receiver.arrivals.length).toBeGreaterThanOrEqual(3);
  });

  test.for([
    ['https://other.example/hooks', 'other.example'],
    ['http://localhost.example/', 'localhost.example'],
    ['ftp://127.0.0.1/', '127.0.0.1'],
  ])('are not forwarded to %s: the start is refused with a sentence', async ([forwardTo]) => {
    await expect(startGreenroom({ forwardTo: forwardTo! })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(
        /^Failed to forward webhooks: expected an http or https URL of this machine, was /,
      ),
    });
    if (forwardTo!.startsWith('http'))
      await (await startGreenroom({ forwardTo: forwardTo!, allowHosts: [new URL(forwardTo!).hostname] })).close();
  });

  test('for names under localhost reach this machine, and no name server is asked', async ({ room, receiver }) => {
    const { port } = new URL(receiver.url);
    for (const name of ['app.localhost', 'LOCALHOST', 'evil.app.localhost'])
      await sendTo(room, `http://${name}:${port}/${name}`);
    expect(new Set(receiver.arrivals.map(({ path }) => path))).toEqual(
      new Set(['/app.localhost', '/LOCALHOST', '/evil.app.localhost']),
    );
    expect(new Set(await outcomesOf(room))).toEqual(new Set(['answered']));
  });

  test.for(['%zz@', 'a:%ff@', '%@', 'user:p%40ss@', 'a%0d%0ab:c@'])(
    'for a URL with the user %s are sent, and time moves on',
    async (user, { room, receiver }) => {
      await sendTo(room, `${receiver.url.replace('//', `//${user}`)}/hook`);
      expect(new Set(await outcomesOf(room))).toEqual(new Set(['answered']));
      const { authorization } = receiver.arrivals[0]!.headers;
      const [name = '', word = ''] = user.slice(0, -1).split(':');
      const plain = [name, word].map((text) => (/%(zz|ff|$)/.test(text) ? text : decodeURIComponent(text))).join(':');
      expect(Buffer.from(authorization!.slice('Basic '.length), 'base64').toString()).toBe(plain);
      await room.clock.advance({ by: '1h' });
    },
  );

  test('for a URL that no HTTP client can call are dropped and tried again, and time moves on', async ({ room }) => {
    const url = 'https://hooks.example.com:99999/in';
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, url));
    await room.clock.advance({ by: '1h' });
    const { deliveries } = await room.deliveries.list({ state: 'joining' });
    expect(deliveries[0]!.attempts).toMatchObject(
      Array.from({ length: 3 }, () => ({ outcome: 'dropped', error: `${url} is no URL` })),
    );
    expect(deliveries[0]!.status).toBe('failed');
  });

  test('for addresses that only look like this machine stay here', async ({ room }) => {
    const hosts = ['[::ffff:127.0.0.1]', '[::ffff:8.8.8.8]', '0.0.0.0', '[::]', '169.254.169.254', '127.0.0.1.example'];
    for (const host of [...hosts, 'localhost.', 'localhost.example']) await sendTo(room, `https://${host}:9/hook`);
    expect(new Set(await outcomesOf(room))).toEqual(new Set(['captured']));
  });

  test('go no further than a redirect', async ({ room, receiver }) => {
    const door = createHttpServer((_, response) => response.writeHead(307, { Location: receiver.url }).end());
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    await sendTo(room, `http://127.0.0.1:${(door.address() as AddressInfo).port}/hook`);
    expect((await room.deliveries.list()).deliveries[0]!.attempts[0]).toMatchObject({
      outcome: 'answered',
      status: 307,
    });
    expect(receiver.arrivals).toEqual([]);
    await new Promise((resolve) => door.close(resolve));
  });

  test('come each over a connection of its own', async ({ room, receiver }) => {
    await sendTo(room, receiver.url);
    await room.clock.advance({ by: '2h' });
    expect(receiver.connections()).toBe(receiver.arrivals.length);
  });

  test('go out whole, though their receiver answers before it has read them', async ({ room }) => {
    const text = 'x'.repeat(9_000_000);
    let received = 0;
    const hasty = createTcpServer((socket) => {
      socket
        .on('error', () => undefined)
        .on('data', (bytes: Buffer) => {
          if (received === 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
          received += bytes.length;
        });
    });
    const gone = once(hasty, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    await new Promise<void>((resolve) => hasty.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(hasty.address() as AddressInfo).port}/`;
    const participants = [{ id: 'host', joins: { at: '0s' } }];
    const chat = [{ at: '5m', by: 'host', says: text }];
    await room.scenarios.put('essay', { description: 'Somebody writes a lot.', participants, chat });
    const webhooks = [{ url, triggers: ['chat_messages.update'] }];
    const metadata = { greenroom_scenario: 'essay' };
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { webhooks, metadata }));
    await room.clock.advance({ by: '10m' });
    await gone;
    expect(received).toBeGreaterThan(text.length);
    await new Promise((resolve) => hasty.close(resolve));
  });

  test('need a good certificate beyond this machine, and none on it', async () => {
    const server = createServer(selfSigned('app.test'), (_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as AddressInfo;
    // The address that means every one of this machine is no loopback address.
    await using room = await startGreenroom({ allowHosts: ['0.0.0.0'] });
    const firstAttempt = async (host: string) => {
      const url = `https://${host}:${port}/hook`;
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, url));
      const { deliveries } = await room.deliveries.list({ url, state: 'joining' });
      return deliveries[0]!.attempts[0];
    };
    expect(await firstAttempt('127.0.0.1')).toMatchObject({ outcome: 'answered' });
    expect(await firstAttempt('0.0.0.0')).toMatchObject({ outcome: 'dropped', error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
