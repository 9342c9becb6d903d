import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, MEET_URL, test } from '../support/room.js';

const JOIN = '2026-01-01T10:00:00Z';

const play = (room: Greenroom, scenario: string) => control(room, 'PATCH', '/workspaces/default', { scenario });
const makeBot = async (room: Greenroom, more: object = {}, join_at: string | null = JOIN) =>
  (await attendee(room, 'POST', '/api/v1/bots', botRequest(join_at ?? undefined, undefined, more))).json;
const readBot = async (room: Greenroom, id: string, what = '') =>
  (await attendee(room, 'GET', `/api/v1/bots/${id}${what}`)).json;
const sendAgent = (room: Greenroom, more: object) =>
  cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, { join_time: JOIN, ...more }));
/** The moves of an agent: when, and where to. */
const lifeOf = async (room: Greenroom, subject: string): Promise<[string, string][]> =>
  (await control(room, 'GET', `/timeline?kind=transition&subject=${subject}`)).json.entries.map(
    ({ at, to }: { at: string; to: string }) => [at, to],
  );

describe('A client that', () => {
  test('takes its bot out of the meeting', async ({ room }) => {
    await play(room, 'asked-to-leave');
    const bot = await makeBot(room);
    await room.clock.advance({ to: '2026-01-01T10:20:00Z' });
    expect((await attendee(room, 'POST', `/api/v1/bots/${bot.id}/leave`)).status).toBe(200);
    await room.clock.until('idle');
    const { state, events } = await readBot(room, bot.id);
    expect(state).toBe('ended');
    expect(events.slice(-3).map(({ type, sub_type }: Record<string, string>) => [type, sub_type])).toEqual([
      ['leave_requested', 'user_requested'],
      ['left_meeting', undefined],
      ['post_processing_completed', undefined],
    ]);
  });

  test('moves the meeting before the agent is ready moves the story, and after that it does not', async ({ room }) => {
    await play(room, 'rescheduled-while-staged');
    const [early, late] = [await makeBot(room), await makeBot(room)];
    await sendAgent(room, { scheduling_key: 'early' });
    await room.clock.advance({ to: '2026-01-01T09:50:00Z' });
    const moved = '2026-01-01T11:00:00Z';
    const move = (id: string) => attendee(room, 'PATCH', `/api/v1/bots/${id}`, { join_at: moved });
    expect([
      (await move(early.id)).status,
      (await sendAgent(room, { scheduling_key: 'early', join_time: moved })).status,
    ]).toEqual([200, 202]);
    await room.clock.until({ subject: late.id, state: 'staged' });
    expect((await move(late.id)).json.error).toContain('Bot is in state staged');
    await room.clock.until('idle');
    const [first] = (await readBot(room, early.id, '/transcript')) as { timestamp_ms: number }[];
    const [other] = (await readBot(room, late.id, '/transcript')) as { timestamp_ms: number }[];
    expect(first!.timestamp_ms - other!.timestamp_ms).toBe(3_600_000);
    expect(await lifeOf(room, 'scheduling_key:early')).toEqual([
      ['2026-01-01T10:55:00Z', 'activated'],
      ['2026-01-01T11:00:04Z', 'joined'],
      ['2026-01-01T11:10:30Z', 'complete'],
    ]);
  });

  test('calls the meeting off while the agent is on its way is too late with both vendors', async ({ room }) => {
    await play(room, 'cancelled-while-joining');
    const bot = await makeBot(room);
    await sendAgent(room, { scheduling_key: 'k' });
    await room.clock.until({ subject: bot.id, state: 'joining' });
    const removal = await attendee(room, 'DELETE', `/api/v1/bots/${bot.id}`);
    expect([removal.status, removal.json.error]).toEqual([
      400,
      'Bot is in state joining but can only be deleted when in scheduled state',
    ]);
    expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'k' })).status).toBe(202);
    await room.clock.until('idle');
    expect((await readBot(room, bot.id)).state).toBe('ended');
    expect((await lifeOf(room, 'scheduling_key:k')).at(-1)![1]).toBe('complete');
  });

  test('crashed between the POST and its save, and sends the agent again with the same key, has one', async ({
    room,
  }) => {
    await play(room, 'sent-twice');
    const key = { deduplication_key: 'meeting-1' };
    const bot = await makeBot(room, key);
    const again = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOIN, undefined, key));
    expect([again.status, again.json.error]).toEqual([400, expect.stringContaining('already in use')]);
    const { results } = (await attendee(room, 'GET', '/api/v1/bots?deduplication_key=meeting-1')).json;
    expect(results.map(({ id }: { id: string }) => id)).toEqual([bot.id]);
    await sendAgent(room, { scheduling_key: 'meeting-1' });
    expect((await sendAgent(room, { scheduling_key: 'meeting-1' })).status).toBe(202);
    await room.clock.until('idle');
    const { entries } = (await control(room, 'GET', '/timeline?kind=transition')).json;
    const agents = new Set(entries.map(({ subject }: { subject: string }) => subject));
    expect([...agents].filter((id) => String(id).startsWith('agt_'))).toHaveLength(1);
  });
});

