import { hash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectGreenroom } from '../../../src/index.js';
import { SERVER_TOKEN as TOKEN } from '../../../test/support/elsewhere.js';
import { makeFolder } from '../../../test/support/folder.js';
import { startReceiver } from '../../../test/support/receiver.js';
import { attendee, botRequest, call } from '../../../test/support/room.js';
import { startWorker, type Worker } from './worker.js';

const OWNER = { authorization: `Bearer ${TOKEN}` };

describe('The router of a service', () => {
  let worker: Worker;
  const sent: string[] = [];
  const persist = makeFolder();
  beforeAll(async () => {
    const outbound = (url: string): number => (sent.push(url), 200);
    worker = await startWorker({ bindings: { GREENROOM_TOKEN: TOKEN }, persist, outbound });
  });
  afterAll(async () => {
    await worker.close();
    rmSync(persist, { recursive: true });
  });

  const make = (body: object = {}) => call('POST', `${worker.control}/workspaces`, body, OWNER);

  test('lets nobody into the control plane without the token, and no unknown key into a workspace', async () => {
    for (const path of ['/health', '/workspaces', '/clock'])
      expect((await call('GET', worker.control + path)).status).toBe(401);
    const stranger = { url: worker.url, attendee: { api_key: 'some key or other' } as never };
    expect((await attendee(stranger, 'GET', '/api/v1/bots')).status).toBe(401);
  });

  test('gives tests a workspace each, which they close', async () => {
    const room = await (await connectGreenroom(worker.url, { token: TOKEN })).workspace();
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    await room.clock.until({ subject: bot.id, state: 'ended' });
    const { json } = await attendee(room, 'GET', `/api/v1/bots/${bot.id}/recording`);
    expect((await fetch(json.url)).status).toBe(200);
    await room.close();
    expect((await attendee(room, 'GET', '/api/v1/bots')).status).toBe(401);
    expect((await call('GET', `${worker.control}/workspaces/${room.id}`, undefined, OWNER)).json.code).toBe(
      'UNKNOWN_WORKSPACE',
    );
  });

  test('gives an id to one of those who ask for it at once', async () => {
    for (let round = 0; round < 20; round++) {
      const id = `wanted_${round}`;
      const answers = await Promise.all([make({ id }), make({ id }), make({ id })]);
      const [made, ...others] = answers.filter(({ status }) => status === 201);
      expect(others, JSON.stringify(answers.map(({ status }) => status))).toEqual([]);
      const named = await call('GET', `${worker.control}/workspaces/${id}`, undefined, OWNER);
      expect(named.json.attendee.api_key).toBe(made!.json.attendee.api_key);
    }
  });

  test('leads the tokens that Cronofy gives out to the workspace that gave them', async () => {
    const { json: made } = await make();
    const { client_id, client_secret } = made.cronofy;
    const redirect_uri = 'http://127.0.0.1/callback';
    const query = new URLSearchParams({ response_type: 'code', client_id, redirect_uri, scope: 'read_write' });
    const consent = await fetch(`${worker.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
    const code = new URL(consent.headers.get('location')!).searchParams.get('code');
    const grant = { client_id, client_secret, redirect_uri, grant_type: 'authorization_code', code };
    const { json: tokens } = await call('POST', `${worker.url}/oauth/token`, grant);
    await worker.throwAway(made.attendee.api_key);
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const calendars = await call('GET', `${worker.url}/v1/calendars`, undefined, bearer);
    expect(calendars.status, calendars.text).toBe(200);
  });

  test('refuses faults that would cut a connection, and more memory than an object has, with a sentence', async () => {
    const { json: made } = await make();
    const headers = { ...OWNER, 'greenroom-workspace': made.id };
    const fault = await call('POST', `${worker.control}/faults`, { on: 'request', do: { reset: true } }, headers);
    expect([fault.status, fault.json.detail]).toEqual([422, expect.stringContaining('cuts no connection')]);
    for (const [pointer, body] of [
      ['/memory', { memory: 2 ** 30 }],
      ['/limits/bytes', { limits: { bytes: 2 ** 30 } }],
    ] as const)
      expect((await make(body)).json).toMatchObject({ code: 'INVALID_BODY', pointer });
  });

  test('keeps the hash of a token alone, in the object, which knows it when it comes back', async () => {
    const { json: made } = await make();
    const ask = async (token: string) =>
      (await call('GET', `${worker.control}/clock`, undefined, { authorization: `Bearer ${token}` })).status;
    await worker.throwAway(made.attendee.api_key);
    expect([await ask(made.token), await ask(`${made.token.slice(0, -1)}!`)]).toEqual([200, 401]);
    const { json: renewed } = await call('POST', `${worker.control}/workspaces/${made.id}/token`, undefined, OWNER);
    await worker.throwAway(made.attendee.api_key);
    expect([await ask(renewed.token), await ask(made.token)]).toEqual([200, 401]);
    const kept = readdirSync(persist, { recursive: true, encoding: 'utf8' })
      .map((name) => `${persist}/${name}`)
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'latin1'))
      .join('');
    const shown = [renewed.token, made.token, hash('sha256', renewed.token, 'hex')];
    expect(shown.map((text) => kept.includes(text))).toEqual([false, false, true]);
  });

  test('ends a workspace when its time is over, though its object was thrown away', async () => {
    const count = async () => (await call('GET', `${worker.control}/health`, undefined, OWNER)).json.workspaces;
    const before = await count();
    const { json: made } = await make({ ttl: '1s' });
    expect(await count()).toBe(before + 1);
    await worker.throwAway(made.attendee.api_key);
    await vi.waitFor(async () => expect(await count()).toBe(before), { timeout: 10_000, interval: 50 });
    const own = await call('GET', `${worker.control}/clock`, undefined, { authorization: `Bearer ${made.token}` });
    expect([own.status, own.json.detail]).toEqual([401, expect.stringContaining('the token opens nothing here')]);
    expect((await attendee({ ...made, url: worker.url }, 'GET', '/api/v1/bots')).status).toBe(401);
  });

  test('sends to the hosts that a workspace was allowed, so often a minute as it may', async () => {
    const { json: made } = await make({ allow_hosts: ['hooks.example.com'], limits: { deliveries: 2 } });
    const headers = { authorization: `Bearer ${made.token}` };
    for (const host of ['hooks.example.com', 'other.example.com'])
      await attendee({ ...made, url: worker.url }, 'POST', '/api/v1/bots', botRequest(undefined, `https://${host}/`));
    await call('POST', `${worker.control}/clock/advance`, { by: '1h' }, headers);
    expect(sent).toEqual(Array(2).fill('https://hooks.example.com/'));
    const { json } = await call('GET', `${worker.control}/timeline?kind=note`, undefined, headers);
    expect(JSON.stringify(json)).toContain('that is its limit \\"deliveries\\": wait a minute');
  });

  test('leads webhooks to a listener, whose line outlives the object', async () => {
    const receiver = await startReceiver();
    await using room = await (await connectGreenroom(worker.url, { token: TOKEN })).workspace();
    for (const path of ['/before', '/after', '/again']) {
      // The listener opens the line again a moment after it was cut.
      await vi.waitFor(
        async () => {
          await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url + path));
          await room.clock.advance({ by: '1m' });
          expect(receiver.arrivals.map((arrival) => arrival.path)).toContain(path);
        },
        { timeout: 20_000, interval: 50 },
      );
      await worker.throwAway(room.attendee.api_key);
    }
    await receiver.close();
  });
});

