import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, MEET_URL, test } from '../support/room.js';

const HOOK = 'https://hooks.example.com/company';
const TRIGGERS = ['participant_events.join_leave', 'chat_messages.update', 'transcript.update', 'bot.state_change'];
const START = Date.parse('2026-01-01T09:00:00Z');

/** A meeting of an hour in which nobody says a word, and whose host goes when `leaves` says so. */
const quiet = (more: object = {}, leaves?: string) => ({
  description: 'Nobody speaks.',
  participants: [{ id: 'host', name: 'Ada', host: true, ...(leaves === undefined ? {} : { leaves: { at: leaves } }) }],
  ends: { at: '1h' },
  ...more,
});

async function play(room: Greenroom, scenario: object): Promise<void> {
  expect((await control(room, 'PUT', '/scenarios/quiet', scenario)).status).toBe(201);
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'quiet' });
}

async function send(room: Greenroom, bot_name: string, more: object = {}): Promise<string> {
  const webhooks = [{ url: HOOK, triggers: TRIGGERS }];
  const body = botRequest(undefined, undefined, { bot_name, webhooks, ...more });
  const { status, json } = await attendee(room, 'POST', '/api/v1/bots', body);
  expect(status).toBe(201);
  return json.id;
}

/** What a bot has told its subscribers of others: seconds from the start, who, and what. */
async function seen(room: Greenroom, subject: string): Promise<unknown[]> {
  const { deliveries } = await room.deliveries.list({ subject });
  return deliveries.flatMap(({ type, created_at, attempts }) => {
    const { data } = JSON.parse(attempts[0]!.request.body);
    const at = (Date.parse(created_at) - START) / 1000;
    if (type === 'participant_events.join_leave') return [[at, data.participant_name, data.event_type]];
    if (type === 'chat_messages.update') return [[at, data.sender_name, data.to, data.text]];
    if (type === 'transcript.update') return [[at, data.speaker_name, data.transcription.transcript]];
    return [];
  });
}

/** Why a bot left, and how many seconds after the start; nothing if it stayed until the meeting was over. */
async function leaving(room: Greenroom, bot: string) {
  const { events } = (await attendee(room, 'GET', `/api/v1/bots/${bot}`)).json as {
    events: { type: string; sub_type?: string; created_at: string }[];
  };
  const left = events.find(({ type }) => type === 'leave_requested');
  return left && [left.sub_type, (Date.parse(left.created_at) - START) / 1000];
}

