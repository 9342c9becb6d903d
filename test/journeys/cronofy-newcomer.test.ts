import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { asUser, errorKeys, eventRequest, eventsPath, set, timelineOf } from '../support/cronofy.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test } from '../support/room.js';

/** What somebody gets wrong who has not called Cronofy before, and what they read of it. */

const schedule = (room: Greenroom, body: unknown) => cronofy(room, 'POST', '/v1/meeting_agents', body);
const write = (room: Greenroom, body: object) => asUser(room, 'POST', eventsPath(room), body);

async function perhaps(room: Greenroom): Promise<Record<string, string>> {
  const { entries } = await room.timeline({ kind: 'violation' });
  return Object.fromEntries(
    entries.map(({ pointer, expected }) => [pointer, /perhaps "(.+)"/.exec(expected)?.[1] ?? '']),
  );
}

describe('A field by a name that it does not have', () => {
  test('is taken for the one that is meant, where another API calls it so', async ({ room }) => {
    const more = { join_at: '2026-01-01T10:00:00Z', bot_name: 'Notes', callback_url: 'https://app.example.com' };
    expect((await schedule(room, agentRequest(undefined, more))).status).toBe(200);
    expect((await schedule(room, { meeting_url: 'https://zoom.us/j/1' })).status).toBe(422);
    expect(await perhaps(room)).toEqual({
      '/join_at': 'join_time',
      '/bot_name': 'display_name',
      '/callback_url': 'subscriptions',
      '/meeting_url': 'join_url',
    });
  });

  test('is found within an event and within a subscription, too', async ({ room }) => {
    const meeting_agent = { profile_id: 'cronofy', bot_name: 'Notes' };
    const subscriptions = [{ type: 'webhook', webhook_url: 'https://app.example.com', triggers: [] }];
    expect((await write(room, eventRequest(undefined, { meeting_agent, subscriptions }))).status).toBe(202);
    expect(await perhaps(room)).toEqual({
      '/meeting_agent/bot_name': 'display_name',
      '/subscriptions/0/webhook_url': 'uri',
      '/subscriptions/0/triggers': 'interactions',
    });
  });

  test('is told to those who come from the other vendor, as well', async ({ room }) => {
    const given = { ...botRequest(undefined), join_time: '2026-01-01T10:00:00Z', subscriptions: [] };
    expect((await attendee(room, 'POST', '/api/v1/bots', given)).status).toBe(400);
    expect(await perhaps(room)).toEqual({ '/join_time': 'join_at', '/subscriptions': 'webhooks' });
  });
});

describe('A body that is not JSON', () => {
  test.for([
    ['{"join_url":"x",}', 'line 1 column 17'],
    ['{"join_url":\n  x}', 'line 2 column 3'],
    ['{"join_url":', 'line 1 column 13'],
    ["{'join_url':1}", 'line 1 column 2'],
    ['{"join_url":"a\nb"}', 'line 1 column 15'],
    ['['.repeat(101) + ']'.repeat(101), 'more than 100 levels'],
  ] as const)('is refused with the place of the fault beside the answer: %j', async ([body, where], { room }) => {
    const answer = await schedule(room, body);
    expect(answer.json).toEqual({
      errors: { body: [{ key: 'errors.invalid_json', description: 'must be valid JSON' }] },
    });
    expect(answer.headers.get('greenroom-hint')).toContain(where);
    expect((await timelineOf(room, 'request'))[0]!.summary).toContain(where);
  });
});

describe('A content type that is not JSON', () => {
  test('is read as JSON all the same, and said once', async ({ room }) => {
    const types = ['text/plain', 'text/plain; charset=utf-8', 'application/json; charset=utf-8', 'application/json'];
    for (const type of types) {
      const headers = { authorization: `Bearer ${room.cronofy.client_secret}`, 'content-type': type };
      expect((await call('POST', `${room.url}/v1/meeting_agents`, agentRequest(), headers)).status).toBe(200);
    }
    const notes = (await timelineOf(room, 'note')).filter(({ summary }) => summary.includes('Content-Type'));
    expect(notes.map(({ summary }) => summary)).toEqual([
      expect.stringContaining('comes as text/plain and is read as JSON'),
    ]);
  });
});

