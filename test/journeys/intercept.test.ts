import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { http as msw, HttpResponse, type RequestHandler } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectGreenroom, createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { intercept } from '../../src/intercept.js';
import { handlers } from '../../src/msw.js';
import { startReceiver } from '../support/receiver.js';
import { Cronofy } from '../support/cronofy.js';
import { agentRequest, botRequest } from '../support/room.js';

const BOTS = 'https://app.attendee.dev/api/v1/bots';
const AGENTS = 'https://api-uk.cronofy.com/v1/meeting_agents';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A room without a socket, to which this process's calls go. */
async function interceptedRoom(): Promise<Greenroom> {
  const room = await createGreenroom();
  const interception = await intercept(room);
  closers.push(room.close, interception.close);
  return room;
}

const keyOf = (room: Greenroom) => ({ authorization: `Token ${room.attendee.api_key}` });
const secretOf = (room: Greenroom) => ({ authorization: `Bearer ${room.cronofy.client_secret}` });

async function postBot(room: Greenroom): Promise<{ readonly id: string }> {
  const response = await fetch(BOTS, {
    method: 'POST',
    headers: { ...keyOf(room), 'content-type': 'application/json' },
    body: JSON.stringify(botRequest(undefined)),
  });
  return (await response.json()) as { id: string };
}

/** An agent that has been in a meeting; gives where its files are. */
async function completedAgent(room: Greenroom): Promise<Readonly<Record<string, string>>> {
  await fetch(AGENTS, {
    method: 'POST',
    headers: { ...secretOf(room), 'content-type': 'application/json' },
    body: JSON.stringify(agentRequest('https://hooks.example.com')),
  });
  await room.clock.until('idle');
  const { deliveries } = await room.deliveries.list({ type: 'meeting_agent_complete' });
  const { meeting_agent: agent } = JSON.parse(deliveries[0]!.attempts[0]!.request.body) as {
    meeting_agent: { resources: { category: string; url: string }[] };
  };
  return Object.fromEntries(agent.resources.map(({ category, url }) => [category, url]));
}

function getByNode(client: typeof http | typeof https, url: string, headers: http.OutgoingHttpHeaders) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    client
      .get(url, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      })
      .on('error', reject);
  });
}

