import { describe, expect, test } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { told } from '../support/cronofy.js';
import { agentRequest, control } from '../support/room.js';

const AGENTS = Math.min(2 * Number(process.env['GREENROOM_RUNS'] ?? 500), 10_000);

describe(`${AGENTS} agents`, () => {
  test('scheduled for one minute are all activated in it, each told once, in the order of their making', async () => {
    const bodies: string[] = [];
    await using room = await startGreenroom({
      receivers: {
        'https://myapp.example.com': async (request) => {
          bodies.push(await request.text());
          return new Response(null, { status: 204 });
        },
      },
    });
    const authorization = `Bearer ${room.cronofy.client_secret}`;
    const keys = Array.from({ length: AGENTS }, (_, i) => `k-${i}`);
    for (const [i, scheduling_key] of keys.entries()) {
      const join_time = `2026-01-01T10:00:${String(i % 60).padStart(2, '0')}Z`;
      const uri = `https://myapp.example.com/hook?key=${scheduling_key}`;
      const body = JSON.stringify(agentRequest(uri, { scheduling_key, join_time }));
      const request = new Request(`${room.url}/v1/meeting_agents`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      if ((await room.fetch(request)).status !== 202) throw new Error(`${scheduling_key} was not accepted`);
    }
    await room.clock.advance({ to: '2026-01-01T09:54:59Z' });
    expect(bodies).toEqual([]);
    const { deliveries } = await room.clock.advance({ to: '2026-01-01T09:55:59Z' });
    expect(deliveries).toHaveLength(AGENTS);
    expect(new Set(bodies.map(told))).toEqual(new Set(['meeting_agent_activated']));
    const subs = bodies.map((body) => JSON.parse(body).meeting_agent.sub as string);
    expect(new Set(subs).size).toBe(AGENTS);
    const { json } = await control(room, 'GET', `/deliveries?limit=${AGENTS}`);
    const order = json.deliveries.map(({ url }: { url: string }) => Number(url.split('k-')[1]));
    const expected = keys.map((_, i) => i).toSorted((a, b) => (a % 60) - (b % 60) || a - b);
    expect(order).toEqual(expected);
  });
});
