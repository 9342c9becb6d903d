import { describe, expect } from 'vitest';
import { asUser, errorKeys, eventRequest, eventsPath, sdk, set, timelineOf, writeEvent } from '../support/cronofy.js';
import { call, control, cronofy, test, type Answered } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

const at = (time: string): string => `2026-01-01T${time}:00Z`;
const period = (start: string, end: string) => ({ start: at(start), end: at(end) });

const mine = async (room: Greenroom): Promise<string> => (await asUser(room, 'GET', '/v1/userinfo')).json.sub;

/** An application calendar: somebody else whose time can be asked for. */
async function somebody(room: Greenroom, name: string): Promise<{ sub: string; token: string; calendar: string }> {
  const { client_id, client_secret } = room.cronofy;
  const body = { client_id, client_secret, application_calendar_id: name };
  const { json } = await call('POST', `${room.url}/v1/application_calendars`, body);
  const calendars = await asUser(room, 'GET', '/v1/calendars', undefined, json.access_token);
  return { sub: json.sub, token: json.access_token, calendar: calendars.json.calendars[0].calendar_id };
}

/** An event from one time to another in a calendar. */
async function busy(
  room: Greenroom,
  [start, end]: readonly [string, string],
  who?: { token: string; calendar: string },
): Promise<void> {
  const event = { event_id: start, summary: 'Busy', ...period(start, end) };
  const path = who ? `/v1/calendars/${who.calendar}/events` : eventsPath(room);
  expect((await asUser(room, 'POST', path, event, who?.token)).status).toBe(202);
}

const ask = (room: Greenroom, subs: readonly string[], more: object = {}): Promise<Answered> =>
  cronofy(room, 'POST', '/v1/availability', {
    participants: [{ members: subs.map((sub) => ({ sub })), required: 'all' }],
    required_duration: { minutes: 60 },
    query_periods: [period('10:00', '14:00')],
    ...more,
  });

/** What was found, as `10:00-11:00 who…`. */
function times({ json }: Answered, names: Readonly<Record<string, string>> = {}): string[] {
  const found = (json.available_slots ?? json.available_periods) as {
    start: string;
    end: string;
    participants: { sub: string }[];
  }[];
  return found.map(({ start, end, participants }) => {
    const who = participants.flatMap(({ sub }) => names[sub] ?? []).join('');
    return `${start.slice(11, 16)}-${end.slice(11, 16)}${who === '' ? '' : ` ${who}`}`;
  });
}