describe('intercept()', () => {
  test('leads fetch at the real hosts to the room', async () => {
    const room = await interceptedRoom();
    const bot = await postBot(room);
    const read = await fetch(`${BOTS}/${bot.id}`, { headers: keyOf(room) });
    expect([read.status, read.url]).toEqual([200, `${BOTS}/${bot.id}`]);
    const { requests } = await room.requests.list();
    expect(requests.map(({ method, path, response }) => [method, path, response?.status])).toEqual([
      ['POST', '/api/v1/bots', 201],
      ['GET', `/api/v1/bots/${bot.id}`, 200],
    ]);
    expect(requests[0]!.request.headers['content-type']).toBe('application/json');
  });

  test('tells which data center was called', async () => {
    const room = await interceptedRoom();
    await room.patch({ cronofy: { data_center: 'uk' } });
    const at = async (host: string) => (await fetch(`https://${host}/v1/userinfo`, { headers: secretOf(room) })).status;
    expect([await at('api-uk.cronofy.com'), await at('api.cronofy.com'), await at('api-de.cronofy.com')]).toEqual([
      200, 401, 401,
    ]);
  });

  test('leads node:https and axios there, refusals as they are', async () => {
    const room = await interceptedRoom();
    const { id } = await postBot(room);
    const byNode = await getByNode(https, `${BOTS}/${id}`, keyOf(room));
    expect([byNode.status, JSON.parse(String(byNode.body)).id]).toEqual([200, id]);
    expect((await axios.get(`${BOTS}/${id}`, { headers: keyOf(room) })).data.id).toBe(id);
    const patched = await axios.patch(
      `${BOTS}/${id}`,
      { metadata: { a: 'ü' } },
      { headers: keyOf(room), validateStatus: () => true },
    );
    const refused = await axios.get(BOTS, { validateStatus: () => true });
    expect([patched.status, refused.status]).toEqual([200, 401]);
  });

  test('leads the SDK of npm there, which believes to talk to api.cronofy.com', async () => {
    const room = await interceptedRoom();
    const { client_id, client_secret, access_token } = room.cronofy;
    const client = new Cronofy({ client_id, client_secret, access_token });
    const { calendars } = await client.listCalendars();
    expect(calendars.map((calendar: { calendar_id: string }) => calendar.calendar_id)).toContain(
      room.cronofy.calendar_id,
    );
  });

  test.each(['a room without a socket', 'a room on a port'])(
    'follows redirects to files, byte for byte: %s',
    async (kind) => {
      const room = kind === 'a room on a port' ? await startGreenroom() : await createGreenroom();
      const interception = await intercept(room);
      closers.push(room.close, interception.close);
      const { audio } = await completedAgent(room);
      const byFetch = Buffer.from(await (await fetch(audio!, { headers: secretOf(room) })).arrayBuffer());
      const byAxios = await axios.get<ArrayBuffer>(audio!, { headers: secretOf(room), responseType: 'arraybuffer' });
      expect(byFetch.subarray(0, 3).toString('latin1')).toBe('ID3');
      expect(Buffer.from(byAxios.data).equals(byFetch)).toBe(true);
      const unfollowed = await fetch(audio!, { headers: secretOf(room), redirect: 'manual' });
      expect(unfollowed.status).toBe(302);
    },
  );

  test('leaves other hosts alone, and the webhooks to them', async () => {
    const room = await interceptedRoom();
    const other = await startReceiver();
    closers.push(other.close);
    expect((await fetch(`${other.url}/api/v1/bots`, { method: 'POST', body: '{}' })).status).toBe(200);
    expect((await getByNode(http, `${other.url}/x`, {})).status).toBe(200);
    await fetch(BOTS, {
      method: 'POST',
      headers: { ...keyOf(room), 'content-type': 'application/json' },
      body: JSON.stringify(botRequest(undefined, `${other.url}/hooks`)),
    });
    await room.clock.advance({ by: '1h' });
    expect(other.arrivals.map(({ path }) => path).slice(0, 3)).toEqual(['/api/v1/bots', '/x', '/hooks']);
    expect((await room.requests.list()).requests).toHaveLength(1);
  });

  test('loses the connection where a fault says so, as each client knows it', async () => {
    const room = await interceptedRoom();
    await room.faults.add({ on: 'request', match: { operation: 'listBots' }, do: { reset: true } });
    await expect(fetch(BOTS, { headers: keyOf(room) })).rejects.toMatchObject({
      name: 'TypeError',
      cause: { code: 'ECONNRESET' },
    });
    await expect(getByNode(https, BOTS, keyOf(room))).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(axios.get(BOTS, { headers: keyOf(room) })).rejects.toMatchObject({ code: 'ECONNRESET' });
    await room.faults.remove();
    await room.faults.add({ on: 'request', match: { operation: 'listBots' }, do: { truncate: 5 } });
    await expect(fetch(BOTS, { headers: keyOf(room) }).then((answer) => answer.text())).rejects.toThrow(TypeError);
    await expect(axios.get(BOTS, { headers: keyOf(room) })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('lets a client give up on an answer that is late', async () => {
    const room = await interceptedRoom();
    await room.faults.add({ on: 'request', match: { operation: 'listBots' }, do: { delay: '100ms' } });
    const late = fetch(BOTS, { headers: keyOf(room), signal: AbortSignal.timeout(20) });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(axios.get(BOTS, { headers: keyOf(room), timeout: 20 })).rejects.toMatchObject({
      code: 'ECONNABORTED',
    });
    expect((await fetch(BOTS, { headers: keyOf(room) })).status).toBe(200);
  });

  test('leads hosts there that are named', async () => {
    const room = await createGreenroom();
    const interception = await intercept(room, { hosts: ['attendee.example.com'] });
    closers.push(room.close, interception.close);
    const answer = await fetch('https://attendee.example.com/api/v1/bots', { headers: keyOf(room) });
    expect(answer.status).toBe(200);
    await expect(intercept(room, { hosts: ['https://attendee.example.com'] })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test.each(['fetch', 'node:http'])('answers for no room that is closed: %s', async (kind) => {
    const room = await interceptedRoom();
    await room.close();
    const calling =
      kind === 'fetch' ? fetch(BOTS, { headers: keyOf(room) }) : axios.get(BOTS, { headers: keyOf(room) });
    await expect(calling).rejects.toThrow(
      `Failed to answer GET ${BOTS}, which an open interception or handler leads to a room: the room "default" is closed.`,
    );
  });

  test('gives everything back when it is closed', async () => {
    const before = [fetch, http.request, http.get, https.request, https.get];
    const room = await createGreenroom();
    const interception = await intercept(room);
    expect(fetch).not.toBe(before[0]);
    interception.close();
    await room.close();
    expect([fetch, http.request, http.get, https.request, https.get]).toEqual(before);
  });
});

describe('Handlers for Mock Service Worker', () => {
  test('that are not awaited say so', async () => {
    await using room = await createGreenroom();
    const promise = handlers(room);
    const taken = promise as unknown as RequestHandler[];
    for (const given of [() => setupServer(...taken), () => setupServer(taken as unknown as RequestHandler)])
      expect(given).toThrow('Failed to use what handlers(…) gives: it is a promise. Write: ...(await handlers(…)).');
    expect((await promise).length).toBeGreaterThan(0);
  });

  test.each(['a room without a socket', 'a room on a port'])('answer for the vendors alone: %s', async (kind) => {
    const room = kind === 'a room on a port' ? await startGreenroom() : await createGreenroom();
    const server = setupServer(...(await handlers(room)));
    const unhandled: string[] = [];
    server.listen({
      onUnhandledRequest: ({ url }) => {
        unhandled.push(url);
        throw new Error('not handled');
      },
    });
    closers.push(room.close, () => server.close());
    const bot = await postBot(room);
    expect((await axios.get(`${BOTS}/${bot.id}`, { headers: keyOf(room) })).data.id).toBe(bot.id);
    const { audio } = await completedAgent(room);
    const file = Buffer.from(await (await fetch(audio!, { headers: secretOf(room) })).arrayBuffer());
    expect(file.subarray(0, 3).toString('latin1')).toBe('ID3');
    await fetch('https://elsewhere.example.com/');
    expect(unhandled).toEqual(['https://elsewhere.example.com/']);
  });

  test('lose the connection where a fault says so', async () => {
    const room = await createGreenroom();
    const server = setupServer(...(await handlers(room)));
    server.listen();
    closers.push(room.close, () => server.close());
    await room.faults.add({ on: 'request', match: { operation: 'listBots' }, do: { reset: true } });
    await expect(fetch(BOTS, { headers: keyOf(room) })).rejects.toThrow(TypeError);
    await expect(getByNode(https, BOTS, keyOf(room))).rejects.toThrow(TypeError);
  });
});

describe('Beside Mock Service Worker that lets nothing unhandled go,', () => {
  /** With a handler of the app's own, and what msw says of requests without one. */
  function listen(...given: Awaited<ReturnType<typeof handlers>>) {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const server = setupServer(
      msw.get('https://mail.example.com/', () => HttpResponse.text('mine')),
      ...given,
    );
    server.listen({ onUnhandledRequest: 'error' });
    let isOpen = true;
    const close = (): void => {
      if (isOpen) server.close();
      isOpen = false;
    };
    closers.push(() => said.mockRestore(), close);
    return { close, said };
  }

  const mail = async (): Promise<string> => (await fetch('https://mail.example.com/')).text();
  const mailByNode = async () => String((await getByNode(https, 'https://mail.example.com/', {})).body);

  test.each(['before', 'after'])('intercept() answers for the vendors where it begins %s it', async (when) => {
    const room = await createGreenroom();
    closers.push(room.close);
    const early = when === 'after' ? listen() : undefined;
    const interception = await intercept(room);
    const { close, said } = early ?? listen();
    const { id } = await postBot(room);
    expect((await getByNode(https, `${BOTS}/${id}`, keyOf(room))).status).toBe(200);
    expect([await mail(), await mailByNode()]).toEqual(['mine', 'mine']);
    expect(said.mock.calls).toEqual([]);
    await expect(fetch('https://elsewhere.example.com/')).rejects.toThrow();
    // It is closed and listens again, as between the files of a suite.
    if (when === 'before') {
      close();
      expect((await fetch(BOTS, { headers: keyOf(room) })).status).toBe(200);
      const again = listen();
      expect([await mail(), (await fetch(BOTS, { headers: keyOf(room) })).status]).toEqual(['mine', 200]);
      interception.close();
      expect([await mail(), await mailByNode()]).toEqual(['mine', 'mine']);
      again.close();
      // Nobody listens any more.
      const other = await startReceiver();
      closers.push(other.close);
      expect((await fetch(other.url)).status).toBe(200);
    } else {
      interception.close();
      expect([await mail(), await mailByNode()]).toEqual(['mine', 'mine']);
      await expect(fetch(BOTS)).rejects.toThrow();
      close();
    }
  });

  test.each(['of this process', 'that this process is connected to'])(
    'the calls of a greenroom %s, and its webhooks, go their way',
    async (whose) => {
      const app = await startReceiver();
      const here = await startGreenroom();
      const room = whose === 'of this process' ? here : await connectGreenroom(here.url);
      closers.push(app.close, here.close);
      const { said } = listen(...(await handlers(room)));
      await fetch(BOTS, {
        method: 'POST',
        headers: { ...keyOf(room), 'content-type': 'application/json' },
        body: JSON.stringify(botRequest('2026-01-01T10:00:00Z', `${app.url}/hooks`)),
      });
      await room.clock.advance({ by: '2h' });
      const { deliveries } = await room.deliveries.list();
      expect([app.arrivals.length, said.mock.calls]).toEqual([deliveries.length, []]);
    },
  );
});

test('intercept says once, in a runtime whose node:http it cannot catch, that it catches fetch alone', async () => {
  const versions = { ...process.versions, bun: '1.4.5' };
  vi.spyOn(process, 'versions', 'get').mockReturnValue(versions);
  closers.push(() => vi.restoreAllMocks());
  const warnings: string[] = [];
  const hear = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', hear);
  closers.push(() => process.off('warning', hear));
  await interceptedRoom();
  await interceptedRoom();
  await new Promise(setImmediate);
  expect(warnings).toEqual([
    expect.stringMatching(/^In Bun, greenroom intercepts only fetch\. .* \(startGreenroom\)\.$/),
  ]);
});