describe('Two agents in one meeting', () => {
  const hear = async (room: Greenroom, id: string) =>
    (await readBot(room, id, '/transcript')).map(
      ({ timestamp_ms, speaker_name, transcription }: Record<string, unknown>) => [
        timestamp_ms,
        speaker_name,
        transcription,
      ],
    );

  test('hear the same words at the same instants, also when they are of two vendors', async ({ room }) => {
    const [one, other] = [await makeBot(room), await makeBot(room)];
    const { subscriptions } = agentRequest('https://app.example/hooks');
    await sendAgent(room, { scheduling_key: 'k', join_url: MEET_URL, subscriptions });
    await room.clock.until('idle');
    const words = await hear(room, one.id);
    expect(words).toHaveLength(12);
    expect(await hear(room, other.id)).toEqual(words);
    const { entries } = (await control(room, 'GET', '/timeline?kind=transition&subject=scheduling_key:k')).json;
    const { json } = await control(room, 'GET', '/deliveries?type=meeting_agent_complete');
    const { resources } = JSON.parse(json.deliveries[0].attempts[0].request.body).meeting_agent as {
      resources: { url: string }[];
    };
    const url = new URL(resources[1]!.url).pathname;
    const { paragraphs } = (await cronofy(room, 'GET', url)).json.transcript;
    const sentences = paragraphs.flatMap((paragraph: { sentences: object[] }) => paragraph.sentences);
    expect(sentences.map(({ text }: { text: string }) => ({ transcript: text }))).toEqual(
      words.map(([, , transcription]: unknown[]) => transcription),
    );
    const begins = Date.parse(entries.at(-1).at) - 30 * 60_000 - 30_000;
    expect(sentences[1].start - sentences[0].start).toBeCloseTo((words[1][0] - words[0][0]) / 1000, 2);
    expect(new Date(begins).toISOString()).toBe('2026-01-01T09:59:55.000Z');
  });

  test('have their own lobby and their own failures, by the order in which they come', async ({ room }) => {
    await play(room, 'two-agents-inside');
    const bots = [await makeBot(room), await makeBot(room), await makeBot(room)];
    await room.clock.until('idle');
    const ends = await Promise.all(bots.map(async ({ id }) => (await readBot(room, id)).events.at(-1)));
    expect(ends.map(({ type, sub_type }) => [type, sub_type])).toEqual([
      ['post_processing_completed', undefined],
      ['fatal_error', 'process_terminated'],
      ['post_processing_completed', undefined],
    ]);
  });

  test('may each be cast for its own part: the words are of the first, the lobby of the second is its own', async ({
    room,
  }) => {
    const first = await makeBot(room);
    const second = await makeBot(room, { metadata: { greenroom_scenario: 'lobby-opened-late' } });
    const third = await makeBot(room, { metadata: { greenroom_scenario: 'lobby-denied' } });
    await room.clock.until('idle');
    const [all, some] = [await hear(room, first.id), await hear(room, second.id)];
    expect([all.length, some]).toEqual([12, all.slice(1)]);
    const joined = (await readBot(room, second.id)).events.find(
      ({ type }: { type: string }) => type === 'joined_meeting',
    );
    expect(joined.created_at).toBe('2026-01-01T10:02:56Z');
    expect((await readBot(room, third.id)).events.at(-1).sub_type).toBe('request_to_join_denied');
    expect((await control(room, 'GET', '/timeline?kind=note')).text).toContain(
      'joins a meeting that plays happy-path already',
    );
  });
});

