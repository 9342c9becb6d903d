import { describe, expect, test } from 'vitest';
import { curlOf, typescriptOf } from '../../src/server/inspector/page/model/actions.js';
import { calendarsOf, sentenceOf } from '../../src/server/inspector/page/model/calendar.js';
import { View } from '../../src/server/inspector/page/model/filter.js';
import type { Line } from '../../src/server/inspector/page/model/line.js';
import { readSearch } from '../../src/server/inspector/page/model/search.js';
import { offset } from '../../src/server/inspector/page/model/time.js';
import { Timeline } from '../../src/server/inspector/page/model/timeline.js';
import { rowWords, whyNot, withoutHost } from '../../src/server/inspector/page/model/words.js';
import { at, life, micros } from './lives.js';

test.each([
  [0, '+0:00:00.000'],
  [3_723_500_000, '+1:02:03.500'],
  [-600_000_000, '−0:10:00.000'],
])('%d microseconds from an instant on are %s', (micros, words) => {
  expect(offset(micros)).toBe(words);
});

describe('An action', () => {
  const place = { origin: 'http://127.0.0.1:4747', workspace: 'mine', isGuarded: true };

  test('is shown as curl, whatever stands in it', () => {
    expect(curlOf({ method: 'POST', path: '/casting', body: { scenario: "it's" } }, place)).toBe(
      [
        "curl -X POST 'http://127.0.0.1:4747/_greenroom/casting'",
        "-H 'Greenroom-Workspace: mine'",
        '-H "Authorization: Bearer $GREENROOM_CONTROL_TOKEN"',
        "-H 'Content-Type: application/json'",
        `-d '{"scenario":"it'\\''s"}'`,
      ].join(' \\\n  '),
    );
  });

  test.each([
    [{ method: 'POST', path: '/clock/advance', body: { next: true } }, 'await room.clock.next();'],
    [{ method: 'POST', path: '/clock/advance', body: { by: '5m' } }, "await room.clock.advance({ by: '5m' });"],
    [
      { method: 'POST', path: '/clock/advance', body: { until: { subject: 'bot_1', state: 'ended' }, within: '1h' } },
      "await room.clock.until({ subject: 'bot_1', state: 'ended' }, { within: '1h' });",
    ],
    [
      { method: 'PATCH', path: '/clock', body: { mode: 'live', speed: 60 } },
      "await room.clock.patch({ mode: 'live', speed: 60 });",
    ],
    [{ method: 'POST', path: '/deliveries/dlv_1/redeliver' }, "await room.deliveries.redeliver('dlv_1');"],
    [
      { method: 'POST', path: '/faults', body: { on: 'delivery', do: { duplicate: 1 } } },
      "await room.faults.add({ on: 'delivery', do: { duplicate: 1 } });",
    ],
    [
      { method: 'POST', path: '/casting', body: { scenario: 'a', match: {} } },
      "await room.casting.add({ scenario: 'a', match: {} });",
    ],
    [{ method: 'POST', path: '/reset' }, 'await room.reset();'],
    [{ method: 'DELETE', path: '/faults' }, 'await room.faults.remove();'],
  ])('%j is shown as TypeScript', (call, text) => {
    expect(typescriptOf(call)).toBe(text);
  });
});

test.each([
  ['ended → http://127.0.0.1:{receiver 1}/hooks: 401', 'ended → /hooks: 401'],
  ['ended → https://app.test/hooks attempt 2: 200', 'ended → /hooks attempt 2: 200'],
  ['joining → joined', 'joining → joined'],
])('The list has room for "%s" as "%s"', (summary, words) => {
  expect(withoutHost(summary)).toBe(words);
});

test.each([
  [{}, 1, 'bot.state_change joining → 127.0.0.1:{receiver 1}/hook: 401 "no, lost"'],
  [{ attempt: 2 }, 3, 'attempt 2 of 3: bot.state_change joining → 127.0.0.1:{receiver 1}/hook: 401 "no, lost"'],
  [
    { attempt: 3, next: 'lost' },
    3,
    'attempt 3 of 3, lost: bot.state_change joining → 127.0.0.1:{receiver 1}/hook: 401 "no, lost" (flt_1)',
  ],
])('The list tells an attempt %j of a webhook with %i by what stands first', (fields, attempts, words) => {
  const { attempt = 1, next } = fields as { attempt?: number; next?: string };
  const again = attempt > 1 ? ` attempt ${attempt}` : '';
  const then = next === undefined ? '' : ', lost (flt_1)';
  const [line] = life('bot_a').slice(2);
  const summary = `bot.state_change joining → http://127.0.0.1:{receiver 1}/hook${again}: 401 "no, lost"${then}`;
  expect(rowWords(Object.assign({}, line, { receiver: 1, ...fields, summary }), attempts)).toBe(words);
});

