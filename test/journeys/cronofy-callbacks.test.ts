import { createHmac } from 'node:crypto';
import { describe, expect } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { signCronofy } from '../../src/contracts/cronofy/signing.js';
import { allTold, eventRequest, sdk, set, subscription, timelineOf, told, writeEvent } from '../support/cronofy.js';
import { agentRequest, control, cronofy, test } from '../support/room.js';

describe('Signatures', () => {
  // The vendor's pages on push notifications, read 2026-11-21; the second is quoted by a third party.
  for (const [secret, signature] of [
    ['CRN_NggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID', '5DxentQi5YSXODEzTVv06sRwJ3pULIz1KrYv20qxEK0='],
    ['CRN_nGlYDFXwfSXgB9rvGNBJyfE454GGPtWIbNuPwr', 'BmQmWVuZ70ILWjr1CAt5oC7YOolgnku4WZtlrKfx/6k='],
    ['pDY0Oi7TJSP2hfNmZNkm5', '6r2/HjBkqymGegX0wOfifieeUXbbHwtV/LohHS+jv6c='],
  ] as const) {
    test(`the published vector of ${secret.slice(0, 8)}… holds`, () => {
      expect(signCronofy('{"example":"well-known"}', secret)).toBe(signature);
    });
  }

  test('while a secret is rotated, callbacks verify with the old one and the new one', async ({ room, receiver }) => {
    const old = room.cronofy.client_secret;
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await set(room, { client_secret: 'CRN_the-new-one', previous_client_secrets: [old] });
    await room.clock.advance({ to: '2026-01-01T10:31:00Z' });
    const [before, during] = receiver.arrivals;
    const verifies = (secret: string, { headers, body }: typeof before & object) =>
      sdk(room, { client_secret: secret }).hmacValid({ hmac: headers['cronofy-hmac-sha256'], body }) as boolean;
    expect([verifies(old, before!), verifies('CRN_the-new-one', before!)]).toEqual([true, false]);
    expect([verifies(old, during!), verifies('CRN_the-new-one', during!)]).toEqual([true, true]);
    expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'x' })).status).toBe(202);
    await set(room, { previous_client_secrets: [] });
    expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'x' })).status).toBe(401);
  });

  test('the signature is over the bytes, whatever the letters', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url, { summary: 'Größe – 計画 🎧 "x"' }));
    await room.clock.advance({ by: '3h' });
    for (const { headers, body } of receiver.arrivals) {
      const expected = createHmac('sha256', room.cronofy.client_secret).update(body, 'utf8').digest('base64');
      expect(headers['cronofy-hmac-sha256']).toBe(expected);
      expect(body).toContain('計画');
    }
  });
});

describe('Delivery', () => {
  for (const status of [200, 201, 204, 299]) {
    test(`${status} counts as delivered`, async ({ room, receiver }) => {
      receiver.answerWith(status);
      await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
      await room.clock.advance({ by: '2s' });
      expect((await room.deliveries.list()).deliveries[0]).toMatchObject({
        status: 'delivered',
        attempts: [{ status }],
      });
    });
  }

  for (const status of [301, 400, 500]) {
    test(`${status} is tried again after a minute`, async ({ room, receiver }) => {
      receiver.answerWith(status);
      await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
      await room.clock.advance({ by: '2m' });
      const {
        deliveries: [delivery],
      } = await room.deliveries.list();
      expect(delivery!.attempts.map(({ at }) => at)).toEqual(['2026-01-01T09:00:01Z', '2026-01-01T09:01:01Z']);
    });
  }

  test('a receiver that is silent costs seven seconds of virtual time, and little of real time', async ({
    receiver,
  }) => {
    await using room = await startGreenroom({ delivery_guard: 1000 });
    receiver.answerWith('silence');
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await room.clock.advance({ by: '10s' });
    await room.clock.advance({ by: '2m' });
    const {
      deliveries: [delivery],
    } = await room.deliveries.list();
    expect(delivery!.attempts.map(({ at, outcome }) => [at, outcome])).toEqual([
      ['2026-01-01T09:00:01Z', 'timeout'],
      ['2026-01-01T09:01:08Z', 'answered'],
    ]);
  });

  test('the waits between attempts, and their end, are a setting', async ({ room, receiver }) => {
    await set(room, { retry_delays: ['10s', '20s'] });
    receiver.answerWith(500, 500, 500);
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await room.clock.advance({ by: '5m' });
    const {
      deliveries: [delivery],
    } = await room.deliveries.list();
    expect([delivery!.status, delivery!.attempts.map(({ at }) => at.slice(14, 19))]).toEqual([
      'failed',
      ['00:01', '00:11', '00:31'],
    ]);
  });

  test('the bytes of a callback are compact JSON, and the same at every attempt', async ({ room, receiver }) => {
    receiver.answerWith(500);
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await room.clock.advance({ by: '2m' });
    const [first, second] = receiver.arrivals;
    expect(second!.body).toBe(first!.body);
    expect(first!.body).toBe(JSON.stringify(JSON.parse(first!.body)));
    expect(Object.keys(JSON.parse(first!.body))).toEqual(['notification', 'meeting_agent']);
  });

  test('one event can tell several receivers of different things', async ({ room, receiver }) => {
    const subscriptions = [
      subscription(`${receiver.url}/agent`),
      subscription(`${receiver.url}/conference`, { interactions: [{ type: 'conferencing_assigned' }] }),
      { uri: `${receiver.url}/trigger`, transitions: [{ before: 'event_start', offset: { minutes: 30 } }] },
    ];
    await writeEvent(room, eventRequest(undefined, { subscriptions }));
    await room.clock.advance({ by: '3h' });
    expect(receiver.arrivals.map(({ path, body }) => `${path} ${told(body)}`)).toEqual([
      '/conference conferencing_assigned',
      '/trigger transition',
      '/agent meeting_agent_activated',
      '/agent meeting_agent_complete',
    ]);
  });
});

test('callbacks of a whole life are those three, in order', async ({ room, receiver }) => {
  await writeEvent(room, eventRequest(receiver.url));
  await room.clock.advance({ by: '3h' });
  expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
});

test.for([
  ['no subscriptions', [], 'An agent has no subscriptions'],
  ['a subscription without interactions', [{ type: 'webhook', uri: 'https://app.example.com' }], 'tell of nothing'],
  ['a subscription without a uri', [subscription('x', { uri: undefined })], 'tell of nothing'],
] as const)('that %s tells of nothing is noted once', async ([, subscriptions, note], { room }) => {
  for (const _ of [1, 2]) await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, { subscriptions }));
  const notes = (await timelineOf(room, 'note')).filter(({ summary }) => summary.includes(note));
  expect(notes).toHaveLength(1);
  await writeEvent(room, eventRequest('https://app.example.com'));
  expect((await timelineOf(room, 'note')).filter(({ summary }) => summary.includes('subscriptions'))).toEqual(notes);
});

test('an agent that comes when the host has thrown out the others is not let in', async ({ room, receiver }) => {
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'removed-by-host' });
  for (const name of ['first', 'second']) {
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(`${receiver.url}/${name}`));
    await room.clock.advance({ by: '5m' });
  }
  await room.clock.advance({ by: '3h' });
  const ends = receiver.arrivals.filter(({ body }) => told(body) !== 'meeting_agent_activated');
  expect(ends.map(({ path, body }) => `${path} ${told(body)}`)).toEqual([
    '/second meeting_agent_failed',
    '/first meeting_agent_complete',
  ]);
});
