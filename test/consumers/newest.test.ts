// A user's test on the newest Node with the newest Vitest: it must type-check with nothing left out, and pass.
import { matchers, roomFixtures, type RoomFixtures } from 'greenroom/vitest';
import { expect, test as base } from 'vitest';

expect.extend(matchers);
const test = base.extend<RoomFixtures>(roomFixtures({ seed: 7 }));

test('a whole life', async ({ room }) => {
  const response = await fetch(`${room.attendee.base_url}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      bot_name: 'Notes',
      webhooks: [{ url: 'https://myapp.example/hooks', triggers: ['bot.state_change'] }],
    }),
  });
  const bot = (await response.json()) as { id: string };

  await room.clock.until({ subject: bot.id, state: 'ended' });

  await expect(bot).toHaveReached('joined_recording');
  await expect(room.subject(bot)).not.toHaveReached('fatal_error');
  await expect(room).toHaveDelivered({ type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
  await expect(room).toHaveNoViolations();
});

/** Never called. */
export async function misspelt(room: RoomFixtures['room']): Promise<void> {
  // @ts-expect-error -- no such state
  await expect(room.subject('bot_x')).toHaveReached('endet');
}
