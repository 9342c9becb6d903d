import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, control, MEET_URL, TEAMS_URL, test, ZOOM_URL } from '../support/room.js';

const ZOOM_WEB = { meeting_url: ZOOM_URL, zoom_settings: { sdk: 'web' } };

/** Platform, what a bot for it is made with, how many seconds before join_at it joins. */
const PLATFORMS = [
  ['Google Meet', { meeting_url: MEET_URL }, 5],
  ['Teams', { meeting_url: TEAMS_URL }, 10],
  ['Zoom', { meeting_url: ZOOM_URL }, 0],
] as const;

interface BotEvent {
  readonly type: string;
  readonly sub_type?: string;
  readonly created_at: string;
}

interface BotView {
  readonly id: string;
  readonly state: string;
  readonly join_at: string | null;
  readonly events: readonly BotEvent[];
}

async function create(room: Greenroom, body: object): Promise<BotView> {
  const { status, json, text } = await attendee(room, 'POST', '/api/v1/bots', body);
  if (status !== 201) throw new Error(text);
  return json as BotView;
}

const view = async (room: Greenroom, { id }: BotView): Promise<BotView> =>
  (await attendee(room, 'GET', `/api/v1/bots/${id}`)).json as BotView;

async function set(room: Greenroom, settings: object): Promise<void> {
  const { status, text } = await control(room, 'PATCH', '/workspaces/default', settings);
  if (status !== 200) throw new Error(text);
}

const at = (text: string): number => Date.parse(text);
const eventOf = (bot: BotView, type: string): BotEvent => {
  const event = bot.events.find((candidate) => candidate.type === type);
  if (!event) throw new Error(`No ${type} in ${JSON.stringify(bot.events)}`);
  return event;
};
/** Seconds from one event of a bot to another. */
const between = (bot: BotView, from: string, to: string): number =>
  (at(eventOf(bot, to).created_at) - at(eventOf(bot, from).created_at)) / 1000;

describe('The scheduler, by the clock alone', () => {
  test.for([
    ['on a whole minute', '2026-01-01T10:00:00Z', '2026-01-01T09:55:00Z'],
    ['between minutes', '2026-01-01T10:00:30Z', '2026-01-01T09:56:00Z'],
    ['closer than five minutes', '2026-01-01T09:03:00Z', '2026-01-01T09:01:00Z'],
  ] as const)('a bot %s is staged at the first whole minute from T-5:00', async ([, join_at, staged], { room }) => {
    const bot = await create(room, botRequest(join_at));
    await room.clock.until({ subject: bot.id, state: 'staged' });
    expect(eventOf(await view(room, bot), 'staged').created_at).toBe(staged);
  });

  test.for([...PLATFORMS, ['Zoom web', ZOOM_WEB, 5] as const])(
    '%s: a staged bot begins to join so many seconds before its time',
    async ([, more, lead], { room }) => {
      const bot = await create(room, botRequest('2026-01-01T10:00:00Z', undefined, more));
      await room.clock.until({ subject: bot.id, state: 'joining' });
      const joined = at(eventOf(await view(room, bot), 'join_requested').created_at);
      expect(at('2026-01-01T10:00:00Z') - joined).toBe(lead * 1000);
    },
  );

  test('PATCH and DELETE succeed at T-5:01 and are refused once the bot is staged', async ({ room }) => {
    const bots = [];
    for (let i = 0; i < 4; i++) bots.push(await create(room, botRequest('2026-01-01T10:00:00Z')));
    const [patched, deleted, late, kept] = bots as [BotView, BotView, BotView, BotView];
    await room.clock.advance({ to: '2026-01-01T09:54:59Z' });
    const patch = (bot: BotView) =>
      attendee(room, 'PATCH', `/api/v1/bots/${bot.id}`, { join_at: '2026-01-01T11:00:00Z' });
    const remove = (bot: BotView) => attendee(room, 'DELETE', `/api/v1/bots/${bot.id}`);
    expect([(await patch(patched)).status, (await remove(deleted)).status]).toEqual([200, 200]);
    await room.clock.advance({ by: '1s' });
    const refusals = [await patch(late), await remove(kept)];
    expect(refusals.map(({ status }) => status)).toEqual([400, 400]);
    expect(refusals[1]!.json).toEqual({
      error: 'Bot is in state staged but can only be deleted when in scheduled state',
    });
  });

  test('a join_at that is patched between poll and launch leaves the bot scheduled', async ({ room }) => {
    await set(room, { attendee: { launch_delay: '2s' } });
    const bot = await create(room, botRequest('2026-01-01T10:00:00Z'));
    await room.clock.advance({ to: '2026-01-01T09:55:01Z' });
    expect((await view(room, bot)).state).toBe('scheduled');
    await attendee(room, 'PATCH', `/api/v1/bots/${bot.id}`, { join_at: '2026-01-01T10:30:00Z' });
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    expect(await view(room, bot)).toMatchObject({ state: 'scheduled', events: [] });
    await room.clock.until({ subject: bot.id, state: 'staged' });
    expect(eventOf(await view(room, bot), 'staged').created_at).toBe('2026-01-01T10:25:02Z');
  });

  test('a bot that is late by more than five minutes is never launched and has failed after an hour', async ({
    room,
  }) => {
    await set(room, { attendee: { scheduler_poll: '30m' } });
    const bot = await create(room, botRequest('2026-01-01T09:40:00Z'));
    await room.clock.advance({ to: '2026-01-01T10:40:00Z' });
    expect((await view(room, bot)).state).toBe('scheduled');
    await room.clock.until('idle');
    const { state, events } = await view(room, bot);
    expect(state).toBe('fatal_error');
    expect(events).toEqual([{ type: 'fatal_error', sub_type: 'bot_not_launched', created_at: '2026-01-01T10:41:00Z' }]);
  });

  test('a bot of a project without credits fails at its launch', async ({ room }) => {
    const bot = await create(room, botRequest('2026-01-01T10:00:00Z'));
    await room.backstage({ kind: 'project', credits: -2 });
    await room.clock.until('idle');
    expect((await view(room, bot)).events).toEqual([
      { type: 'fatal_error', sub_type: 'out_of_credits', created_at: '2026-01-01T09:55:00Z' },
    ]);
  });
});