describe('What becomes of an agent on an event that repeats', () => {
  test('is said once', async ({ room }) => {
    const more = { recurrence: { rules: [{ frequency: 'weekly' }] } };
    for (let i = 0; i < 2; i++) expect((await write(room, eventRequest(undefined, more))).status).toBe(202);
    const notes = (await timelineOf(room, 'note')).filter(({ summary }) => summary.includes('that repeats'));
    expect(notes.map(({ summary }) => summary)).toEqual([expect.stringContaining('to its first occurrence alone')]);
    expect(await perhaps(room)).toEqual({});
  });
});

const DOCUMENTED = [
  '2026-01-01T10:00:00Z',
  '2026-01-01T10:00:00.000Z',
  '2026-01-01T11:00:00+01:00',
  '2026-01-01 10:00:00Z',
];
const OTHERS = ['2026-01-01T10:00Z', '2026-01-01t10:00:00z', '2026-01-01T11:00:00+0100', '2026-01-01T10:00:00,0Z'];

describe('The form of a time', () => {
  const accepted = async (room: Greenroom) => {
    const taken: string[] = [];
    for (const time of [...DOCUMENTED, ...OTHERS]) {
      const agent = await schedule(room, agentRequest(undefined, { scheduling_key: 'a', join_time: time }));
      const event = await write(room, eventRequest(undefined, { start: time }));
      const zoned = await write(room, eventRequest(undefined, { start: { time, tzid: 'Etc/UTC' } }));
      const query = new URLSearchParams({ tzid: 'Etc/UTC', from: time, last_modified: time });
      const read = await asUser(room, 'GET', `/v1/events?${query.toString()}`);
      const statuses = [agent, event, zoned, read].map(({ status }) => status);
      if (statuses.join() === '202,202,202,200') taken.push(time);
      else expect(statuses).toEqual([422, 422, 422, 422]);
    }
    return taken;
  };

  test('is any of ISO 8601 unless the workspace is strict', async ({ room }) => {
    expect(await accepted(room)).toEqual([...DOCUMENTED, ...OTHERS]);
  });

  test('is when strict one of the page, or that of the C# SDK, which has a space', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true, cronofy: { token_kinds: 'either' } });
    expect(await accepted(room)).toEqual(DOCUMENTED);
    const day = await write(room, eventRequest(undefined, { start: '2026-01-01', end: '2026-01-02' }));
    expect(day.status).toBe(202);
  });

  test('is the same in a search for free time', async ({ room }) => {
    await set(room, { time_forms: 'documented' });
    const { sub } = (await asUser(room, 'GET', '/v1/userinfo')).json as { sub: string };
    const answer = await asUser(room, 'POST', '/v1/availability', {
      participants: [{ members: [{ sub }], required: 'all' }],
      required_duration: { minutes: 30 },
      query_periods: [{ start: '2026-01-01T10:00Z', end: '2026-01-01T12:00:00Z' }],
    });
    expect(errorKeys(answer)).toEqual({ 'query_periods[0].start': ['errors.invalid_time'] });
  });
});

describe('The host of a callback URL', () => {
  const refused = async (room: Greenroom, hosts: readonly string[]) => {
    const found: string[] = [];
    for (const host of hosts)
      if ((await schedule(room, agentRequest(`https://${host}/hook`))).status === 422) found.push(host);
    return found;
  };
  const NAMES = 'example.com app.example.org:8443 app.example app.test app.localhost printer.local app';
  const ADDRESSES =
    '127.0.0.1 10.1.2.3 172.16.0.1 172.31.0.1 192.168.0.1 169.254.1.1 0.0.0.0 [::1] [fd00::1] [fe80::1]';
  const NOT_PUBLIC = `${NAMES} ${ADDRESSES}`.split(' ');
  const PUBLIC = ['cronofy.com', 'myexample.com', 'example.com.au', '172.32.0.1', '11.0.0.1', '[2606:4700::1111]'];

  test('is when strict none of an example, of this machine or of a private network', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true });
    expect(await refused(room, [...NOT_PUBLIC, ...PUBLIC])).toEqual(NOT_PUBLIC);
    await set(room, { callback_hosts: 'any' });
    expect(await refused(room, NOT_PUBLIC)).toEqual([]);
  });

  test('is any unless the workspace is strict', async ({ room }) => {
    expect(await refused(room, [...NOT_PUBLIC, ...PUBLIC])).toEqual([]);
  });
});
