import { expect, test as base } from 'vitest';
import { matchers, roomFixtures, type RoomFixtures } from '../../src/vitest.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { attendee, botRequest } from '../support/room.js';

// Run by scripts/check-workers.mjs: eight times at once, in eight workers, against one server.

const LIVES = 25;

expect.extend(matchers);
const test = base.extend<RoomFixtures & { readonly receiver: Receiver }>({
  ...roomFixtures({ url: process.env['GREENROOM_URL']! }),
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },
});

for (let life = 1; life <= LIVES; life++) {
  test(`bot ${life} lives its life and nobody else's`, async ({ room, receiver }) => {
    const name = `Notes ${process.pid} ${life}`;
    const request = botRequest('2026-01-01T09:30:00Z', `${receiver.url}/hooks`, { bot_name: name });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', request);
    await room.clock.until({ subject: bot.id, state: 'ended' });
    await expect(bot).toHaveReached('ended');
    await expect(room).toHaveDelivered({ type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
    await expect(room).toHaveNoViolations();
    const { count } = await room.requests.verify({ match: { operation: 'createBot' } });
    const { deliveries } = await room.deliveries.list();
    expect([count, deliveries.length]).toEqual([1, receiver.arrivals.length]);
  });
}
