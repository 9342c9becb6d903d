import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test as plain } from 'vitest';
import { startGreenroom, type Greenroom, type WebhookType } from '../../src/index.js';
import {
  agentRequest,
  attendee,
  botRequest,
  call,
  control,
  cronofy,
  MEET_URL,
  test,
  ZOOM_URL,
} from '../support/room.js';

const FOLDER = new URL('../../fixtures/scenarios/', import.meta.url);
const SCENARIOS = readdirSync(FOLDER)
  .map((file) => ({ name: file.replace('.json', ''), file: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) }))
  .filter(({ file }) => file.plays !== false);
const HOOK = 'https://hooks.example.com/words';
const JOIN = '2026-01-01T10:00:00Z';
const TRIGGERS = ['bot.state_change', 'transcript.update', 'participant_events.speech_start_stop'];

interface Words {
  readonly speaker_name: string;
  readonly timestamp_ms: number;
  readonly duration_ms: number;
  readonly transcription: { readonly transcript: string };
}

const endOf = ({ timestamp_ms, duration_ms }: Words): number => timestamp_ms + duration_ms;
const wordsOf = async (room: Greenroom, bot: string): Promise<Words[]> =>
  (await attendee(room, 'GET', `/api/v1/bots/${bot}/transcript`)).json;

/** What a bot's subscribers were sent, with the instant. */
async function sent(room: Greenroom, subject: string, type?: WebhookType) {
  const { deliveries } = await room.deliveries.list({ subject, ...(type === undefined ? {} : { type }) });
  return deliveries.map(({ created_at, attempts }) => ({
    at: Date.parse(created_at),
    data: JSON.parse(attempts[0]!.request.body).data,
  }));
}

describe('Nobody is told of an utterance before it is over', () => {
  let room: Greenroom;
  beforeAll(async () => {
    room = await startGreenroom();
  });
  afterAll(async () => room.close());

  plain.for(SCENARIOS)('$name: no line, webhook or GET shows one', async ({ name: scenario, file }) => {
    await control(room, 'POST', '/reset', {});
    await control(room, 'PATCH', '/workspaces/default', { scenario });
    const meeting_url = file.platform === 'zoom' ? ZOOM_URL : MEET_URL;
    const recording_settings = { record_participant_speech_start_stop_events: true };
    const more = { webhooks: [{ url: HOOK, triggers: TRIGGERS }], meeting_url, recording_settings };
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOIN, undefined, more));
    const speech = { webhook: { type: 'participant_events.speech_start_stop' } } as const;
    for (let starts = 0; starts < 6; starts++) {
      if (!(await room.clock.advance({ until: speech, within: '40m' }).catch(() => undefined))) break;
      const now = Date.parse(await room.clock.now());
      expect((await wordsOf(room, bot.id)).filter((words) => endOf(words) > now)).toEqual([]);
    }
    await room.clock.until('idle', { within: '60d' });
    const told = await sent(room, bot.id, 'transcript.update');
    expect(told.filter(({ at, data }) => endOf(data) > at)).toEqual([]);
    const { entries } = (await control(room, 'GET', '/timeline?limit=1000')).json as { entries: { at: string }[] };
    const lines = entries.map((entry) => ({ at: Date.parse(entry.at), text: JSON.stringify(entry) }));
    for (const words of (await wordsOf(room, bot.id)).slice(0, 50)) {
      const early = lines.filter(({ at, text }) => at < endOf(words) && text.includes(words.transcription.transcript));
      expect(early).toEqual([]);
    }
  });
});

/** A meeting of four minutes with one long utterance of ten words, from 1:00 to 1:10 of its start. */
const story = (more: object = {}) => ({
  description: 'Somebody counts.',
  participants: [
    { id: 'host', name: 'Ada', host: true },
    { id: 'guest', name: 'Bo', ...(more as { guest?: object }).guest },
  ],
  speech: [{ at: '1m', by: 'guest', says: 'one two three four five six seven eight nine ten', lasts: '10s' }],
  ends: { at: '4m' },
  ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'guest')),
});

