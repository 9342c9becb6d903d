import { createHmac } from 'node:crypto';
import { describe, expect } from 'vitest';
import { asUser, eventRequest, eventsPath, set, timelineOf } from '../support/cronofy.js';
import { agentRequest, call, control, cronofy, test } from '../support/room.js';
import type { Receiver } from '../support/receiver.js';
import type { Greenroom } from '../../src/index.js';

const notesOf = async (room: Greenroom): Promise<string[]> =>
  (await timelineOf(room, 'note')).map(({ summary }) => summary);

describe('A refusal without a word in it', () => {
  test.for([
    ['a wrong scheme', {}, 'Token abc', 401, 'wants "Authorization: Bearer KEY", was "Token abc"'],
    ['no credential', {}, undefined, 401, 'wants "Authorization: Bearer KEY", was missing'],
    ["nobody's token", { auth: 'strict' }, 'Bearer abc', 401, 'no workspace has the key of "Bearer abc"'],
    ['a plan without agents', { plan_includes_agents: false }, 'secret', 402, 'the setting plan_includes_agents'],
    ['a feature that is off', { agent_features_enabled: false }, 'secret', 402, 'the setting agent_features_enabled'],
  ] as const)(
    'for %s says why beside it, in a header and in the timeline',
    async ([, settings, key, status, why], { room }) => {
      await set(room, settings);
      const authorization = key === 'secret' ? `Bearer ${room.cronofy.client_secret}` : key;
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await call('POST', `${room.url}/v1/meeting_agents`, agentRequest(), headers);
      expect([answer.status, answer.text]).toEqual([status, '']);
      expect(answer.headers.get('greenroom-hint')).toContain(why);
      const [line] = await timelineOf(room, 'request');
      expect(line!.summary).toBe(`POST /v1/meeting_agents → ${status} ${answer.headers.get('greenroom-hint')}`);
    },
  );

  test('for a profile without connection says how to reconnect it', async ({ room }) => {
    await room.backstage({ kind: 'profile_disconnected' });
    const answer = await asUser(room, 'POST', eventsPath(room), eventRequest());
    expect([answer.status, answer.text]).toEqual([423, '']);
    const { kind } = JSON.parse(/\{.*\}/.exec(answer.headers.get('greenroom-hint')!)![0]) as { kind: string };
    await room.backstage({ kind });
    expect((await asUser(room, 'POST', eventsPath(room), eventRequest())).status).toBe(202);
  });

  test('for a token that has expired says when it did', async ({ room }) => {
    const { client_id, client_secret } = room.cronofy;
    const made = { client_id, client_secret, application_calendar_id: 'a' };
    const { json } = await call('POST', `${room.url}/v1/application_calendars`, made);
    await room.clock.advance({ by: '2h' });
    const answer = await asUser(room, 'GET', '/v1/userinfo', undefined, json.access_token);
    expect([answer.status, answer.headers.get('greenroom-hint')]).toEqual([
      401,
      'the access token expired at 2026-01-01T10:00:00Z; POST /oauth/token with its refresh_token gives another',
    ]);
  });

  test('puts no text of the caller into the header that a header cannot hold', async ({ room }) => {
    const answer = await asUser(room, 'POST', '/v1/calendars/cal_%E4%BC%9A_%0D%0AX/events', eventRequest());
    expect(answer.status).toBe(404);
    expect(answer.headers.get('greenroom-hint')).toMatch(/^the caller has no calendar [!-~]+; the workspace's own is/);
  });
});

describe('A credential that production would refuse', () => {
  test('is told of once, when no workspace has it', async ({ room }) => {
    for (const key of ['one', 'two']) await asUser(room, 'GET', '/v1/userinfo', undefined, key);
    const notes = (await notesOf(room)).filter((note) => note.includes('production'));
    expect(notes).toEqual([
      expect.stringMatching(/^A credential that no workspace has is let in .*Cronofy answers 401/),
    ]);
  });

  test('is told of once for each operation, when it is of the other kind', async ({ room }) => {
    for (const _ of [1, 2]) {
      await cronofy(room, 'GET', '/v1/userinfo');
      await cronofy(room, 'GET', '/v1/calendars');
      await asUser(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'a' });
      await asUser(room, 'GET', '/v1/userinfo');
    }
    const notes = (await notesOf(room)).filter((note) => note.includes('production'));
    expect(notes.map((note) => note.split(':')[0])).toEqual([
      "readUserInfo wants a user's access token, and was called with the API key, which is the client secret",
      "listCalendars wants a user's access token, and was called with the API key, which is the client secret",
      "cancelMeetingAgent wants the API key, which is the client secret, and was called with a user's access token",
    ]);
  });

  test('is told of no second time after a snapshot was put back', async ({ room }) => {
    const { json } = await control(room, 'GET', '/snapshot');
    await cronofy(room, 'GET', '/v1/userinfo');
    const { json: later } = await control(room, 'GET', '/snapshot');
    await control(room, 'PUT', '/snapshot', later);
    await cronofy(room, 'GET', '/v1/userinfo');
    expect(await notesOf(room)).toHaveLength(1);
    await control(room, 'PUT', '/snapshot', json);
    await cronofy(room, 'GET', '/v1/userinfo');
    expect(await notesOf(room)).toHaveLength(1);
  });
});