/** A timer: its setting, its story, the event it counts from and the one that it ends in. */
const TIMERS = [
  ['waiting_room_timeout_seconds', 'lobby-never-opened', 'waiting_room_timeout_exceeded'],
  ['wait_for_host_to_start_meeting_timeout_seconds', 'host-never-comes', 'meeting_not_started_waiting_for_host'],
  ['max_uptime_seconds', 'nobody-speaks', 'auto_leave_max_uptime_exceeded'],
] as const;

describe.each(PLATFORMS)('The timers of automatic_leave_settings on %s', (_name, platform) => {
  const request = (join_at: string | undefined, more: object = {}) =>
    botRequest(join_at, undefined, { ...platform, ...more });

  describe.each([['ad hoc', undefined] as const, ['scheduled', '2026-01-01T10:00:00Z'] as const])(
    'for a bot made %s',
    (_kind, join_at) => {
      test.for(TIMERS)('%s', async ([setting, scenario, reason], { room }) => {
        await set(room, { scenario });
        const bot = await create(room, request(join_at, { automatic_leave_settings: { [setting]: 77 } }));
        await room.clock.until('idle');
        const over = await view(room, bot);
        const last = over.events.find(({ sub_type }) => sub_type === reason)!;
        const from = setting === 'max_uptime_seconds' ? 'joined_meeting' : 'join_requested';
        // The lobby is reached one second after the bot begins to join.
        expect(between(over, from, last.type)).toBe(setting === 'max_uptime_seconds' ? 77 : 78);
        expect(over.state).toBe(last.type === 'leave_requested' ? 'ended' : 'fatal_error');
      });

      test('silence counts once it is activated', async ({ room }) => {
        await set(room, { scenario: 'nobody-speaks' });
        const automatic_leave_settings = { silence_timeout_seconds: 30, silence_activate_after_seconds: 200 };
        const bot = await create(room, request(join_at, { automatic_leave_settings }));
        await room.clock.until('idle');
        const over = await view(room, bot);
        expect(eventOf(over, 'leave_requested').sub_type).toBe('auto_leave_silence');
        expect(between(over, 'joined_meeting', 'leave_requested')).toBe(230);
        expect(over.state).toBe('ended');
      });

      test('the only participant leaves', async ({ room }) => {
        await set(room, { scenario: 'everybody-leaves' });
        const automatic_leave_settings = { only_participant_in_meeting_timeout_seconds: 45 };
        const bot = await create(room, request(join_at, { automatic_leave_settings }));
        await room.clock.until('idle');
        const over = await view(room, bot);
        expect(eventOf(over, 'leave_requested').sub_type).toBe('auto_leave_only_participant_in_meeting');
        // Everybody has gone ten minutes after the meeting's start, which is the bot's joining.
        expect(between(over, 'join_requested', 'leave_requested')).toBe(645);
      });
    },
  );
});

