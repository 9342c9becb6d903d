import { afterAll, expect, test as base } from 'vitest';
import { matchers, roomFixtures, type RoomFixtures } from '../../src/vitest.js';
import { attendee, botRequest } from '../support/room.js';
import { startReceiver } from '../support/receiver.js';
import { SERVER_TOKEN, startService } from '../support/service.js';

expect.extend(matchers);

const service = await startService();
afterAll(() => service.stop());
const test = base.extend<RoomFixtures>(roomFixtures({ url: service.url, token: SERVER_TOKEN }));

test('A test that was written for a greenroom on this machine runs against a service', async ({ room }) => {
  const receiver = await startReceiver();
  const bot = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url))).json;
  await room.clock.advance({ until: { subject: bot.id, state: 'ended' } });
  await expect(room.subject(bot)).toHaveReached('ended');
  await expect(room).toHaveDelivered({
    type: 'bot.state_change',
    subject: bot.id,
    state: 'ended',
    status: 'delivered',
  });
  expect(receiver.arrivals.length).toBeGreaterThan(3);
  expect(await service.ids()).toHaveLength(2);
  await receiver.close();
});

test('Its workspace is gone, and the next one has its own', async ({ room }) => {
  expect(await service.ids()).toEqual(['default', room.id]);
});
