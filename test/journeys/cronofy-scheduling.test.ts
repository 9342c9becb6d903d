import { createRequire } from 'node:module';
import { describe, expect } from 'vitest';
import { agentRequest, control, cronofy, test } from '../support/room.js';

// The SDK has no types.
// oxlint-disable-next-line typescript/no-explicit-any
const Cronofy = createRequire(import.meta.url)('cronofy') as new (options: object) => any;

/** The real SDK, told where greenroom is. */
function sdk(room: { url: string; cronofy: { client_id: string; client_secret: string } }) {
  const client = new Cronofy({ client_id: room.cronofy.client_id, client_secret: room.cronofy.client_secret });
  client.urls.api = room.url;
  return client;
}

describe('Scheduling a Cronofy agent with the real SDK', () => {
  test('an immediate agent is answered 200 with the agent in a nested body', async ({ room }) => {
    const answer = await sdk(room)._httpPost('/v1/meeting_agents', {
      access_token: room.cronofy.client_secret,
      ...agentRequest(),
    });
    expect(answer.meeting_agent).toMatchObject({
      sub: expect.stringMatching(/^agt_[0-9a-f]{24}$/),
      state: 'created',
      resources: [{ category: 'cronofy', type: 'dashboard' }],
    });
  });

  test('a future agent is answered 202 with nothing at all', async ({ room }) => {
    const body = agentRequest(undefined, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' });
    const answer = await cronofy(room, 'POST', '/v1/meeting_agents', body);
    expect([
      answer.status,
      answer.text,
      answer.headers.get('content-type'),
      answer.headers.get('content-length'),
    ]).toEqual([202, '', null, '0']);
  });

  test('a cancelled agent never activates', async ({ room, receiver }) => {
    const client = sdk(room);
    const secret = room.cronofy.client_secret;
    await client._httpPost('/v1/meeting_agents', {
      access_token: secret,
      ...agentRequest(receiver.url, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' }),
    });
    await client._httpDelete('/v1/meeting_agents', { access_token: secret, scheduling_key: 'k' });
    await room.clock.advance({ by: '3h' });
    expect(receiver.arrivals).toEqual([]);
  });

  test('the SDK verifies the raw bytes of every callback', async ({ room, receiver }) => {
    const client = sdk(room);
    await client._httpPost('/v1/meeting_agents', {
      access_token: room.cronofy.client_secret,
      ...agentRequest(receiver.url, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' }),
    });
    await room.clock.advance({ by: '2h' });
    const told = receiver.arrivals.map(({ body }) => JSON.parse(body).notification.interactions[0].type);
    expect(told).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
    for (const { headers, body } of receiver.arrivals) {
      expect(client.hmacValid({ hmac: headers['cronofy-hmac-sha256'], body })).toBe(true);
      expect(client.hmacValid({ hmac: headers['cronofy-hmac-sha256'], body: `${body} ` })).toBe(false);
    }
  });

  test('while two secrets are active, a callback carries a value for each, joined by a comma and no space', async ({
    room,
    receiver,
  }) => {
    await control(room, 'PATCH', '/workspaces/default', {
      cronofy: { previous_client_secrets: ['CRN_the-secret-before'] },
    });
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await room.clock.advance({ by: '1m' });
    const { headers, body } = receiver.arrivals[0]!;
    const hmac = headers['cronofy-hmac-sha256']!;
    expect(hmac).toMatch(/^[A-Za-z0-9+/]{43}=,[A-Za-z0-9+/]{43}=$/);
    for (const secret of [room.cronofy.client_secret, 'CRN_the-secret-before']) {
      const client = new Cronofy({ client_id: 'x', client_secret: secret });
      expect(client.hmacValid({ hmac, body })).toBe(true);
    }
  });

  test('callbacks are compact JSON with the headers that production sends', async ({ room, receiver }) => {
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await room.clock.advance({ by: '1m' });
    const { headers, body } = receiver.arrivals[0]!;
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['user-agent']).toBe('Cronofy (https://www.cronofy.com/support/)');
    expect(body).toBe(JSON.stringify(JSON.parse(body)));
    expect(JSON.parse(body)).toMatchObject({
      notification: { type: 'event_subscription' },
      meeting_agent: { state: 'created' },
    });
  });

  test('a future agent is activated five minutes before its join_time and completes after the meeting', async ({
    room,
    receiver,
  }) => {
    await cronofy(
      room,
      'POST',
      '/v1/meeting_agents',
      agentRequest(receiver.url, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' }),
    );
    await room.clock.advance({ to: '2026-01-01T09:54:59.999999Z' });
    expect(receiver.arrivals).toHaveLength(0);
    await room.clock.advance({ to: '2026-01-01T09:55:00Z' });
    expect(receiver.arrivals).toHaveLength(1);
    const { to } = await room.clock.until({ subject: { scheduling_key: 'k' }, state: 'complete' });
    expect(to).toBe('2026-01-01T10:30:30Z');
    expect(JSON.parse(receiver.arrivals[1]!.body).meeting_agent.state).toBe('complete');
  });

  test.for([
    ['join_url', { join_url: undefined }, 'errors.required'],
    ['on_behalf_of_attendee', { on_behalf_of_attendee: undefined }, 'errors.required'],
    ['on_behalf_of_attendee.email', { on_behalf_of_attendee: {} }, 'errors.required'],
    ['scheduling_key', { join_time: '2026-01-01T10:00:00Z' }, 'errors.required'],
    ['join_time', { scheduling_key: 'k' }, 'errors.required'],
    ['join_time', { scheduling_key: 'k', join_time: '2026-01-01T09:00:00Z' }, 'errors.must_be_in_future'],
    ['join_time', { scheduling_key: 'k', join_time: '2026-01-01T10:00:00.123Z' }, 'errors.invalid_time'],
    ['join_url', { join_url: 'http://zoom.us/j/1' }, 'errors.invalid_url'],
    ['join_url', { join_url: 'https://example.com/meeting' }, 'errors.unsupported_provider'],
  ] as const)(
    '%s: a wrong value is a 422 in the documented shape and makes no agent (%j)',
    async ([field, more, key], { room }) => {
      const answer = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, more));
      expect(answer.status).toBe(422);
      expect(answer.json).toEqual({ errors: { [field]: [{ key, description: expect.any(String) }] } });
      expect(await room.clock.pending()).toEqual([]);
    },
  );

  test('without a credential, or with a placeholder, the answer is 401 and empty', async ({ room }) => {
    for (const authorization of ['', 'Bearer', 'Bearer undefined', 'Bearer {API_KEY}', 'Bearer your-api-key']) {
      const answer = await fetch(`${room.url}/v1/meeting_agents`, {
        method: 'POST',
        headers: authorization ? { authorization } : {},
        body: '{}',
      });
      expect([authorization, answer.status, await answer.text()]).toEqual([authorization, 401, '']);
    }
  });

  test("a key of the user's own works at once, and callbacks verify with that key", async ({ room, receiver }) => {
    const answer = await fetch(`${room.url}/v1/meeting_agents`, {
      method: 'POST',
      headers: { authorization: 'Bearer CRN_my-own-secret', 'content-type': 'application/json' },
      body: JSON.stringify(agentRequest(receiver.url)),
    });
    expect(answer.status).toBe(200);
    await room.clock.advance({ by: '1m' });
    const { headers, body } = receiver.arrivals[0]!;
    const own = new Cronofy({ client_id: 'x', client_secret: 'CRN_my-own-secret' });
    expect(own.hmacValid({ hmac: headers['cronofy-hmac-sha256'], body })).toBe(true);
    expect(sdk(room).hmacValid({ hmac: headers['cronofy-hmac-sha256'], body })).toBe(true);
  });
});