describe('The other timers', () => {
  test('the defaults are those of the reference', async ({ room }) => {
    const seconds = async (scenario: string, from: string, to: string): Promise<number> => {
      await set(room, { scenario });
      const meeting_url = `https://meet.google.com/${scenario}`;
      const bot = await create(room, botRequest(undefined, undefined, { meeting_url }));
      await room.clock.until('idle');
      return between(await view(room, bot), from, to);
    };
    expect(await seconds('lobby-never-opened', 'join_requested', 'could_not_join_meeting')).toBe(901);
    expect(await seconds('host-never-comes', 'join_requested', 'could_not_join_meeting')).toBe(601);
    expect(await seconds('nobody-speaks', 'joined_meeting', 'leave_requested')).toBe(1800);
    expect(await seconds('everybody-leaves', 'join_requested', 'leave_requested')).toBe(660);
  });

  test.for(
    [...PLATFORMS.filter(([name]) => name !== 'Zoom'), ['Zoom web', ZOOM_WEB, 5] as const].flatMap(
      ([name, platform]) => [
        [name, 'ad hoc', platform, undefined] as const,
        [name, 'scheduled', platform, '2026-01-01T10:00:00Z'] as const,
      ],
    ),
  )(
    '%s, %s: a bot that cannot turn on captions leaves, if it was told to',
    async ([, , platform, join_at], { room }) => {
      await set(room, { scenario: 'captions-unavailable' });
      const automatic_leave_settings = { enable_closed_captions_timeout_seconds: 20 };
      const bot = await create(room, botRequest(join_at, undefined, { ...platform, automatic_leave_settings }));
      await room.clock.until('idle');
      const over = await view(room, bot);
      expect(eventOf(over, 'leave_requested').sub_type).toBe('auto_leave_could_not_enable_closed_captions');
      expect(between(over, 'recording_permission_granted', 'leave_requested')).toBe(20);
    },
  );

  // Only Zoom knows of somebody on whose behalf a bot comes.
  test.for([
    ['ad hoc', undefined],
    ['scheduled', '2026-01-01T10:00:00Z'],
  ] as const)('%s: a bot on behalf of somebody who does not come gives up', async ([, join_at], { room }) => {
    await set(room, { scenario: 'host-never-comes' });
    const bot = await create(
      room,
      botRequest(join_at, undefined, {
        meeting_url: ZOOM_URL,
        zoom_settings: { onbehalf_token: { zoom_oauth_connection_user_id: 'zu1' } },
        automatic_leave_settings: { authorized_user_not_in_meeting_timeout_seconds: 90 },
      }),
    );
    await room.clock.until('idle');
    expect(eventOf(await view(room, bot), 'could_not_join_meeting').sub_type).toBe(
      'authorized_user_not_in_meeting_timeout_exceeded',
    );
  });

  test('a participant whose name holds a keyword is no company', async ({ room }) => {
    await set(room, { scenario: 'everybody-leaves' });
    const automatic_leave_settings = { bot_keywords: ['NOTETAKER'] };
    const bot = await create(room, botRequest(undefined, undefined, { automatic_leave_settings }));
    await room.clock.until('idle');
    expect(between(await view(room, bot), 'join_requested', 'leave_requested')).toBe(8 * 60 + 60);
  });

  test('a played meeting has participants, events, a transcript and a recording', async ({ room }) => {
    const bot = await create(
      room,
      botRequest(undefined, undefined, { recording_settings: { record_participant_speech_start_stop_events: true } }),
    );
    await room.clock.until('idle');
    const read = async (what: string) => (await attendee(room, 'GET', `/api/v1/bots/${bot.id}/${what}`)).json;
    expect((await read('participants')).results).toHaveLength(2);
    const first = await read('participant_events');
    const { search } = new URL(first.next as string);
    const events: { event_type: string }[] = [...first.results, ...(await read(`participant_events${search}`)).results];
    expect(new Set(events.map(({ event_type }) => event_type))).toEqual(
      new Set(['join', 'leave', 'speech_start', 'speech_stop']),
    );
    expect(await read('transcript')).toHaveLength(12);
    expect(await read('recording')).toMatchObject({ url: expect.stringContaining('http') });
    expect(await view(room, bot)).toMatchObject({
      state: 'ended',
      recording_state: 'complete',
      transcription_state: 'complete',
    });
  });
});