describe('Two bots of an app in one meeting', () => {
  test('are participants to each other: they see each other come and go', async ({ room }) => {
    await play(room, quiet());
    const first = await send(room, 'Notes');
    await room.clock.advance({ by: '1m' });
    const second = await send(room, 'Coach');
    await room.clock.advance({ by: '1m' });
    expect(await seen(room, first)).toEqual([
      [5, 'Ada', 'join'],
      [64, 'Coach', 'join'],
    ]);
    expect(await seen(room, second)).toEqual([
      [65, 'Notes', 'join'],
      [65, 'Ada', 'join'],
    ]);
    const { json } = await attendee(room, 'GET', `/api/v1/bots/${second}/participants`);
    expect(json.results.map(({ name, is_host }: Record<string, unknown>) => [name, is_host])).toEqual([
      ['Notes', false],
      ['Ada', true],
    ]);
    await attendee(room, 'POST', `/api/v1/bots/${second}/leave`);
    await room.clock.until('idle');
    expect((await seen(room, first)).slice(2)).toEqual([[121, 'Coach', 'leave']]);
    expect((await seen(room, second)).slice(2)).toEqual([]);
  });

  test('do not see each other go when the meeting is over for all, and see one go that breaks', async ({ room }) => {
    await play(
      room,
      quiet({ agents: [{}, { crash: { at: '5m', how: 'dies' } }, { crash: { at: '6m', how: 'vanishes' } }] }),
    );
    const first = await send(room, 'Notes');
    await send(room, 'Breaks');
    await send(room, 'Vanishes');
    await send(room, 'Stays');
    await room.clock.until('idle', { within: '60d' });
    const gone = (await seen(room, first)).filter((line) => (line as unknown[])[2] === 'leave');
    expect(gone).toEqual([
      [300, 'Breaks', 'leave'],
      [360, 'Vanishes', 'leave'],
    ]);
  });

  test('keep each other company when everybody else has left', async ({ room }) => {
    await play(room, quiet({}, '5m'));
    const automatic_leave_settings = { silence_timeout_seconds: 3000 };
    const bots = [
      await send(room, 'Notes', { automatic_leave_settings }),
      await send(room, 'Coach', { automatic_leave_settings }),
    ];
    await room.clock.until('idle');
    expect([await leaving(room, bots[0]!), await leaving(room, bots[1]!)]).toEqual([undefined, undefined]);
  });

  test('are no company for one whose bot_keywords match the name of the other', async ({ room }) => {
    await play(room, quiet({}, '5m'));
    const settings = (bot_keywords: string[]) => ({ automatic_leave_settings: { bot_keywords } });
    const first = await send(room, 'My notes', settings(['sales COACH']));
    const second = await send(room, 'The Sales-Coach 2', settings(['note', 'coach sales']));
    await room.clock.until('idle');
    expect(await leaving(room, first)).toEqual(['auto_leave_only_participant_in_meeting', 360]);
    // Left with nobody, for the first has gone a second after it wanted to.
    expect(await leaving(room, second)).toEqual(['auto_leave_only_participant_in_meeting', 421]);
  });

  test('wait for people for ever while nobody but bots was ever there', async ({ room }) => {
    await play(room, { description: 'Nobody comes.', ends: { at: '20m' } });
    const first = await send(room, 'Notes', { automatic_leave_settings: { bot_keywords: ['coach'] } });
    const second = await send(room, 'Coach');
    await room.clock.advance({ by: '1m' });
    await attendee(room, 'POST', `/api/v1/bots/${second}/leave`);
    await room.clock.until('idle');
    expect(await leaving(room, first)).toBeUndefined();
  });

  test('hear what the other says, so that it is not silent', async ({ room }) => {
    await play(room, quiet());
    const [first, second] = [await send(room, 'Notes'), await send(room, 'Coach')];
    await room.clock.advance({ to: '2026-01-01T09:25:00Z' });
    const audio = { type: 'audio/mp3', data: Buffer.from('sound').toString('base64') };
    expect((await attendee(room, 'POST', `/api/v1/bots/${second}/output_audio`, audio)).status).toBe(200);
    await room.clock.until('idle');
    // 1200 s to the activation and 600 s of silence, from joining; or 600 s from the last sound.
    expect(await leaving(room, second)).toEqual(['auto_leave_silence', 1804]);
    expect(await leaving(room, first)).toEqual(['auto_leave_silence', 1500 + 4 + 600]);
    expect((await seen(room, first)).slice(2)).toEqual([
      [1504, 'Coach', '(audio)'],
      [1805, 'Coach', 'leave'],
    ]);
  });

  test('hear the words of speech, as far as they were said', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { attendee: { google_tts_credentials: true } });
    await play(room, quiet());
    const [first, second] = [await send(room, 'Notes'), await send(room, 'Coach')];
    await room.clock.advance({ by: '1m' });
    const speech = {
      text: 'one two three four',
      text_to_speech_settings: { google: { voice_language_code: 'en-US', voice_name: 'x' } },
    };
    expect((await attendee(room, 'POST', `/api/v1/bots/${second}/speech`, speech)).status).toBe(200);
    await room.clock.advance({ by: '1s' });
    await attendee(room, 'POST', `/api/v1/bots/${second}/leave`);
    await room.clock.advance({ by: '1m' });
    expect((await seen(room, first)).slice(2)).toEqual([
      [62, 'Coach', 'one two'],
      [62, 'Coach', 'leave'],
    ]);
  });

  test('see what the other writes, to everyone or to it alone, and what it wrote when it came', async ({ room }) => {
    await play(room, quiet());
    const first = await send(room, 'Notes');
    await room.clock.advance({ by: '10s' });
    const second = await send(room, 'Coach', { bot_chat_message: { message: 'Hello' } });
    const third = await send(room, 'Clerk');
    await room.clock.advance({ by: '1m' });
    const { json } = await attendee(room, 'GET', `/api/v1/bots/${second}/participants`);
    const notes = json.results.find(({ name }: { name: string }) => name === 'Notes');
    const write = (body: object) => attendee(room, 'POST', `/api/v1/bots/${second}/send_chat_message`, body);
    await write({ message: 'To all' });
    await write({ message: 'To you', to: 'specific_user', to_user_uuid: notes.uuid });
    const chat = async (bot: string) => (await seen(room, bot)).filter((line) => (line as unknown[]).length === 4);
    expect(await chat(first)).toEqual([
      [14, 'Coach', 'everyone', 'Hello'],
      [70, 'Coach', 'everyone', 'To all'],
      [70, 'Coach', 'only_bot', 'To you'],
    ]);
    expect(await chat(third)).toEqual([[70, 'Coach', 'everyone', 'To all']]);
    expect(await chat(second)).toEqual([]);
  });

  test('in meetings at two places know nothing of each other', async ({ room }) => {
    await play(room, quiet());
    const first = await send(room, 'Notes');
    await send(room, 'Coach', { meeting_url: `${MEET_URL.slice(0, -1)}k` });
    await room.clock.advance({ by: '1m' });
    expect(await seen(room, first)).toEqual([[5, 'Ada', 'join']]);
  });
});

test('A bot and an agent of another vendor in one meeting hear and see each other', async ({ room }) => {
  await control(room, 'PATCH', '/workspaces/default', { attendee: { google_tts_credentials: true } });
  await play(room, quiet({ ends: { at: '10m' } }));
  const agent = agentRequest(HOOK, { join_url: MEET_URL, display_name: 'Minutes' });
  expect((await cronofy(room, 'POST', '/v1/meeting_agents', agent)).status).toBe(200);
  const bot = await send(room, 'Coach');
  await room.clock.until({ webhook: { type: 'meeting_agent_activated' } });
  await room.clock.advance({ by: '4m' });
  const speech = {
    text: 'Welcome.',
    text_to_speech_settings: { google: { voice_language_code: 'en-US', voice_name: 'x' } },
  };
  await attendee(room, 'POST', `/api/v1/bots/${bot}/speech`, speech);
  await room.clock.until('idle');
  expect((await seen(room, bot)).map((line) => (line as unknown[]).slice(1))).toContainEqual(['Minutes', 'join']);
  const { deliveries } = await room.deliveries.list({ type: 'meeting_agent_complete' });
  const { resources } = JSON.parse(deliveries[0]!.attempts[0]!.request.body).meeting_agent;
  const { url } = resources.find(({ category }: { category: string }) => category === 'transcript');
  const { json } = await call('GET', url, undefined, { authorization: `Bearer ${room.cronofy.client_secret}` });
  expect(json.transcript.paragraphs[0].sentences).toMatchObject([{ text: 'Welcome.' }]);
});
