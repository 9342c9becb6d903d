import { describe, expect, test } from 'vitest';
import { curlOf, typescriptOf } from '../../src/server/inspector/page/model/actions.js';
import { wordsOf } from '../../src/server/inspector/page/model/causes.js';
import { calendarsOf, sentenceOf } from '../../src/server/inspector/page/model/calendar.js';
import { diff } from '../../src/server/inspector/page/model/diff.js';
import { View } from '../../src/server/inspector/page/model/filter.js';
import type { Line } from '../../src/server/inspector/page/model/line.js';
import { readSearch } from '../../src/server/inspector/page/model/search.js';
import { offset } from '../../src/server/inspector/page/model/time.js';
import { Timeline } from '../../src/server/inspector/page/model/timeline.js';
import { rowWords, whyNot, withoutHost } from '../../src/server/inspector/page/model/words.js';

const at = (second: number): string => `2026-01-01T09:00:${String(second).padStart(2, '0')}Z`;
const micros = (second: number): number => Date.parse(at(second)) * 1000;

/** The life of one agent: a call, a state, a webhook that is refused and then taken. */
const life = (subject: string, { status = 401, first = 1 } = {}): Line[] =>
  [
    {
      kind: 'request',
      at: at(0),
      subject,
      summary: 'POST /api/v1/bots → 201',
      id: 'req_1',
      provider: 'attendee',
      operation: 'createBot',
      method: 'POST',
      path: '/api/v1/bots',
      status: 201,
    },
    {
      kind: 'transition',
      at: at(10),
      subject,
      summary: 'ready → joining (join_requested)',
      provider: 'attendee',
      event: 'join_requested',
      from: 'ready',
      to: 'joining',
    },
    {
      kind: 'delivery',
      at: at(10),
      subject,
      summary: `bot.state_change joining → http://127.0.0.1:{receiver 1}/hook: ${status}`,
      provider: 'attendee',
      delivery: 'dlv_1',
      type: 'bot.state_change',
      state: 'joining',
      url: 'http://127.0.0.1/hook',
      attempt: 1,
      outcome: 'answered',
      status,
    },
    {
      kind: 'delivery',
      at: at(20),
      subject,
      summary: 'bot.state_change joining → http://127.0.0.1:{receiver 1}/hook attempt 2: 200',
      provider: 'attendee',
      delivery: 'dlv_1',
      type: 'bot.state_change',
      state: 'joining',
      url: 'http://127.0.0.1/hook',
      attempt: 2,
      outcome: 'answered',
      status: 200,
      fault: 'flt_1',
    },
  ].map((line, i) => ({ seq: first + i, ...line })) as Line[];

function timelineOf(...lines: Line[][]): Timeline {
  const timeline = new Timeline();
  for (const some of lines) timeline.append(some);
  return timeline;
}

const names: Readonly<Record<string, string>> = { bot_a: 'Àda’s notes', bot_b: '<img src=x onerror=alert(1)>' };
const found = (timeline: Timeline, text: string): number[] => {
  const { tests } = readSearch(text, { nameOf: (id) => names[id] });
  const { places } = new View(timeline, tests);
  return Array.from({ length: places.size }, (_, i) => timeline.lines[places.at(i)]!.seq);
};