test("the page's two examples of sending an agent are taken strictly too: one has the API key, one an access token", async ({
  room,
}) => {
  await control(room, 'PATCH', '/workspaces/default', { strict: true });
  const later = { scheduling_key: 'a', join_time: '2026-05-06T15:30:00Z' };
  expect((await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest())).status).toBe(200);
  expect((await asUser(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, later))).status).toBe(202);
  const cancel = await asUser(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'a' });
  expect([cancel.status, cancel.headers.get('greenroom-hint')]).toEqual([
    401,
    "cancelMeetingAgent wants the API key, which is the client secret, and was called with a user's access token",
  ]);
  expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'a' })).status).toBe(202);
});

describe('Callbacks for credentials of the user’s own', () => {
  const TOKEN = 'a-token-of-mine';
  const SECRET = 'CRN_a-secret-of-mine';

  /** Whose secrets, of these, have signed the last callback. */
  const signedWith = (receiver: Receiver, secrets: readonly string[]): string[] => {
    const { body, headers } = receiver.arrivals.at(-1)!;
    const signatures = headers['cronofy-hmac-sha256']!.split(',');
    const hmac = (secret: string) => createHmac('sha256', secret).update(body).digest('base64');
    return signatures.map((signature) => secrets.find((secret) => hmac(secret) === signature) ?? 'another');
  };

  test.for([
    ['an agent of a bearer token', 'agent', [TOKEN], ['ours']],
    ['an agent of a client secret', 'agent', [SECRET], [SECRET, 'ours']],
    ['an event of a bearer token', 'event', [TOKEN], ['ours']],
    ['an event of a bearer token, after a client secret was shown', 'event', [SECRET, TOKEN], [SECRET, 'ours']],
    ['an agent of a bearer token, after a client secret was shown', 'agent', [SECRET, TOKEN], [SECRET, 'ours']],
  ] as const)('about %s are signed with client secrets alone', async ([, what, keys, expected], { room, receiver }) => {
    for (const key of keys) await asUser(room, 'GET', '/v1/userinfo', undefined, key);
    const key = keys.at(-1)!;
    const made =
      what === 'agent'
        ? await asUser(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url), key)
        : await asUser(room, 'POST', eventsPath(room), eventRequest(receiver.url), key);
    expect(made.status).toBeLessThan(300);
    await room.clock.advance({ by: '3h' });
    const { client_secret } = room.cronofy;
    const secrets = signedWith(receiver, [TOKEN, SECRET, client_secret]);
    expect(secrets.map((secret) => (secret === client_secret ? 'ours' : secret))).toEqual(expected);
    const notes = (await notesOf(room)).filter((note) => note.includes('--client-secret'));
    expect(notes.at(-1)).toContain(expected.length === 1 ? 'yours was not shown' : 'two signatures');
  });
});
