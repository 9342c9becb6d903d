import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectGreenroom } from '../../../src/index.js';
import { attendee, botRequest, call } from '../../../test/support/room.js';
import { startWorker, type Worker } from './worker.js';

const TOKEN = 'the token of the owner';
const OWNER = { authorization: `Bearer ${TOKEN}` };

describe('The router', () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = await startWorker({ bindings: { GREENROOM_TOKEN: TOKEN } });
  });
  afterAll(() => worker.close());

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

  test('finds the object of a key that a user chose, and lets two workspaces have none together', async () => {
    const chosen = { attendee: { api_key: 'chosen-by-a-user' } };
    const { json: first } = await make(chosen);
    expect((await make(chosen)).json.code).toBe('CONFLICT');
    const { json: second } = await make();
    const path = `${worker.control}/workspaces/${second.id}`;
    expect((await call('PATCH', path, chosen, OWNER)).json.code).toBe('CONFLICT');
    const made = await attendee(
      { url: worker.url, attendee: first.attendee },
      'POST',
      '/api/v1/bots',
      botRequest(undefined),
    );
    const { json: requests } = await call('GET', `${worker.control}/requests`, undefined, {
      ...OWNER,
      'greenroom-workspace': first.id,
    });
    expect([made.status, requests.requests.length]).toEqual([201, 1]);
    await call('DELETE', `${worker.control}/workspaces/${first.id}`, undefined, OWNER);
    expect((await call('PATCH', path, chosen, OWNER)).status).toBe(200);
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
    expect((await make({ memory: 2 ** 30 })).json).toMatchObject({ code: 'INVALID_BODY', pointer: '/memory' });
  });
});