describe('Moments of a story', () => {
  const put = (room: Greenroom, file: object) =>
    control(room, 'PUT', '/scenarios/mine', { description: 'A story of moments.', ...file });
  const people = [
    { id: 'host', joins: { at: '10s' }, leaves: { after: '1m' } },
    { id: 'guest', joins: { after: '30s', of: 'host.joins' } },
  ];

  test('count from the start, from the step before, from a named step and from the end', async ({ room }) => {
    await put(room, {
      participants: people,
      speech: [
        { after: '5s', of: 'answer', by: 'guest', says: 'Third.' },
        { at: '1m', by: 'host', says: 'First.', name: 'question' },
        { after: '20s', by: 'guest', says: 'Second.', name: 'answer' },
        { from_end: '1m', by: 'guest', says: 'Last.' },
      ],
      ends: { at: '5m' },
    });
    await play(room, 'mine');
    const bot = await makeBot(room, {}, null);
    await room.clock.until('idle');
    const start = Date.parse('2026-01-01T09:00:00Z');
    const spoken = await readBot(room, bot.id, '/transcript');
    expect(
      spoken.map(({ timestamp_ms, transcription }: { timestamp_ms: number; transcription: { transcript: string } }) => [
        (timestamp_ms - start) / 1000,
        transcription.transcript,
      ]),
    ).toEqual([
      [60, 'First.'],
      [80, 'Second.'],
      [85, 'Third.'],
      [240, 'Last.'],
    ]);
    const { results } = await readBot(room, bot.id, '/participant_events');
    expect(
      results.map(({ participant_uuid, event_type, timestamp_ms }: Record<string, unknown>) => [
        participant_uuid,
        event_type,
        (Number(timestamp_ms) - start) / 1000,
      ]),
    ).toEqual([
      ['host', 'join', 10],
      ['guest', 'join', 40],
      ['host', 'leave', 70],
    ]);
  });

  test.for([
    ['none', { ends: { at: '5m' }, crash: { how: 'dies' } }, '/crash', 'none of them', undefined],
    ['two', { crash: { at: '1m', from_end: '1m', how: 'dies' } }, '/crash', 'at and from_end', undefined],
    [
      'a step that there is not',
      { participants: people, removed: { after: '1s', of: 'hots.joins' } },
      '/removed/of',
      '"hots.joins"',
      'host.joins',
    ],
    [
      'each other',
      {
        participants: people,
        chat: [
          { after: '1s', of: 'b', by: 'host', says: 'a', name: 'a' },
          { after: '1s', of: 'a', by: 'host', says: 'b', name: 'b' },
        ],
      },
      '/chat/0/of',
      '"b"',
      undefined,
    ],
    [
      'a name that is taken',
      { participants: [people[0], people[0]] },
      '/participants/1/joins',
      '"host.joins"',
      undefined,
    ],
    ['a misspelt person', { participants: people, removed: { at: '1s', by: 'hots' } }, '/removed/by', '"hots"', 'host'],
    [
      'a misspelt field in one of several forms',
      { participants: people, speech: [{ at: '1m', by: 'host', sayz: 'x' }] },
      '/speech/0/sayz',
      '"sayz"',
      'says',
    ],
    ['a misspelt word', { leaves: { at: '1m', because: 'silense' } }, '/leaves/because', '"silense"', 'silence'],
    [
      'a misspelt word for an agent',
      { agents: [{ crash: { at: '1m', how: 'dyes' } }] },
      '/agents/0/crash/how',
      '"dyes"',
      'dies',
    ],
  ] as const)('that count from %s are refused', async ([, file, pointer, was, nearest], { room }) => {
    const { status, json } = await put(room, file);
    expect([status, json.code, json.file, json.pointer, json.was, json.nearest]).toEqual([
      422,
      'INVALID_SCENARIO',
      'mine',
      pointer,
      was,
      nearest,
    ]);
    expect(json.expected).toEqual(expect.any(String));
  });

  test('a stage of the agent: its recording, not the meeting', async ({ room }) => {
    await put(room, { lobby: { admitted: { after: '2m' } }, crash: { after: '1m', of: 'recording', how: 'dies' } });
    await play(room, 'mine');
    const bot = await makeBot(room, {}, null);
    await room.clock.until({ subject: bot.id, state: 'fatal_error' });
    expect(await room.clock.now()).toBe('2026-01-01T09:03:02Z');
  });

  test('survive a snapshot: what befalls an agent is still ahead of it', async ({ room }) => {
    await play(room, 'crash-while-recording');
    const bot = await makeBot(room, {}, null);
    await room.clock.advance({ by: '5m' });
    const snapshot = (await control(room, 'GET', '/snapshot')).json;
    await room.reset();
    await call('PUT', `${room.url}/_greenroom/snapshot`, snapshot);
    await room.clock.until({ subject: bot.id, state: 'fatal_error' });
    expect(await room.clock.now()).toBe('2026-01-01T09:10:00Z');
  });
});
