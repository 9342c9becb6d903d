import { describe, expect } from 'vitest';
import {
  asUser,
  timelineOf,
  NOON,
  EVERY_SCOPE,
  plainEvent,
  readEvents,
  eventOfOthers,
  userInfoOf,
  REDIRECT,
} from '../support/cronofy.js';
import { call, cronofy, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** Who has connected a calendar, and the week that a workspace may begin with. */

/** The tokens of somebody else, who consents on the page. */
async function tokensOf(room: Greenroom, email: string): Promise<{ access_token: string; sub: string }> {
  await room.backstage({ kind: 'signs_in', email });
  const { client_id, client_secret } = room.cronofy;
  const query = new URLSearchParams({ client_id, redirect_uri: REDIRECT, response_type: 'code', scope: EVERY_SCOPE });
  query.set('avoid_linking', 'true');
  const { headers } = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
  await room.backstage({ kind: 'signs_in' });
  const code = new URL(headers.get('location')!).searchParams.get('code')!;
  const body = { client_id, client_secret, grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  return (await call('POST', `${room.url}/oauth/token`, body)).json;
}

describe('Somebody else who has connected a calendar', () => {
  test('consents for themselves, and has a calendar of their own', async ({ room }) => {
    const ann = { kind: 'person_added', email: 'ann@example.com', name: 'Ann', tzid: 'Europe/Berlin' };
    await room.backstage({ ...ann, provider: 'office365' });
    await expect(room.backstage(ann)).rejects.toThrow('there already');
    await expect(room.backstage({ kind: 'signs_in', email: 'bob@example.com' })).rejects.toThrow('nobody has');
    await expect(room.backstage({ ...ann, email: 'c@example.com', tzid: 'Mars' })).rejects.toThrow('time zone');
    const { access_token, sub } = await tokensOf(room, 'ann@example.com');
    const { account } = (await asUser(room, 'GET', '/v1/account', undefined, access_token)).json;
    expect(account).toMatchObject({ account_id: sub, email: 'ann@example.com', default_tzid: 'Europe/Berlin' });
    const [calendar] = (await asUser(room, 'GET', '/v1/calendars', undefined, access_token)).json.calendars;
    expect(calendar).toMatchObject({ provider_name: 'office365', profile_name: 'ann@example.com' });
    const path = `/v1/calendars/${calendar.calendar_id}/events`;
    expect((await asUser(room, 'POST', path, plainEvent('hers'), access_token)).status).toBe(202);
    expect((await asUser(room, 'POST', path, plainEvent('mine'))).status).toBe(404);
    expect(await readEvents(room, '&include_managed=true')).toEqual([]);
    expect(await readEvents(room, '&include_managed=true', access_token)).toMatchObject([{ event_id: 'hers' }]);
  });

  test('is asked for with a room, and told apart by who is free', async ({ room }) => {
    await room.backstage({ kind: 'person_added', email: 'room-1@example.com', name: 'Room 1', room: true });
    const { accessible_calendars } = (await asUser(room, 'GET', '/v1/accessible_calendars')).json;
    expect(accessible_calendars).toEqual([{ calendar_type: 'resource', email: 'room-1@example.com', name: 'Room 1' }]);
    expect((await asUser(room, 'GET', '/v1/accessible_calendars?profile_id=pro_x')).status).toBe(404);
    const lines = (await timelineOf(room, 'backstage')) as unknown as { subject: string }[];
    const { subject } = lines[0]!;
    expect(subject).toMatch(/^res_/);
    const { sub } = await userInfoOf(room);
    await eventOfOthers(room);
    const { json } = await cronofy(room, 'POST', '/v1/availability', {
      participants: [{ members: [{ sub }, { sub: subject }], required: 1 }],
      required_duration: { hours: 1 },
      query_periods: [NOON],
    });
    expect(json.available_periods).toEqual([{ ...NOON, participants: [{ sub: subject }] }]);
  });
});

describe('A workspace that begins with a busy week', () => {
  test('has events of every kind, the same for the same seed, and others to meet', async ({ room }) => {
    expect(await readEvents(room)).toEqual([]);
    const first = await room.workspace({ cronofy: { calendar: 'busy-week', time_zone: 'America/New_York' } });
    const second = await room.workspace({ cronofy: { calendar: 'busy-week', time_zone: 'America/New_York' } });
    const events = async (workspace: typeof first) => {
      const answer = await call('GET', `${room.url}/v1/events?tzid=Etc/UTC&include_deleted=true`, undefined, {
        authorization: `Bearer ${workspace.cronofy.access_token}`,
      });
      return answer.json.events.map((event: object) => ({ ...event, calendar_id: 'cal', event_uid: 'evt' }));
    };
    const week = await events(first);
    expect(await events(second)).toEqual(week);
    const of = (name: string) => new Set(week.map((event: Record<string, unknown>) => event[name]));
    expect([...of('participation_status')]).toEqual(
      expect.arrayContaining(['accepted', 'tentative', 'declined', 'needs_action']),
    );
    expect([...of('transparency')]).toEqual(expect.arrayContaining(['opaque', 'transparent']));
    expect([...of('recurring')]).toEqual(expect.arrayContaining([true, false]));
    expect([...of('deleted')]).toEqual(expect.arrayContaining([true, false]));
    expect([...of('start')]).toContain('2026-01-02');
    // Half past nine in New York.
    expect([...of('start')]).toContain('2025-12-29T14:30:00Z');
    const { accessible_calendars } = (
      await call('GET', `${room.url}/v1/accessible_calendars`, undefined, {
        authorization: `Bearer ${first.cronofy.access_token}`,
      })
    ).json;
    expect(accessible_calendars).toHaveLength(1);
  });
});