const BEGAN = Date.parse('2026-01-01T09:01:00Z');

/** A bot that comes to this meeting when it starts. */
async function sendBot(room: Greenroom, scenario: object, more: object = {}): Promise<string> {
  expect((await control(room, 'PUT', '/scenarios/counting', scenario)).status).toBe(201);
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'counting' });
  const webhooks = [{ url: HOOK, triggers: TRIGGERS }];
  const { json } = await attendee(
    room,
    'POST',
    '/api/v1/bots',
    botRequest(undefined, undefined, { webhooks, ...more }),
  );
  return json.id;
}

const heard = (transcript: string, duration_ms: number) => ({
  speaker_name: 'Bo',
  timestamp_ms: BEGAN,
  duration_ms,
  transcription: { transcript },
});
const TEN = 'one two three four five six seven eight nine ten';

/** What was sent from the utterance on: of each webhook, when it came after the beginning, and what of. */
const tale = async (room: Greenroom, bot: string) =>
  (await sent(room, bot))
    .filter(({ at }) => at >= BEGAN)
    .map(({ at, data }) => [at - BEGAN, data.transcription?.transcript ?? data.event_type]);

describe('A bot hears an utterance', () => {
  test('when it is over, with the time at which it began', async ({ room }) => {
    const recording_settings = { record_participant_speech_start_stop_events: true };
    const bot = await sendBot(room, story(), { recording_settings });
    await room.clock.advance({ to: '2026-01-01T09:01:09.999Z' });
    expect(await wordsOf(room, bot)).toEqual([]);
    await room.clock.advance({ by: '1ms' });
    expect(await wordsOf(room, bot)).toMatchObject([heard(TEN, 10_000)]);
    expect(await tale(room, bot)).toEqual([
      [0, 'speech_start'],
      [10_000, 'speech_stop'],
      [10_000, TEN],
    ]);
  });

  test('as far as it was said when the bot is asked to leave, just before it is out', async ({ room }) => {
    const bot = await sendBot(room, story());
    await room.clock.advance({ to: '2026-01-01T09:01:04.500Z' });
    await attendee(room, 'POST', `/api/v1/bots/${bot}/leave`);
    expect(await wordsOf(room, bot)).toEqual([]);
    await room.clock.until('idle');
    expect((await tale(room, bot)).slice(0, 3)).toEqual([
      [4500, 'leave_requested'],
      [5500, 'one two three four five'],
      [5500, 'left_meeting'],
    ]);
    expect(await wordsOf(room, bot)).toMatchObject([heard('one two three four five', 5000)]);
  });

  test('as far as it was said when the meeting ends, or the bot is thrown out', async ({ room }) => {
    const bot = await sendBot(room, story({ ends: { at: '67s' } }));
    await room.clock.until('idle');
    expect((await tale(room, bot)).slice(0, 2)).toEqual([
      [7000, 'one two three four five six seven'],
      [7000, 'meeting_ended'],
    ]);
    await control(room, 'POST', '/reset', {});
    const removed = await sendBot(room, story({ removed: { at: '62s', by: 'host' } }));
    await room.clock.until('idle');
    expect((await tale(room, removed)).slice(0, 2)).toEqual([
      [2000, 'one two'],
      [2000, 'meeting_ended'],
    ]);
  });

  test('as far as it was said when its speaker goes, or nobody may record it any more', async ({ room }) => {
    const bot = await sendBot(room, story({ guest: { leaves: { at: '63s' } } }));
    await room.clock.advance({ by: '2m' });
    expect(await tale(room, bot)).toEqual([[3000, 'one two three']]);
    await control(room, 'POST', '/reset', {});
    const withdrawn = { withdrawn: { at: '64s' }, restored: { at: '66s' } };
    const forbidden = await sendBot(room, story({ recording: withdrawn }));
    await room.clock.advance({ by: '2m' });
    expect(await tale(room, forbidden)).toEqual([
      [4000, 'one two three four'],
      [4000, 'recording_permission_denied'],
      [6000, 'recording_permission_granted'],
    ]);
  });

  test('not at all when it crashes in the middle, nor when not a word was over', async ({ room }) => {
    const bot = await sendBot(room, story({ crash: { at: '65s', how: 'dies' } }));
    await room.clock.until('idle');
    expect(await tale(room, bot)).toEqual([[5000, 'fatal_error']]);
    await control(room, 'POST', '/reset', {});
    const early = await sendBot(room, story({ ends: { at: '60900ms' } }));
    await room.clock.until('idle');
    expect((await tale(room, early)).map(([, what]) => what)).toEqual(['meeting_ended', 'post_processing_completed']);
  });

  test('at its end alone where the platform holds captions back', async ({ room }) => {
    const bot = await sendBot(room, story({ captions: 'held_back' }));
    await room.clock.advance({ to: '2026-01-01T09:03:59Z' });
    expect([await tale(room, bot), await wordsOf(room, bot)]).toEqual([[], []]);
    await room.clock.until('idle');
    expect((await tale(room, bot)).slice(0, 2)).toEqual([
      [180_000, TEN],
      [180_000, 'meeting_ended'],
    ]);
    expect(await wordsOf(room, bot)).toMatchObject([heard(TEN, 10_000)]);
    await control(room, 'POST', '/reset', {});
    const zoom = { meeting_url: ZOOM_URL, transcription_settings: { deepgram: {} } };
    const listens = await sendBot(room, story({ captions: 'held_back' }), zoom);
    await room.clock.advance({ by: '2m' });
    expect(await tale(room, listens)).toEqual([[10_000, TEN]]);
  });

  test('the audio of which is as long as what was said', async ({ room }) => {
    const recording_settings = { record_async_transcription_audio_chunks: true };
    const bot = await sendBot(room, story({ ends: { at: '65s' } }), { recording_settings });
    await room.clock.until('idle');
    const path = `/api/v1/bots/${bot}/transcript`;
    const { json } = await attendee(room, 'POST', path, { transcription_settings: { deepgram: {} } });
    await room.clock.until('idle');
    const made = await attendee(room, 'GET', `${path}?async_transcription_id=${json.id}`);
    expect(made.json).toMatchObject([heard('one two three four five', 5000)]);
  });
});

