import { describe, expect } from 'vitest';
import { agentRequest, attendee, botRequest, call, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

const HOOK = 'https://hooks.example.com/in';

const notesOf = async (room: Greenroom, topic: string): Promise<string[]> =>
  (await room.timeline({ kind: 'note' })).entries.filter((note) => note.topic === topic).map(({ text }) => text);

const subscribed = (triggers: readonly string[], more: object = {}) =>
  botRequest('2026-01-01T10:00:00Z', undefined, { webhooks: [{ url: HOOK, triggers }], ...more });

describe('What has no effect is said once:', () => {
  test('triggers of a bot that only the project hears of', async ({ room }) => {
    for (const _ of [1, 2])
      await attendee(room, 'POST', '/api/v1/bots', subscribed(['bot.state_change', 'calendar.events_update']));
    expect(await notesOf(room, 'subscription')).toEqual([
      'The webhooks of a bot never get calendar.events_update: only those of the project do.',
    ]);
  });

  test('a trigger for speech, of a bot that does not record who speaks', async ({ room }) => {
    const trigger = ['participant_events.speech_start_stop'];
    const recorded = { recording_settings: { record_participant_speech_start_stop_events: true } };
    await attendee(room, 'POST', '/api/v1/bots', subscribed(trigger, recorded));
    expect(await notesOf(room, 'subscription')).toEqual([]);
    for (const _ of [1, 2]) await attendee(room, 'POST', '/api/v1/bots', subscribed(trigger));
    expect(await notesOf(room, 'subscription')).toEqual([
      expect.stringContaining('recording_settings have record_participant_speech_start_stop_events: true'),
    ]);
  });

  test('a word of a scenario that the vendor of the agent cannot render', async ({ room }) => {
    const authorization = `Bearer ${room.cronofy.client_secret}`;
    for (const scenario of ['happy-path', 'chat', 'chat'])
      await call('POST', `${room.url}/v1/meeting_agents`, agentRequest(), {
        authorization,
        'greenroom-scenario': scenario,
      });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { bot_name: 'mock:chat' }));
    const notes = (await notesOf(room, 'casting')).filter((note) => note.includes('does not tell'));
    expect(notes).toEqual(['Of the story chat, Cronofy does not tell /chat (no resource holds the chat)']);
  });
});
