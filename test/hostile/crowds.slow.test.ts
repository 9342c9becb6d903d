import { describe, expect } from 'vitest';
import { asUser, eventRequest, writeEvent } from '../support/cronofy.js';
import { control, cronofy, test } from '../support/room.js';
import { test as service } from '../support/service.js';

const range = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
const instant = (minute: number): string =>
  new Date(Date.parse('2026-03-02T00:00:00Z') + minute * 60_000).toISOString().replace('.000Z', 'Z');
const minuteAt = (i: number) => ({ start: instant(2 * i), end: instant(2 * i + 1) });
const required_duration = { minutes: 1 };
const subs = (count: number) => range(count, (i) => ({ sub: `acc_${i}` }));

describe('A calendar of crowds', () => {
  test('takes a hundred thousand guests at once, each once and in their order', async ({ room }) => {
    const guests = (name: string) => range(100_000, (i) => ({ email: `Guest-${i}@a.example`, display_name: name }));
    const invite = [
      ...guests('First'),
      { email: 'guest-1@A.example', display_name: 'Last' },
      { email: 'GUEST-2@a.example' },
    ];
    await writeEvent(room, eventRequest(undefined, { attendees: { invite } }));
    const remove = guests('').slice(4);
    const again = { invite: [{ email: 'new@a.example' }, { email: 'guest-0@a.example' }], remove };
    await writeEvent(room, eventRequest(undefined, { attendees: again }));
    const { json } = await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC&include_managed=true');
    const [{ attendees }] = json.events;
    expect(attendees.map(({ email, display_name }: Record<string, string>) => [email, display_name])).toEqual([
      ['Guest-0@a.example', 'First'],
      ['Guest-1@a.example', 'Last'],
      ['Guest-2@a.example', 'First'],
      ['Guest-3@a.example', 'First'],
      ['new@a.example', null],
    ]);
  });

  test('is asked for the time of twenty thousand members, one of whom has none', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { cronofy: { availability_unknown_sub: 'free' } });
    const away = { sub: 'away', available_periods: [{ start: instant(9000), end: instant(9001) }] };
    const ask = (body: object) =>
      cronofy(room, 'POST', '/v1/availability', {
        required_duration,
        query_periods: range(50, minuteAt),
        participants: [{ members: [...subs(20_000), away], required: 'all' }],
        ...body,
      });
    for (const response_format of ['periods', 'slots', 'overlapping_slots']) {
      const { status, json } = await ask({ response_format });
      expect([status, Object.values(json)]).toEqual([200, [[]]]);
    }
    const { json } = await ask({ participants: [{ members: subs(20_000), required: 'all' }], max_results: 1 });
    expect(json.available_periods).toEqual([{ ...minuteAt(0), participants: subs(20_000) }]);
  });

  test('is asked for a hundred thousand slots of a member with as many periods', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { cronofy: { availability_unknown_sub: 'free' } });
    const { json } = await cronofy(room, 'POST', '/v1/availability', {
      required_duration,
      participants: [{ members: [{ sub: 'a', available_periods: range(100_000, minuteAt) }], required: 'all' }],
      query_slots: range(100_000, (i) => ({ start: instant(200_001 - 2 * i) })).concat(
        { start: instant(6) },
        { start: instant(2) },
      ),
      response_format: 'slots',
    });
    expect(json.available_slots.map(({ start }: { start: string }) => start)).toEqual([instant(6), instant(2)]);
  });

  service('of a stranger says when a call is too much for a service', async ({ service }) => {
    const { cronofyCall } = await service.tenant({ cronofy: { availability_unknown_sub: 'free' } });
    const ask = (members: number, times: number, more: object = {}) =>
      cronofyCall('POST', '/v1/availability', {
        required_duration,
        query_periods: range(times, minuteAt),
        participants: [{ members: subs(members), required: 'all' }],
        ...more,
      });
    const many = await ask(5000, 1001);
    expect([many.status, many.text]).toEqual([
      507,
      expect.stringMatching(
        /^greenroom has no room: the call asks for 5000 members at 1001 times in a world of \d accounts and calendars, and the members by the sum of the two may be 5000000 at the most: ask for fewer$/,
      ),
    ]);
    const slots = { query_slots: range(1001, (i) => ({ start: instant(2 * i) })), response_format: 'slots' };
    expect((await ask(5000, 0, slots)).status).toBe(507);
    expect((await ask(5000, 1, slots)).status).toBe(507);
    const names =
      'greenroom has no room: the answer would name more than 200000 members: ask for fewer members, or fewer results';
    for (const response_format of ['periods', 'slots', 'overlapping_slots'])
      expect((await ask(2000, 101, { response_format, start_interval: { minutes: 1 } })).text).toBe(names);
    expect((await ask(2000, 0, { ...slots, query_slots: slots.query_slots.slice(0, 101) })).text).toBe(names);
    const { status, json } = await ask(2000, 101, { max_results: 100 });
    expect([status, json.available_periods.length]).toEqual([200, 100]);
  });
});
