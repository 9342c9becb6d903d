import { describe, expect } from 'vitest';
import {
  asUser,
  errorKeys,
  eventOfOthers,
  eventRequest,
  eventsPath,
  plainEvent,
  sdk,
  set,
  timelineOf,
  writeEvent,
} from '../support/cronofy.js';
import { cronofy, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';
import type { Receiver } from '../support/receiver.js';

const EVENT = { event_id: 'planning' };
const NOON = { start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' };
const LATER = { start: '2026-01-01T14:00:00Z', end: '2026-01-01T15:00:00Z' };

const open = (room: Greenroom, callback_url: string, more: object = {}) =>
  asUser(room, 'POST', '/v1/channels', { callback_url, ...more });
const move = (room: Greenroom, times: object = NOON) => room.backstage({ kind: 'event_moved', event: EVENT, ...times });
const list = async (room: Greenroom) => (await asUser(room, 'GET', '/v1/channels')).json.channels;
/** What channels have told: the type, and since when, if it is a change. */
const told = ({ arrivals }: Receiver) =>
  arrivals.map(({ body }) => {
    const { type, changes_since } = JSON.parse(body).notification as { type: string; changes_since?: string };
    return changes_since === undefined ? type : `${type} since ${changes_since.slice(11, 19)}`;
  });

describe('A notification channel', () => {
  test('is verified, tells what people change and not what the application writes', async ({ room, receiver }) => {
    const url = `${receiver.url}/cronofy?user=7`;
    const { status, json } = await open(room, url, { filters: { only_managed: false } });
    const { channel } = json;
    expect([status, channel]).toEqual([
      200,
      { channel_id: expect.stringMatching(/^chn_[0-9a-f]{24}$/), callback_url: url, filters: { only_managed: false } },
    ]);
    await writeEvent(room, eventRequest());
    await room.clock.advance({ by: '1m' });
    expect(told(receiver)).toEqual(['verification']);
    expect(receiver.arrivals[0]!.path).toBe('/cronofy?user=7');
    await move(room);
    await room.clock.advance({ by: '1s' });
    await move(room, LATER);
    await room.clock.advance({ by: '1m' });
    expect(told(receiver)).toEqual(['verification', 'change since 09:01:00']);
    const [, { headers, body }] = receiver.arrivals as unknown as [unknown, (typeof receiver.arrivals)[number]];
    expect(body).toBe(
      JSON.stringify({
        notification: { type: 'change', changes_since: '2026-01-01T09:01:00Z' },
        channel: { ...channel, scheduling_conversations: {} },
      }),
    );
    expect(sdk(room).hmacValid({ hmac: headers['cronofy-hmac-sha256'], body })).toBe(true);
    expect([headers['content-type'], headers['user-agent']]).toEqual([
      'application/json; charset=utf-8',
      'Cronofy (https://www.cronofy.com/support/)',
    ]);
    const since = '/v1/events?tzid=Etc/UTC&include_managed=true&last_modified=2026-01-01T09:01:';
    const found = async (second: string) => (await asUser(room, 'GET', `${since}${second}Z`)).json.events;
    expect(await found('00')).toEqual([expect.objectContaining({ event_id: 'planning', ...LATER })]);
    expect(await found('02')).toEqual([]);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('tells of nothing that the application does itself, in whichever way', async ({ room, receiver }) => {
    await set(room, { permission_level: 'unrestricted', access_token_scope: 'read_write' });
    const { email } = (await asUser(room, 'GET', '/v1/userinfo')).json;
    await eventOfOthers(room, { organizer: 'bob@example.com', attendees: [email] });
    const [{ event_uid }] = (await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC')).json.events;
    await open(room, receiver.url);
    const calls = [
      ['POST', eventsPath(room), plainEvent('a')],
      ['POST', eventsPath(room), { event_id: 'a', ...LATER }],
      ['DELETE', eventsPath(room), { event_id: 'a' }],
      ['POST', `${eventsPath(room)}/${event_uid}/participation_status`, { status: 'accepted' }],
      ['POST', '/v1/batch', { batch: [{ method: 'POST', relative_url: eventsPath(room), data: plainEvent('b') }] }],
      ['DELETE', '/v1/events', { delete_all: true }],
      ['POST', eventsPath(room), { event_uid, summary: 'Renamed' }],
      ['DELETE', eventsPath(room), { event_uid }],
    ] as const;
    for (const [method, path, body] of calls)
      expect([202, 207]).toContain((await asUser(room, method, path, body)).status);
    await room.clock.advance({ by: '1h' });
    expect(told(receiver)).toEqual(['verification']);
  });

  test('tells since when in whole seconds, before what has changed', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest());
    await open(room, receiver.url);
    await room.clock.advance({ by: '10500ms' });
    await move(room);
    await room.clock.advance({ by: '1m' });
    expect(told(receiver)).toEqual(['verification', 'change since 09:00:10']);
    const { changes_since } = JSON.parse(receiver.arrivals[1]!.body).notification;
    expect(changes_since).toBe('2026-01-01T09:00:10Z');
    const since = `/v1/events?tzid=Etc/UTC&include_managed=true&last_modified=${changes_since}`;
    expect((await asUser(room, 'GET', since)).json.events).toHaveLength(1);
  });

  test('takes no answer but 2xx for a success', async ({ room, receiver }) => {
    receiver.answerWith(302, 404, 200);
    await open(room, receiver.url);
    await room.clock.advance({ by: '1h' });
    const { deliveries } = await room.deliveries.list({ type: 'verification' });
    expect([deliveries[0]!.status, deliveries[0]!.attempts.length]).toEqual(['delivered', 3]);
  });

  test('tells of some calendars alone, or of managed events alone', async ({ room, receiver }) => {
    const { calendar_id } = room.cronofy;
    await open(room, `${receiver.url}/mine`, { filters: { calendar_ids: [calendar_id] } });
    await open(room, `${receiver.url}/managed`, { filters: { only_managed: true } });
    await room.clock.advance({ by: '1m' });
    await room.backstage({ kind: 'event_added', summary: 'Lunch', ...NOON });
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals.map(({ path }) => path)).toEqual(['/mine', '/managed', '/mine']);
    const wrong = await open(room, receiver.url, { filters: { calendar_ids: ['cal_x_y'] } });
    expect(errorKeys(wrong)).toEqual({ 'filters.calendar_ids': ['errors.invalid_calendar_ids'] });
    expect(errorKeys(await open(room, receiver.url, { filters: { calendar_ids: [] } }))).toEqual({
      'filters.calendar_ids': ['errors.invalid'],
    });
  });

  test('is the one that is there for the same request, unless the setting says otherwise', async ({
    room,
    receiver,
  }) => {
    const first = (await open(room, receiver.url)).json.channel;
    expect(first.filters).toEqual({});
    expect((await open(room, receiver.url, { filters: {} })).json.channel).toEqual(first);
    await set(room, { channel_reuse: false });
    expect((await open(room, receiver.url)).json.channel.channel_id).not.toBe(first.channel_id);
    await room.clock.advance({ by: '1m' });
    expect(told(receiver)).toEqual(['verification', 'verification']);
  });

  test('is listed, and closed once', async ({ room, receiver }) => {
    const { channel } = (await open(room, receiver.url)).json;
    await writeEvent(room, eventRequest());
    await room.clock.advance({ by: '1m' });
    expect(await list(room)).toEqual([channel]);
    await move(room);
    const close = () => asUser(room, 'DELETE', `/v1/channels/${channel.channel_id}`);
    const { status, text } = await close();
    expect([status, text]).toEqual([202, '']);
    expect([(await close()).status, await list(room)]).toEqual([404, []]);
    await room.clock.advance({ by: '1h' });
    expect(told(receiver)).toEqual(['verification']);
  });

  test('is tried for a day, and then closed', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(undefined, { meeting_agent: undefined }));
    await open(room, receiver.url);
    await room.clock.advance({ by: '1m' });
    receiver.answerWith(500, 'drop', ...Array.from({ length: 7 }, () => 503));
    await move(room);
    await room.clock.advance({ by: '23h' });
    expect([receiver.arrivals.length, (await list(room)).length]).toEqual([9, 1]);
    await room.clock.advance({ by: '2h' });
    const { deliveries } = await room.deliveries.list({ type: 'change' });
    expect([deliveries[0]!.status, deliveries[0]!.attempts.map(({ at }) => at.slice(8, 19)), await list(room)]).toEqual(
      [
        'failed',
        [
          '01T09:01:02',
          '01T09:02:02',
          '01T09:07:02',
          '01T09:37:02',
          '01T11:37:02',
          '01T17:37:02',
          '01T23:37:02',
        ].concat(['02T05:37:02', '02T09:01:02']),
        [],
      ],
    );
  });

  test('that never verifies stays with a note, or is closed at once', async ({ room, receiver }) => {
    await set(room, { channel_closes_after: '2m' });
    receiver.answerWith(...Array.from({ length: 6 }, () => 404));
    await open(room, `${receiver.url}/stays`);
    await room.clock.advance({ by: '10m' });
    expect(await list(room)).toHaveLength(1);
    expect((await timelineOf(room, 'note')).at(-1)!.summary).toContain('the channel stays');
    await set(room, { channel_verification_required: true });
    await open(room, `${receiver.url}/closed`);
    await room.clock.advance({ by: '10m' });
    expect((await list(room)).map((channel: { callback_url: string }) => channel.callback_url)).toEqual([
      `${receiver.url}/stays`,
    ]);
  });

  test('waits five seconds for its receiver, or as long as the setting says', async ({ room, receiver }) => {
    for (const [wait, path] of [
      [undefined, 'usual'],
      ['9s', 'patient'],
    ] as const) {
      if (wait !== undefined) await set(room, { channel_timeout: wait });
      const url = `${receiver.url}/${path}`;
      await room.faults.add({ on: 'delivery', match: { url }, times: 1, do: { answers: ['timeout'] } });
      await open(room, url);
      await room.clock.advance({ by: '3m' });
      const { deliveries } = await room.deliveries.list({ type: 'verification' });
      const { attempts, status } = deliveries.at(-1)!;
      const [first, second] = attempts.map(({ at }) => Date.parse(at));
      const lost = attempts[0]!.outcome;
      // The first wait between attempts is a minute.
      expect([lost, (second! - first!) / 1000 - 60, status]).toEqual([
        'timeout',
        wait === undefined ? 5 : 9,
        'delivered',
      ]);
    }
  });

  test('tells of scheduling conversations where it was asked to', async ({ room, receiver }) => {
    const notice = { kind: 'conversation_notice', notice: 'scheduling_conversation_joined' };
    await open(room, `${receiver.url}/plain`);
    await expect(room.backstage(notice)).rejects.toThrow('no channel was opened with scheduling_conversations');
    const asked = { scheduling_conversations: { enabled: true } };
    const { channel } = (await open(room, `${receiver.url}/plain`, asked)).json;
    await room.backstage(notice);
    await room.backstage({ ...notice, notice: 'scheduling_conversation_updated', conversation: 'sco_1' });
    await room.clock.advance({ by: '1m' });
    expect(told(receiver)).toEqual([
      'verification',
      'verification',
      'scheduling_conversation_joined',
      'scheduling_conversation_updated',
    ]);
    expect(JSON.parse(receiver.arrivals.at(-1)!.body)).toEqual({
      notification: { type: 'scheduling_conversation_updated', scheduling_conversation_id: 'sco_1' },
      channel: { ...channel, scheduling_conversations: { enabled: true } },
    });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is not told of an event that comes into reach because time passes', async ({ room, receiver }) => {
    const far = { start: '2026-08-01T10:00:00Z', end: '2026-08-01T11:00:00Z' };
    await room.backstage({ kind: 'event_added', summary: 'Far away', ...far });
    await open(room, receiver.url);
    const found = async () => (await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC')).json.events.length;
    expect(await found()).toBe(0);
    await room.clock.advance({ by: '60d' });
    expect([await found(), told(receiver)]).toEqual([1, ['verification']]);
  });

  test('is tried as often as the settings say', async ({ room, receiver }) => {
    await set(room, { channel_retry_delays: ['1s'], channel_closes_after: '1s' });
    receiver.answerWith(500, 500);
    await open(room, receiver.url);
    await room.clock.advance({ by: '1m' });
    const { deliveries } = await room.deliveries.list({ type: 'verification' });
    expect(deliveries[0]!.attempts).toHaveLength(2);
  });

  test('tells of profiles, of the first sync, and of a wish to be forgotten', async ({ room, receiver }) => {
    await expect(room.backstage({ kind: 'channel_notice', notice: 'gdpr_requested' })).rejects.toThrow('no channel');
    await open(room, receiver.url);
    await room.backstage({ kind: 'profile_disconnected' });
    await room.clock.advance({ by: '4m' });
    expect(told(receiver)).toEqual(['verification']);
    await room.clock.advance({ by: '2m' });
    for (const notice of ['conferencing_profile_disconnected', 'profile_initial_sync_completed', 'gdpr_requested'])
      await room.backstage({ kind: 'channel_notice', notice });
    await room.clock.advance({ by: '1m' });
    expect(told(receiver)).toEqual([
      'verification',
      'profile_disconnected',
      'conferencing_profile_disconnected',
      'profile_initial_sync_completed',
      'gdpr_requested',
    ]);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('wants a URL, a scope, a token, and no more than 128 of them', async ({ room }) => {
    expect(errorKeys(await asUser(room, 'POST', '/v1/channels', {}))).toEqual({ callback_url: ['errors.required'] });
    expect(errorKeys(await open(room, 'ftp://example.com'))).toEqual({ callback_url: ['errors.invalid_url'] });
    await set(room, { callback_hosts: 'public' });
    expect(errorKeys(await open(room, 'http://127.0.0.1/hook'))).toEqual({ callback_url: ['errors.invalid_url'] });
    expect(errorKeys(await open(room, `https://app.acme.io/${'a'.repeat(128)}`))).toEqual({
      callback_url: ['errors.too_long'],
    });
    await set(room, { callback_hosts: 'any', access_token_scope: 'create_event' });
    expect((await open(room, 'https://app.acme.io')).status).toBe(403);
    await set(room, { access_token_scope: 'read_free_busy', token_kinds: 'separate' });
    const answer = await cronofy(room, 'POST', '/v1/channels', { callback_url: 'https://app.acme.io' });
    expect(answer.status).toBe(401);
    for (let i = 0; i < 128; i++) expect((await open(room, `https://app.acme.io/${i}`)).status).toBe(200);
    expect(errorKeys(await open(room, 'https://app.acme.io/more'))).toEqual({ callback_url: ['errors.too_many'] });
    // One that is there is no new one.
    expect((await open(room, 'https://app.acme.io/7')).status).toBe(200);
  });
});
