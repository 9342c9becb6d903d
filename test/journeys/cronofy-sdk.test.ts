import { describe, expect } from 'vitest';
import { bodyOf, eventRequest, sdk, set, timelineOf, REDIRECT } from '../support/cronofy.js';
import { agentRequest, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** The real SDK of npm, unmodified: only `client.urls.api` says where greenroom is. */

async function codeOf(room: Greenroom): Promise<string> {
  const query = new URLSearchParams({
    client_id: room.cronofy.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'read_account list_calendars read_events create_event delete_event',
  });
  const { headers } = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
  return new URL(headers.get('location')!).searchParams.get('code')!;
}

/** A client that has exchanged a code for its tokens. */
async function authorized(room: Greenroom) {
  const client = sdk(room);
  const tokens = await client.requestAccessToken({ code: await codeOf(room), redirect_uri: REDIRECT });
  return { client, tokens };
}

describe('The npm SDK', () => {
  test('exchanges a code, refreshes and revokes', async ({ room }) => {
    await set(room, { reuse_fresh_tokens: false });
    const { client, tokens } = await authorized(room);
    expect(client.config.access_token).toBe(tokens.access_token);
    const renewed = await client.refreshAccessToken();
    expect(renewed.access_token).not.toBe(tokens.access_token);
    await client.revokeAuthorization();
    client.config.access_token = renewed.access_token;
    await expect(client.userInfo()).rejects.toMatchObject({ statusCode: 401 });
  });

  test('reads userinfo, the account and the calendars', async ({ room }) => {
    const { client } = await authorized(room);
    const userinfo = await client.userInfo();
    const { account } = await client.accountInformation();
    const { calendars } = await client.listCalendars();
    expect(userinfo.sub).toBe(account.account_id);
    expect(calendars[0].calendar_id).toBe(room.cronofy.calendar_id);
  });

  test('creates an event with an agent, reads it page by page, and deletes it', async ({ room }) => {
    await set(room, { events_page_size: 1 });
    const { client } = await authorized(room);
    const { calendar_id } = room.cronofy;
    for (const event_id of ['a', 'b'])
      expect(await client.createEvent({ calendar_id, ...eventRequest(undefined, { event_id }) })).toBe('');
    const first = await client.readEvents({ tzid: 'Etc/UTC', include_managed: true });
    const second = await client.readEvents({ next_page: first.pages.next_page });
    expect([first.events[0].event_id, second.events[0].event_id]).toEqual(['a', 'b']);
    expect(await room.clock.pending()).toHaveLength(4);
    for (const event_id of ['a', 'b']) await client.deleteEvent({ calendar_id, event_id });
    expect(await room.clock.pending()).toEqual([]);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('makes an application calendar and acts as it', async ({ room }) => {
    const client = sdk(room);
    const { sub } = await client.applicationCalendar({ application_calendar_id: 'mine' });
    expect((await client.userInfo()).sub).toBe(sub);
  });

  test('hears of a wrong event in the words of the vendor', async ({ room }) => {
    const { client } = await authorized(room);
    const wrong = client.createEvent({ calendar_id: room.cronofy.calendar_id, event_id: 'a' });
    await expect(wrong).rejects.toMatchObject({
      statusCode: 422,
      error: { entity: { errors: { summary: [{ key: 'errors.required' }] } } },
    });
  });

  test('makes every call around calendars, and reads every answer', async ({ room, receiver }) => {
    await set(room, { permission_level: 'unrestricted', access_token_scope: 'read_write', events_page_size: 1 });
    const client = sdk(room, { access_token: room.cronofy.access_token });
    const { calendar_id } = room.cronofy;
    const noon = { start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' };
    for (const summary of ['One', 'Two']) await room.backstage({ kind: 'event_added', summary, ...noon });
    const { channel } = await client.createNotificationChannel({ callback_url: receiver.url });
    expect(await client.listNotificationChannels()).toEqual({ channels: [channel] });
    expect(await client.deleteNotificationChannel({ channel_id: channel.channel_id })).toBe('');
    const first = await client.freeBusy({ tzid: 'Etc/UTC', include_managed: true });
    const second = await client.freeBusy({ next_page: first.pages.next_page, tzid: 'Etc/UTC' });
    expect([...first.free_busy, ...second.free_busy].map((entry) => entry.free_busy_status)).toEqual(['busy', 'busy']);
    const { events } = await client.readEvents({ tzid: 'Etc/UTC', last_modified: '2026-01-01T09:00:00Z' });
    const [{ event_uid }] = events;
    expect(await client.updateExternalEvent({ calendar_id, event_uid, summary: 'Renamed' })).toBe('');
    expect(await client.deleteExternalEvent({ calendar_id, event_uid })).toBe('');
    const data = { event_id: 'a', summary: 'Planning', ...noon };
    const batch = [{ method: 'POST', relative_url: `/v1/calendars/${calendar_id}/events`, data }];
    expect(await client.batch({ batch })).toEqual({ batch: [{ status: 202 }] });
    expect(await client.bulkDeleteEvents({ delete_all: true })).toBe('');
    const { profiles } = await client.profileInformation();
    const { profile_id } = profiles[0];
    const { calendar } = await client.createCalendar({ profile_id, name: 'Bookings' });
    expect(calendar.calendar_name).toBe('Bookings');
    expect(await client.listAccessibleCalendars({ profile_id })).toEqual({ accessible_calendars: [] });
    const later = { start: '2026-01-01T14:00:00Z', end: '2026-01-01T15:00:00Z' };
    const members = [{ sub: (await client.userInfo()).sub }];
    const asked = { participants: [{ members }], required_duration: { minutes: 30 }, query_periods: [later] };
    const { available_periods } = await client.availability(asked);
    expect(available_periods.map(({ start, end }: typeof noon) => ({ start, end }))).toEqual([later]);
    const overlapping = { ...asked, response_format: 'overlapping_slots', start_interval: { minutes: 15 } };
    expect((await client.availability(overlapping)).available_slots).toHaveLength(3);
    expect(await client.bulkDeleteEvents({ calendar_ids: [calendar_id] })).toBe('');
    const mixed = [{ ...batch[0]!, data: { ...data, summary: undefined } }, ...batch];
    expect((await client.batch({ batch: mixed })).batch.map(({ status }: { status: number }) => status)).toEqual([
      422, 202,
    ]);
    const wish = {
      profile_id,
      email: 'ann@example.com',
      callback_url: `${receiver.url}/delegated`,
      scope: 'read_events',
    };
    expect(await client.delegatedAuthorizations(wish)).toBe('');
    expect(await client.revokeProfileAuthorization({ profile_id })).toBe('');
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('schedules and cancels agents by its raw calls', async ({ room }) => {
    const client = sdk(room);
    const access_token = room.cronofy.client_secret;
    const body = {
      access_token,
      ...agentRequest(undefined, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' }),
    };
    expect(await client._httpPost('/v1/meeting_agents', body)).toBe('');
    expect(await room.clock.pending()).toHaveLength(1);
    expect(await client._httpDelete('/v1/meeting_agents', { access_token, scheduling_key: 'k' })).toBe('');
    expect(await room.clock.pending()).toEqual([]);
  });

  test('downloads a resource through its redirect', async ({ room, receiver }) => {
    const client = sdk(room);
    const access_token = room.cronofy.client_secret;
    await client._httpPost('/v1/meeting_agents', { access_token, ...agentRequest(receiver.url) });
    await room.clock.advance({ by: '1h' });
    const { resources } = bodyOf(receiver, 'meeting_agent_complete').meeting_agent;
    const [, transcript, audio] = resources as { url: string }[];
    const file = await client._httpCall('GET', transcript!.url, { access_token });
    expect(file.transcript.paragraphs.length).toBeGreaterThan(1);
    expect((await client._httpCall('GET', audio!.url, { access_token })).length).toBeGreaterThan(1000);
  });

  test('verifies every callback, also while two secrets are active', async ({ room, receiver }) => {
    const client = sdk(room);
    const old = sdk(room, { client_secret: 'CRN_the-secret-before' });
    await set(room, { previous_client_secrets: ['CRN_the-secret-before'], conferencing: 'failing' });
    const subscriptions = [
      {
        type: 'webhook',
        uri: receiver.url,
        interactions: [
          'meeting_agent_activated',
          'meeting_agent_complete',
          'meeting_agent_failed',
          'conferencing_assigned',
          'conferencing_failing',
        ].map((type) => ({ type })),
        transitions: [{ before: 'event_start', offset: { minutes: 5 } }],
      },
    ];
    const { client: user } = await authorized(room);
    const { calendar_id } = room.cronofy;
    await user.createEvent({ calendar_id, ...eventRequest(undefined, { subscriptions }) });
    await room.clock.advance({ by: '5m' });
    await set(room, { conferencing: 'assigned' });
    await client._httpPost('/v1/meeting_agents', {
      access_token: room.cronofy.client_secret,
      ...agentRequest(receiver.url, { scheduling_key: 'k', join_time: '2026-01-01T12:00:00Z' }),
    });
    await room.clock.advance({ to: '2026-01-01T11:56:00Z' });
    await room.backstage({ kind: 'agent_event', agent: { scheduling_key: 'k' }, event: 'failed' });
    await room.clock.advance({ by: '1h' });
    expect(receiver.arrivals).toHaveLength(7);
    for (const { headers, body } of receiver.arrivals) {
      const hmac = headers['cronofy-hmac-sha256'];
      expect([client.hmacValid({ hmac, body }), old.hmacValid({ hmac, body })]).toEqual([true, true]);
      expect(client.hmacValid({ hmac, body: `${body} ` })).toBe(false);
    }
  });
});
