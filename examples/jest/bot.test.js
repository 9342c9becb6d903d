import { afterEach, expect, jest, test } from '@jest/globals';
import { matchers, withRoom } from 'greenroom/jest';

expect.extend(matchers);
afterEach(() => jest.useRealTimers());

/** What an app does: it schedules a bot, and wants to hear of it. */
async function schedule({ url, attendee }) {
  const response = await fetch(`${url}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      bot_name: 'Notes',
      join_at: '2026-01-01T09:30:00Z',
      webhooks: [{ url: 'https://myapp.example/hooks', triggers: ['bot.state_change'] }],
    }),
  });
  return response.json();
}

test(
  'a bot lives its whole life',
  withRoom(async (room) => {
    const bot = await schedule(room);
    await room.clock.until({ subject: bot.id, state: 'ended' });
    await expect(bot).toHaveReached('joined_recording');
    await expect(room).toHaveDelivered({ type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
    await expect(room).toHaveNoViolations();
  }),
);

test(
  'nobody lets it in',
  withRoom(
    async (room) => {
      const bot = await schedule(room);
      await room.clock.advance({ by: '3h' });
      await expect(bot).not.toHaveReached('joined_recording');
    },
    { scenario: 'lobby-never-opened' },
  ),
);

test(
  'the timers of the app move with the meeting',
  withRoom(async (room) => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    const led = await room.clock.lockstep();
    const reminders = [];
    setTimeout(() => reminders.push(new Date().toISOString()), 45 * 60_000);
    await room.clock.advance({ by: '1h' });
    led.release();
    expect(reminders).toEqual(['2026-01-01T09:45:00.000Z']);
  }),
);