describe('The time that Cronofy finds', () => {
  test('is the queried one minus the events of the calendar', async ({ room }) => {
    const sub = await mine(room);
    await busy(room, ['11:00', '11:30']);
    const answer = await ask(room, [sub]);
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        available_periods: [
          { ...period('10:00', '11:00'), participants: [{ sub }] },
          { ...period('11:30', '14:00'), participants: [{ sub }] },
        ],
      },
    ]);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('comes as slots one after the other, on a grid, or overlapping', async ({ room }) => {
    const sub = await mine(room);
    await busy(room, ['11:00', '11:10']);
    const slots = (more: object) => ask(room, [sub], { response_format: 'slots', ...more });
    expect(times(await slots({}))).toEqual(['10:00-11:00', '11:10-12:10', '12:10-13:10']);
    expect(times(await slots({ start_interval: { minutes: 30 } }))).toEqual([
      '10:00-11:00',
      '11:30-12:30',
      '12:30-13:30',
    ]);
    const overlapping = { response_format: 'overlapping_slots' };
    expect(times(await slots(overlapping))).toEqual([
      '10:00-11:00',
      '11:30-12:30',
      '12:00-13:00',
      '12:30-13:30',
      '13:00-14:00',
    ]);
    await set(room, { availability_start_interval: '1h' });
    expect(times(await slots(overlapping))).toEqual(['10:00-11:00', '12:00-13:00', '13:00-14:00']);
    expect(times(await slots({ ...overlapping, max_results: 2 }))).toHaveLength(2);
    expect(
      times(await slots({ query_periods: undefined, query_slots: [{ start: at('10:30') }, { start: at('12:30') }] })),
    ).toEqual(['12:30-13:30']);
  });

  test('is everybody’s, or that of as many of a group as are wanted, with all who are free', async ({ room }) => {
    const [a, b] = [await mine(room), await somebody(room, 'b')];
    const names = { [a]: 'A', [b.sub]: 'B' };
    await busy(room, ['12:00', '13:00']);
    await busy(room, ['10:00', '11:00'], b);
    expect(times(await ask(room, [a, b.sub]), names)).toEqual(['11:00-12:00 AB', '13:00-14:00 AB']);
    const participants = [{ members: [{ sub: a }, { sub: b.sub }], required: 1 }];
    expect(times(await ask(room, [], { participants }), names)).toEqual([
      '10:00-12:00 A',
      '11:00-12:00 AB',
      '11:00-14:00 B',
      '13:00-14:00 AB',
    ]);
    expect(times(await ask(room, [], { participants, response_format: 'slots' }), names)).toEqual([
      '10:00-11:00 A',
      '11:00-12:00 AB',
      '12:00-13:00 B',
      '13:00-14:00 AB',
    ]);
    const groups = [{ members: [{ sub: a }] }, { members: [{ sub: b.sub }] }];
    expect(times(await ask(room, [], { participants: groups }), names)).toEqual(['11:00-12:00 AB', '13:00-14:00 AB']);
  });

  test('keeps buffers, members’ own periods and calendars, and leaves out events that are excluded', async ({
    room,
  }) => {
    const sub = await mine(room);
    await busy(room, ['12:00', '12:30']);
    const buffer = { before: { minutes: 30 }, after: { minimum: { minutes: 15 } } };
    expect(times(await ask(room, [sub], { buffer }))).toEqual(['10:00-11:45', '13:00-14:00']);
    expect(times(await ask(room, [sub], { excluded_events: [{ event_id: '12:00' }] }))).toEqual(['10:00-14:00']);
    const as = (more: object) => ask(room, [], { participants: [{ members: [{ sub, ...more }] }] });
    expect(times(await as({ available_periods: [period('09:00', '11:30')] }))).toEqual(['10:00-11:30']);
    expect(times(await as({ calendar_ids: ['cal_other_1'] }))).toEqual(['10:00-14:00']);
  });

  test('counts no event that is deleted or transparent, as days are unless they say something else', async ({
    room,
  }) => {
    const sub = await mine(room);
    const day = { start: '2026-01-01', end: '2026-01-02', summary: 'Fair' };
    await writeEvent(room, { event_id: 'day', ...day });
    await busy(room, ['10:00', '12:00']);
    await asUser(room, 'DELETE', eventsPath(room), { event_id: '10:00' });
    expect(times(await ask(room, [sub]))).toEqual(['10:00-14:00']);
    await writeEvent(room, { event_id: 'day', transparency: 'opaque' });
    expect((await ask(room, [sub])).json).toEqual({ available_periods: [] });
  });

  test('is told in UTC and whole seconds under the key of its format, in the past as in the future', async ({
    room,
  }) => {
    const sub = await mine(room);
    const query_periods = [{ start: '2025-12-24T11:00:00+01:00', end: '2025-12-24T07:00:00-05:00' }];
    const found = { start: '2025-12-24T10:00:00Z', end: '2025-12-24T12:00:00Z', participants: [{ sub }] };
    expect((await ask(room, [sub], { query_periods })).json).toEqual({ available_periods: [found] });
    const slots = [
      { ...found, end: '2025-12-24T11:00:00Z' },
      { ...found, start: '2025-12-24T11:00:00Z' },
    ];
    expect((await ask(room, [sub], { query_periods, response_format: 'slots' })).json).toEqual({
      available_slots: slots,
    });
    const overlapping = { query_periods, response_format: 'overlapping_slots', start_interval: { minutes: 60 } };
    expect((await ask(room, [sub], overlapping)).json).toEqual({ available_slots: slots });
  });

  test('keeps a buffer of one member, and leaves out an event by the vendor’s id of it', async ({ room }) => {
    const sub = await mine(room);
    await room.backstage({ kind: 'event_added', ...period('12:00', '12:30') });
    const buffer = { before: { minutes: 30 }, after: { minutes: 30 } };
    const as = (more: object) => ask(room, [], { participants: [{ members: [{ sub, ...more }] }] });
    expect(times(await as({ buffer }))).toEqual(['10:00-11:30', '13:00-14:00']);
    const [{ event_uid }] = (await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC')).json.events;
    expect(times(await ask(room, [sub], { excluded_events: [{ event_uid }] }))).toEqual(['10:00-14:00']);
    expect((await as({ availability_constraints: [{ period: 'day', limit: 1 }] })).status).toBe(200);
    expect((await timelineOf(room, 'note')).at(-1)!.summary).toContain('availability_constraints are not kept');
  });

  test('says whose profile is connected, if that is asked for', async ({ room }) => {
    const sub = await mine(room);
    await room.backstage({ kind: 'person_added', email: 'ann@example.com' });
    const ann = ((await timelineOf(room, 'backstage')) as unknown as { subject: string }[]).at(-1)!.subject;
    const ofMembers = async () => (await ask(room, [sub], { include_member_statuses: true })).json.member_statuses;
    expect(await ofMembers()).toEqual([{ sub, sync_status: 'active' }]);
    await room.backstage({ kind: 'profile_disconnected' });
    expect(await ofMembers()).toEqual([{ sub, sync_status: 'disconnected' }]);
    const both = (await ask(room, [sub, ann], { include_member_statuses: true })).json.member_statuses;
    expect(both.map(({ sync_status }: { sync_status: string }) => sync_status)).toEqual(['disconnected', 'active']);
  });
});