describe('A search', () => {
  const timeline = timelineOf(life('bot_a'), life('bot_b', { first: 5 }));
  test.each([
    ['', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['bot:ada', [1, 2, 3, 4]],
    ['bot:ÀDA', [1, 2, 3, 4]],
    ['bot:ádá', [1, 2, 3, 4]],
    ['bot:bot_b', [5, 6, 7, 8]],
    ['bot:"<img src"', [5, 6, 7, 8]],
    ['state:joining kind:state', [2, 6]],
    ['status:401', [3, 7]],
    ['status:4xx bot:ada', [3]],
    ['status:refused', [3, 7]],
    ['fault:', [4, 8]],
    ['fault:flt_2', []],
    ['kind:call', [1, 5]],
    ['to:127.0.0.1/hook bot:ada', [3, 4]],
    ['to:/other', []],
    ['op:createBot', [1, 5]],
    ['kind:webhook -status:200', [3, 7]],
    ['"attempt 2"', [4, 8]],
    ['http://127.0.0.1', [3, 4, 7, 8]],
  ])('%j finds %j', (text, lines) => {
    expect(found(timeline, text)).toEqual(lines);
  });

  test('says which of its words mean nothing', () => {
    expect(readSearch('colour:red bot:a', { nameOf: () => undefined }).unknown).toEqual(['colour']);
  });
});

describe('What went wrong', () => {
  test('is told by cause and receiver, with the webhooks counted once, and each is a search that finds it', () => {
    const again = life('bot_b', { first: 5 }).map((line) =>
      line.kind === 'delivery' ? { ...line, delivery: 'dlv_2', status: 401 } : line,
    ) as Line[];
    const late = { url: 'http://127.0.0.1/agents', receiver: 2, outcome: 'timeout', status: undefined, next: 'lost' };
    const other = life('bot_a', { first: 9 }).slice(2, 3);
    const timeline = timelineOf(
      life('bot_a'),
      again,
      other.map((line) => Object.assign(line, late)),
    );
    const causes = timeline.causes.list;
    expect(causes.map(wordsOf)).toEqual([
      '2 webhooks answered with 401 by 127.0.0.1/hook, in 3 attempts',
      '1 webhook not answered in time by 127.0.0.1:{receiver 2}/agents, lost',
    ]);
    expect(causes.map(({ search }) => found(timeline, search))).toEqual([[3, 7, 8], [11]]);
    expect(timelineOf(life('bot_a', { status: 200 })).causes.list).toEqual([]);
  });

  test('is lost where the vendor gave up: some of it, or all', () => {
    const lost = (...which: number[]): Line[] =>
      [1, 2].flatMap((n) =>
        life('bot_a', { first: n * 4 }).flatMap((line) => {
          if (line.kind !== 'delivery') return [];
          const next = which.includes(n) && line.attempt === 2 ? { next: 'lost' } : {};
          return [{ ...line, delivery: `dlv_${n}`, status: 401, ...next }];
        }),
      );
    const told = (...which: number[]): string => wordsOf(timelineOf(lost(...which)).causes.list[0]!);
    expect([told(), told(1), told(1, 2)]).toEqual(
      ['', ', 1 lost', ', all lost'].map(
        (end) => `2 webhooks answered with 401 by 127.0.0.1/hook, in 4 attempts${end}`,
      ),
    );
  });

  test('is told apart up to a hundred causes, however many paths a client makes up', () => {
    const [call] = life('bot_a');
    const stray = Array.from({ length: 300 }, (_, i) =>
      Object.assign({}, call, { seq: i + 1, operation: null, path: `/${i}`, status: 404 }),
    );
    const causes = timelineOf(stray).causes.list;
    expect([causes.length, wordsOf(causes[0]!)]).toEqual([101, '200 calls of further kinds']);
  });
});

describe('A view', () => {
  test('has a webhook that went wrong once, however many of its attempts did, and as they come', () => {
    const failing = (first: number, id: string): Line[] =>
      life('bot_a', { first }).map((line) =>
        line.kind === 'delivery' ? { ...line, delivery: id, status: 401 } : line,
      );
    const timeline = timelineOf(failing(1, 'dlv_1'));
    const view = new View(timeline, readSearch('kind:webhook', { nameOf: () => undefined }).tests);
    timeline.append(failing(5, 'dlv_2'));
    view.extend();
    const places = Array.from({ length: view.failures.size }, (_, i) => view.failures.at(i));
    expect(places.map((place) => timeline.lines[place]!.seq)).toEqual([3, 7]);
  });

  test('has the lines of a range, both ends included, and the lanes that have some of them', () => {
    const timeline = timelineOf(life('bot_a'));
    const view = new View(timeline, [], { from: micros(10), to: micros(10) });
    expect([view.places.size, view.lanes.map((lane) => timeline.lanes[lane]!.id)]).toEqual([2, ['bot_a']]);
  });

  test('grows with the lines that come, and looks at none twice', () => {
    const timeline = timelineOf(life('bot_a'));
    const view = new View(timeline, readSearch('kind:webhook', { nameOf: () => undefined }).tests);
    timeline.append(life('bot_b', { first: 5 }));
    view.extend();
    expect([view.places.size, view.lanes.length]).toEqual([4, 2]);
  });

  test('has an agent’s states as bars: the one before the first move from when it was first told of', () => {
    const timeline = timelineOf(life('bot_a'));
    expect(timeline.lanes[1]!.bars).toEqual([
      { state: 'ready', from: micros(0), to: micros(10) },
      { state: 'joining', from: micros(10), to: undefined },
    ]);
  });
});

describe('A comparison', () => {
  const states = (left: Timeline, right: Timeline): string[] => diff(left, right).map(({ state }) => state);

  test('of two seeds finds nothing where only the ids differ', () => {
    expect(states(timelineOf(life('bot_Aaaaaaaaaaaaaaaa')), timelineOf(life('bot_Bbbbbbbbbbbbbbbb')))).toEqual([
      'same',
      'same',
      'same',
      'same',
    ]);
  });

  test('finds nothing where one begins in the midst of its world, and what is its own has a name', () => {
    const told = (url: string, first: number): Timeline =>
      timelineOf(
        life('bot_Cccccccccccccccc', { first }).map((line) => ({
          ...line,
          at: line.at.replace('T09', first === 1 ? 'T09' : 'T17'),
          summary: `${line.summary} for ${url}`,
        })),
      );
    const [one, other] = ['https://meet.google.com/aaa-aaaa-aaa', 'https://meet.google.com/aaa-aaaa-aab'];
    const [left, right] = [told(one, 1), told(other, 207)];
    expect(states(left, right)).toEqual(['changed', 'changed', 'changed', 'changed']);
    const names = { left: [[one, '<meeting>']], right: [[other, '<meeting>']] } as const;
    expect(diff(left, right, names).map(({ state }) => state)).toEqual(['same', 'same', 'same', 'same']);
  });

  test('marks a line that says something else, and lines that only one side has', () => {
    const quiet = life('bot_a', { status: 200 }).slice(0, 3);
    expect(states(timelineOf(quiet), timelineOf(life('bot_a')))).toEqual(['same', 'same', 'changed', 'right']);
    expect(states(timelineOf(life('bot_a')), timelineOf(life('bot_a').slice(1)))).toEqual([
      'left',
      'same',
      'same',
      'same',
    ]);
    expect(states(timelineOf(), timelineOf())).toEqual([]);
  });

  test('finds again what stands elsewhere, in the order of both', () => {
    const [a, b] = [timelineOf(life('bot_a'), life('bot_b', { first: 5 })), timelineOf(life('bot_a'))];
    expect(states(a, b)).toEqual(['same', 'same', 'same', 'same', 'left', 'left', 'left', 'left']);
    expect(states(b, a)).toEqual(['same', 'same', 'same', 'same', 'right', 'right', 'right', 'right']);
  });
});

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