describe('The transcript of an agent', () => {
  /** The sentences of an agent's transcript, in seconds from its beginning. */
  async function sentences(room: Greenroom, scenario: object) {
    await control(room, 'PUT', '/scenarios/counting', scenario);
    await control(room, 'PATCH', '/workspaces/default', { scenario: 'counting' });
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(HOOK, { join_time: JOIN, scheduling_key: 'k' }));
    await room.clock.until('idle');
    const { deliveries } = await room.deliveries.list({ type: 'meeting_agent_complete' });
    const { resources } = JSON.parse(deliveries[0]!.attempts[0]!.request.body).meeting_agent;
    const { url } = resources.find(({ category }: { category: string }) => category === 'transcript');
    const { json } = await call('GET', url, undefined, { authorization: `Bearer ${room.cronofy.client_secret}` });
    const { paragraphs } = json.transcript as { paragraphs: { sentences: object[] }[] };
    return paragraphs.flatMap((paragraph) => paragraph.sentences);
  }

  test('has of an utterance what was said before the agent was out', async ({ room }) => {
    expect(await sentences(room, story({ leaves: { at: '63s', because: 'alone' } }))).toEqual([
      { text: 'one two three', start: 55, end: 58 },
    ]);
    await control(room, 'POST', '/reset', {});
    expect(await sentences(room, story({ ends: { at: '66s' } }))).toEqual([
      { text: 'one two three four five six', start: 55, end: 61 },
    ]);
  });

  test('tells who began first before whoever was done first', async ({ room }) => {
    const speech = [
      { at: '1m', by: 'host', says: 'A long one.', lasts: '20s' },
      { at: '65s', by: 'guest', says: 'Short.', lasts: '1s' },
    ];
    const told = (await sentences(room, story({ speech }))) as { text: string }[];
    expect(told.map(({ text }) => text)).toEqual(['A long one.', 'Short.']);
  });
});