describe('A query for availability', () => {
  test('is taken with the API key and with an access token, strictly too', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true });
    const sub = await mine(room);
    const body = {
      participants: [{ members: [{ sub }] }],
      required_duration: { minutes: 30 },
      query_periods: [period('10:00', '11:00')],
    };
    for (const send of [cronofy, asUser]) expect((await send(room, 'POST', '/v1/availability', body)).status).toBe(200);
    expect((await asUser(room, 'POST', '/v1/availability', body, 'nobody')).status).toBe(401);
  });

  test.for([
    [{ query_periods: undefined }, { query_periods: ['errors.required'] }],
    [{ required_duration: undefined }, { required_duration: ['errors.required'] }],
    [{ required_duration: { minutes: 0 } }, { 'required_duration.minutes': ['errors.invalid'] }],
    [{ required_duration: {} }, { 'required_duration.minutes': ['errors.required'] }],
    [{ participants: undefined }, { participants: ['errors.required'] }],
    [{ max_results: 0 }, { max_results: ['errors.invalid'] }],
    [{ participants: [] }, { participants: ['errors.invalid'] }],
    [{ query_periods: [period('11:00', '10:00')] }, { 'query_periods[0].end': ['errors.invalid_time_pair'] }],
    [{ query_periods: [{ start: 'soon', end: at('10:00') }] }, { 'query_periods[0].start': ['errors.invalid_time'] }],
    [{ response_format: 'list' }, { response_format: ['errors.invalid'] }],
    [
      { participants: [{ members: [{ sub: 'acc_nobody' }] }] },
      { 'participants[0].members[0].sub': ['errors.not_recognized'] },
    ],
  ] as const)('with %o is refused', async ([more, keys], { room }) => {
    expect(errorKeys(await ask(room, [await mine(room)], more))).toEqual(keys);
  });

  test('may name members without an account, if the setting says so', async ({ room }) => {
    await set(room, { availability_unknown_sub: 'free' });
    expect(times(await ask(room, ['res_a_room']))).toEqual(['10:00-14:00']);
  });

  test('with periods that overlap is refused, those of a member too', async ({ room }) => {
    const sub = await mine(room);
    const overlapping = [period('10:00', '12:30'), period('12:00', '14:00')];
    expect(errorKeys(await ask(room, [sub], { query_periods: overlapping }))).toEqual({
      query_periods: ['errors.invalid'],
    });
    const participants = [{ members: [{ sub, available_periods: overlapping }] }];
    expect(errorKeys(await ask(room, [], { participants }))).toEqual({
      'participants[0].members[0].available_periods': ['errors.invalid'],
    });
    const apart = [period('12:00', '14:00'), period('10:00', '12:00')];
    expect((await ask(room, [sub], { query_periods: apart })).status).toBe(200);
  });

  test('takes what SDKs write: a space in times, an empty buffer, no number of members', async ({ room }) => {
    const sub = await mine(room);
    const available_periods = [{ start: '2026-01-01 10:00:00Z', end: '2026-01-01 12:00:00Z' }];
    const body = { participants: [{ members: [{ sub }] }], query_periods: undefined, available_periods, buffer: {} };
    expect(times(await ask(room, [], body))).toEqual(['10:00-12:00']);
  });

  test('can leave tentative events, or those of others, out for one member; rules are noted', async ({ room }) => {
    const sub = await mine(room);
    await room.backstage({ kind: 'event_added', ...period('10:00', '11:00'), tentative: true });
    await room.backstage({ kind: 'event_added', ...period('11:00', '12:00') });
    await busy(room, ['12:00', '13:00']);
    const as = (more: object) => ask(room, [], { participants: [{ members: [{ sub, ...more }] }] });
    expect(times(await as({}))).toEqual(['13:00-14:00']);
    expect(times(await as({ ignore_tentative: true }))).toEqual(['10:00-11:00', '13:00-14:00']);
    expect(times(await as({ only_managed_events: true }))).toEqual(['10:00-12:00', '13:00-14:00']);
    expect((await as({ managed_availability: true, availability_rule_ids: ['work_hours'] })).status).toBe(200);
    expect((await timelineOf(room, 'note')).at(-1)!.summary).toContain('Availability rules are not kept');
  });

  test('takes periods that overlap as one where the setting says so, and is soon over for ten thousand days', async ({
    room,
  }) => {
    const sub = await mine(room);
    await busy(room, ['12:00', '13:00']);
    const query_periods = [period('10:00', '12:30'), period('11:00', '14:00')];
    await set(room, { availability_overlaps: 'merged' });
    expect(times(await ask(room, [sub], { query_periods }))).toEqual(['10:00-12:00', '13:00-14:00']);
    const years = [{ start: at('00:00'), end: '2053-05-19T00:00:00Z' }];
    const long = { query_periods: years, response_format: 'slots' };
    expect(times(await ask(room, [sub], long))).toHaveLength(256);
    await set(room, { availability_limits: 'enforced' });
    expect(errorKeys(await ask(room, [sub], long))).toEqual({ query_periods: ['errors.invalid'] });
    expect(errorKeys(await ask(room, ['acc_0'], { query_periods }))).toEqual({
      'participants[0].members[0].sub': ['errors.not_recognized'],
    });
  });

  test('leaves tentative events out where the setting says so, and gives as many results as it says', async ({
    room,
  }) => {
    const sub = await mine(room);
    const noon = { kind: 'event_added', ...period('12:00', '13:00'), tentative: true };
    await room.backstage(noon);
    expect(times(await ask(room, [sub]))).toEqual(['10:00-12:00', '13:00-14:00']);
    await set(room, { availability_busy: 'confirmed' });
    expect(times(await ask(room, [sub]))).toEqual(['10:00-14:00']);
    await set(room, { availability_max_results: 1 });
    expect(times(await ask(room, [sub], { response_format: 'slots' }))).toEqual(['10:00-11:00']);
  });

  test('has limits when strict', async ({ room }) => {
    const sub = await mine(room);
    const late = { start: '2026-03-01T10:00:00Z', end: '2026-03-01T12:00:00Z' };
    const more = {
      query_periods: [period('10:00', '12:00'), late],
      required_duration: { minutes: 481 },
      max_results: 513,
    };
    expect((await ask(room, [sub], more)).status).toBe(200);
    await set(room, { availability_limits: 'enforced' });
    expect(Object.keys(errorKeys(await ask(room, [sub], more)))).toEqual([
      'query_periods',
      'required_duration.minutes',
      'max_results',
    ]);
    const minute = (i: number) => new Date(Date.parse(at('10:00')) + i * 60_000).toISOString();
    const many = Array.from({ length: 51 }, (_, i) => ({ start: minute(2 * i), end: minute(2 * i + 1) }));
    const required_duration = { minutes: 1 };
    expect((await ask(room, [sub], { query_periods: many.slice(1), required_duration })).status).toBe(200);
    expect(Object.keys(errorKeys(await ask(room, [sub], { query_periods: many, required_duration })))).toEqual([
      'query_periods',
    ]);
    await set(room, { availability_unknown_sub: 'free' });
    const subs = Array.from({ length: 11 }, (_, i) => `acc_${i}`);
    expect((await ask(room, subs.slice(1))).status).toBe(200);
    expect(Object.keys(errorKeys(await ask(room, subs)))).toEqual(['participants']);
  });

  test('is made by the SDK, whose slot is then booked and gone', async ({ room }) => {
    const client = sdk(room, { access_token: room.cronofy.access_token });
    const { sub } = await client.userInfo();
    const query = {
      participants: [{ members: [{ sub }], required: 'all' }],
      required_duration: { minutes: 60 },
      available_periods: [period('10:00', '12:00')],
      response_format: 'slots',
    };
    const { available_slots } = await client.availability(query);
    expect(available_slots).toHaveLength(2);
    const { start, end } = available_slots[0];
    const { calendar_id } = room.cronofy;
    await client.createEvent({ calendar_id, ...eventRequest(undefined, { start, end }) });
    expect((await client.availability(query)).available_slots).toEqual(available_slots.slice(1));
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });
});