describe('The router of a Worker without a token', () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = await startWorker();
  });
  afterAll(() => worker.close());

  const make = (body: object = {}) => call('POST', `${worker.control}/workspaces`, body);

  test('finds the object of a key that a user chose, and lets two workspaces have none together', async () => {
    const chosen = { attendee: { api_key: 'chosen-by-a-user' } };
    const { json: first } = await make(chosen);
    expect((await make(chosen)).json.code).toBe('CONFLICT');
    const { json: second } = await make();
    const path = `${worker.control}/workspaces/${second.id}`;
    expect((await call('PATCH', path, chosen)).json.code).toBe('CONFLICT');
    const made = await attendee({ ...first, url: worker.url }, 'POST', '/api/v1/bots', botRequest(undefined));
    const named = { 'greenroom-workspace': first.id };
    const { json: requests } = await call('GET', `${worker.control}/requests`, undefined, named);
    expect([made.status, requests.requests.length]).toEqual([201, 1]);
    await call('DELETE', `${worker.control}/workspaces/${first.id}`);
    expect((await call('PATCH', path, chosen)).status).toBe(200);
  });

  test('serves this machine alone, and has no owners, limits and times to live', async () => {
    for (const path of ['/_greenroom/health', '/api/v1/bots']) {
      const { status, text } = await callAs('greenroom.example.workers.dev', worker.url + path);
      expect([status, text]).toEqual([503, expect.stringContaining('without a token this Worker serves nobody but')]);
    }
    expect((await make({ owner: 'me' })).json).toMatchObject({ code: 'INVALID_BODY', pointer: '/owner' });
  });
});

test('A Worker serves nobody with a token that somebody could guess', async () => {
  const weak = await startWorker({ bindings: { GREENROOM_TOKEN: 'guess me' } });
  const { status, json } = await call('GET', `${weak.control}/health`, undefined, { authorization: 'Bearer guess me' });
  expect([status, json.code, json.detail]).toEqual([
    503,
    'USAGE',
    expect.stringContaining('expected a token of at least 16 characters without spaces, was one of 8'),
  ]);
  await weak.close();
});

/** Calls by another name of the machine, which `fetch` does not let a caller say. */
const callAs = (host: string, url: string): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: answer.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
