import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectGreenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';
import { startReceiver } from '../support/receiver.js';
import { SERVER_TOKEN, startService } from '../support/service.js';
import { startWire } from '../support/wire.js';

const RUNS = Math.ceil(Number(process.env['GREENROOM_RUNS'] ?? 100) / 250);

test('However a line is cut, the app gets each webhook as often as the vendor sends it', async () => {
  const service = await startService();
  const receiver = await startReceiver();
  const cuts = fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 20, maxLength: 20 });
  const answers = fc.array(fc.constantFrom(200, 200, 500), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, answers, async (cuts, answers) => {
      const next = cuts[Symbol.iterator]();
      let isOpen = false;
      using wire = await startWire(service.port, () => (isOpen ? next.next().value : undefined));
      const far = await connectGreenroom(service.url, { token: SERVER_TOKEN });
      await using made = await far.workspace();
      const room = await connectGreenroom(service.url, { token: SERVER_TOKEN, workspace: made.id });
      const behind = await connectGreenroom(wire.url, { token: SERVER_TOKEN, workspace: made.id });
      const listener = await behind.listen();
      isOpen = true;
      const before = receiver.arrivals.length;
      receiver.answerWith(...answers);
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
      await room.clock.advance({ by: '3h' });
      const { deliveries } = await room.deliveries.list();
      const attempts = deliveries.flatMap(({ attempts }) => attempts);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(attempts.map(() => 'answered'));
      expect(receiver.arrivals.length - before).toBe(attempts.length);
      await listener.close();
      receiver.answerWith();
    }),
    { numRuns: RUNS },
  );
  await receiver.close();
  await service.stop();
});
