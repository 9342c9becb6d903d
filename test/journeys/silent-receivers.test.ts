import { describe, expect } from 'vitest';
import { attendee, botRequest, test } from '../support/room.js';

/** A receiver that lets one webhook time out. */
const GUARD_MS = 500;

describe('A receiver that is silent once', () => {
  test('gets as many webhooks on a clock that jumps ahead by itself as on a frozen one', async ({ room, receiver }) => {
    const play = async (mode: 'frozen' | 'auto'): Promise<(string | undefined)[][]> => {
      const one = await room.workspace({ clock: { mode }, delivery_guard: GUARD_MS });
      receiver.arrivals.length = 0;
      receiver.answerWith('silence');
      const { json: bot } = await attendee(one, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
      if (mode === 'frozen') while ((await one.clock.pending()).length > 0) await one.clock.next();
      const subject = (bot as { id: string }).id;
      await one.deliveries.wait({ match: { subject, state: 'ended' }, timeout_ms: 20_000 });
      const { deliveries } = await one.deliveries.list({ subject });
      return deliveries.map(({ state, attempts }) => [state, ...attempts.map(({ outcome }) => String(outcome))]);
    };
    const frozen = await play('frozen');
    const arrived = receiver.arrivals.length;
    expect(frozen[0]).toEqual(['joining', 'timeout', 'answered']);
    expect(await play('auto')).toEqual(frozen);
    expect(receiver.arrivals).toHaveLength(arrived);
  });
});
