import { describe, expect, test } from 'vitest';
import { wordsOf } from '../../src/server/inspector/page/model/causes.js';
import { diff } from '../../src/server/inspector/page/model/diff.js';
import { View } from '../../src/server/inspector/page/model/filter.js';
import type { Line } from '../../src/server/inspector/page/model/line.js';
import { readSearch } from '../../src/server/inspector/page/model/search.js';
import type { Timeline } from '../../src/server/inspector/page/model/timeline.js';
import { life, micros, timelineOf } from './lives.js';

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