describe('The words for an attempt', () => {
  const attempt = { seq: 1, at: at(0), request: { headers: {}, body: '' } };
  test.each([
    [{ outcome: 'answered', status: 200 }, undefined],
    [{ outcome: 'answered', status: 401 }, /answered 401: it does not believe/],
    [{ outcome: 'answered', status: 503 }, /it failed itself/],
    [{ outcome: 'answered', status: 302 }, /does not follow/],
    [{ outcome: 'refused', error: 'ECONNREFUSED' }, /Nobody listens there.*http:\/\/127\.0\.0\.1\/hook/],
    [{ outcome: 'timeout' }, /did not answer within/],
    [{ outcome: 'captured' }, /counts as delivered/],
    [{ outcome: null }, /on its way/],
  ] as const)('%j', (what, words) => {
    const said = whyNot({ ...attempt, ...what }, { url: 'http://127.0.0.1/hook' });
    if (words === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(words);
  });
});

describe('A calendar', () => {
  const meeting = (event: string, start: number, end: number, more: object = {}) => ({
    provider: 'cronofy',
    event,
    calendar: 'cal_1',
    own: false,
    title: event,
    start: at(start),
    end: at(end),
    tzid: null,
    deleted: false,
    declined: false,
    meeting_url: null,
    updated_at: at(0),
    ...more,
  });
  const plan = {
    calendars: [{ provider: 'cronofy', calendar: 'cal_1', name: 'calendar: ann@example.com' }],
    events: [
      meeting('late', 30, 40),
      meeting('early', 10, 20, { own: true }),
      meeting('beside', 15, 25, { deleted: true }),
    ],
    agents: [
      {
        provider: 'cronofy',
        agent: 'agt_1',
        state: 'scheduled',
        cancelled: false,
        join_at: null,
        meeting_url: '',
        event: 'early',
      },
    ],
    dropped: 0,
  };
  const act = (subject: string, seq: number): Line => ({
    kind: 'note',
    seq,
    at: at(5),
    subject,
    summary: 'the user moves +1h',
    topic: 'calendar',
    text: 'the user moves +1h',
  });

  test('has its meetings in the order of time, and those at one time below one another', () => {
    const [calendar] = calendarsOf(plan);
    expect(calendar!.meetings.map(({ id, row }) => [id, row])).toEqual([
      ['early', 0],
      ['beside', 1],
      ['late', 0],
    ]);
    expect(calendar!.rows).toBe(2);
    expect(calendar!.meetings.map(sentenceOf)).toEqual([
      'early (by the app), 2026-01-01 09:00:10 to 09:00:20 (10 s); agt_1 is scheduled',
      'beside, 2026-01-01 09:00:15 to 09:00:25 (10 s), deleted',
      'late, 2026-01-01 09:00:30 to 09:00:40 (10 s)',
    ]);
  });

  test('takes in what was said of its meetings, whenever it is known, and leaves agents their own lives', () => {
    const timeline = new Timeline();
    timeline.append([...life('agt_1'), act('agt_1', 90), act('late', 91)]);
    const before = timeline.lanes.length;
    expect(timeline.plan(plan)).toBe(true);
    timeline.append([act('beside', 92)]);
    expect(timeline.plan(plan)).toBe(false);
    const lane = timeline.laneOfMeeting('early')!;
    expect([lane, timeline.lanes.length]).toEqual([before, before + 1]);
    expect(Array.from(timeline.lane.slice(timeline.size - 3, timeline.size))).toEqual([lane, lane, lane]);
    const view = new View(timeline, []);
    expect(view.lanes.map((one) => timeline.lanes[one]!.id)).toEqual(['cal_1', 'agt_1']);
    expect(timeline.reach).toBe(micros(40));
    const { tests } = readSearch('bot:agt_1', { nameOf: () => undefined });
    expect(new View(timeline, tests).places.size).toBe(life('agt_1').length + 1);
  });
});
