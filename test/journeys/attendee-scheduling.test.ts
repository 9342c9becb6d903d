import { createHmac } from 'node:crypto';
import { describe, expect } from 'vitest';
import { attendee, botRequest, call, control, MEET_URL, TEAMS_URL, test, ZOOM_URL } from '../support/room.js';

/** The documented recipe: sort the keys, write without spaces, sign with the decoded secret. */
function sign(secret: string, payload: unknown): string {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : value;
  return createHmac('sha256', Buffer.from(secret, 'base64'))
    .update(JSON.stringify(sorted(payload)))
    .digest('base64');
}

describe('Scheduling an Attendee bot', () => {
  test('webhooks verify by the documented recipe, and not over the raw body', async ({ room, receiver }) => {
    await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T10:00:00Z', receiver.url, { metadata: { team: 'Ürümqi' } }),
    );
    await room.clock.advance({ by: '2h' });
    expect(receiver.arrivals).toHaveLength(6);
    for (const { headers, body } of receiver.arrivals) {
      const signature = headers['x-webhook-signature'];
      expect(signature).toBe(sign(room.attendee.webhook_secret, JSON.parse(body)));
      expect(signature).not.toBe(
        createHmac('sha256', Buffer.from(room.attendee.webhook_secret, 'base64')).update(body).digest('base64'),
      );
      expect(body).toContain('"bot_metadata": {"team": "\\u00dcr\\u00fcmqi"}');
      expect([headers['user-agent'], headers['content-type']]).toEqual(['Attendee-Webhook/1.0', 'application/json']);
    }
  });

  test.for(['/api/v1', ''])(
    'the calls of the documentation page are answered as it says, under "%s"',
    async (prefix, { room }) => {
      const created = await attendee(room, 'POST', `${prefix}/bots`, {
        meeting_url: 'https://zoom.us/j/123456789',
        bot_name: 'My scheduled bot',
        join_at: '2026-06-16T16:24:00+0000',
      });
      expect([created.status, created.json.state, created.json.join_at]).toEqual([
        201,
        'scheduled',
        '2026-06-16T16:24:00Z',
      ]);
      const at = `${prefix}/bots/${created.json.id}`;
      const moved = await attendee(room, 'PATCH', at, { join_at: '2026-06-16T17:00:00Z' });
      expect([moved.status, moved.json.state, moved.json.join_at]).toEqual([200, 'scheduled', '2026-06-16T17:00:00Z']);
      expect((await attendee(room, 'GET', at)).json).toEqual(moved.json);
      const deleted = await attendee(room, 'DELETE', at);
      expect([deleted.status, deleted.text, deleted.headers.get('content-type')]).toEqual([200, '', null]);
      expect([(await attendee(room, 'GET', at)).status, (await attendee(room, 'GET', at)).text]).toEqual([
        404,
        '{"error":"Bot not found"}',
      ]);
      const violations = (await control(room, 'GET', '/timeline?kind=violation')).json.entries;
      const lacking = {
        rule: 'prefix-missing',
        severity: 'warning',
        where: 'getBot',
        expected: `/api/v1${at}`,
        was: at,
      };
      expect(violations.filter(({ where }: { where: string }) => where === 'getBot')).toMatchObject(
        prefix === '' ? [lacking, lacking, lacking] : [],
      );
      expect(violations).toHaveLength(prefix === '' ? 6 : 0);
      const notes = (await control(room, 'GET', '/timeline?kind=note')).json.entries;
      const said = notes
        .filter(({ topic }: { topic: string }) => topic === 'prefix')
        .map(({ text }: { text: string }) => text);
      expect(said).toEqual(
        prefix === ''
          ? ['/bots', '/bots/{id}'].map((path) => expect.stringContaining(`serves ${path} as /api/v1${path} alone`))
          : [],
      );
    },
  );

  test('in strict mode the paths without a prefix are unknown', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true });
    const answer = await attendee(room, 'GET', '/bots');
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('<h1>Not Found</h1>')]);
  });

  test.for([
    ['Zoom', ZOOM_URL, {}, '2026-01-01T10:00:00Z'],
    ['Zoom in the browser', ZOOM_URL, { zoom_settings: { sdk: 'web' } }, '2026-01-01T09:59:55Z'],
    ['Google Meet', MEET_URL, {}, '2026-01-01T09:59:55Z'],
    ['Teams', TEAMS_URL, {}, '2026-01-01T09:59:50Z'],
  ] as const)(
    'on %s a bot is staged five minutes before join_at and joins at its own lead',
    async ([, meeting_url, more, joins], { room }) => {
      const { json: bot } = await attendee(
        room,
        'POST',
        '/api/v1/bots',
        botRequest('2026-01-01T10:00:00Z', undefined, { meeting_url, ...more }),
      );
      expect((await room.clock.until({ subject: bot.id, state: 'staged' })).to).toBe('2026-01-01T09:55:00Z');
      expect((await room.clock.until({ subject: bot.id, state: 'joining' })).to).toBe(joins);
    },
  );

  test('staging waits for a whole minute', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:30Z'));
    expect((await room.clock.until({ subject: bot.id, state: 'staged' })).to).toBe('2026-01-01T09:56:00Z');
  });

  test('a bot that is made with less notice is staged at the next poll', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:02:00Z'));
    expect((await room.clock.until({ subject: bot.id, state: 'staged' })).to).toBe('2026-01-01T09:01:00Z');
  });

  test('a bot goes through every documented state, and tells of each', async ({ room, receiver }) => {
    const { json: bot } = await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T10:00:00Z', receiver.url, { meeting_url: ZOOM_URL }),
    );
    await room.clock.until({ subject: bot.id, state: 'ended' });
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).data.new_state)).toEqual([
      'staged',
      'joining',
      'waiting_room',
      'joined_not_recording',
      'joined_recording',
      'post_processing',
      'ended',
    ]);
    const shown = (await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json;
    expect(shown).toMatchObject({ state: 'ended', recording_state: 'complete', transcription_state: 'complete' });
  });

  test('a bot without join_at is joining when the answer comes, and its first webhook says so', async ({
    room,
    receiver,
  }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    expect([bot.state, bot.events.map((event: { type: string }) => event.type)]).toEqual([
      'joining',
      ['join_requested'],
    ]);
    await room.deliveries.wait({ match: { subject: bot.id } });
    expect(JSON.parse(receiver.arrivals[0]!.body).data).toMatchObject({
      old_state: 'ready',
      new_state: 'joining',
      event_metadata: { source: 'api' },
    });
  });

  test('a staged bot can be neither moved nor deleted', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.clock.until({ subject: bot.id, state: 'staged' });
    const moved = await attendee(room, 'PATCH', `/api/v1/bots/${bot.id}`, { join_at: '2026-01-01T11:00:00Z' });
    expect([moved.status, moved.text]).toEqual([
      400,
      '{"error":"Bot is in state staged but join_at, meeting_url, bot_name, bot_image and recording_settings can only be updated when in the scheduled state"}',
    ]);
    const deleted = await attendee(room, 'DELETE', `/api/v1/bots/${bot.id}`);
    expect([deleted.status, deleted.text]).toEqual([
      400,
      '{"error":"Bot is in state staged but can only be deleted when in scheduled state"}',
    ]);
  });

  test('a bot that is told to leave leaves', async ({ room, receiver }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await room.clock.until({ subject: bot.id, state: 'joined_recording' });
    const leaving = await attendee(room, 'POST', `/api/v1/bots/${bot.id}/leave`);
    expect([leaving.status, leaving.json.state]).toEqual([200, 'leaving']);
    const again = await attendee(room, 'POST', `/api/v1/bots/${bot.id}/leave`);
    expect([again.status, again.json.error]).toEqual([
      400,
      expect.stringContaining('not allowed when bot is in state leaving'),
    ]);
    await room.clock.until({ subject: bot.id, state: 'ended' });
  });

  test("a key of the user's own is let in; one that is missing, malformed or a placeholder is not", async ({
    room,
  }) => {
    const status = async (authorization?: string) =>
      (await call('GET', `${room.url}/api/v1/bots`, undefined, authorization === undefined ? {} : { authorization }))
        .status;
    expect(await status('Token my-own-key')).toBe(200);
    for (const wrong of [
      undefined,
      'Token',
      'Bearer my-own-key',
      'Token undefined',
      'Token YOUR_API_KEY_HERE',
      'Token a b',
    ]) {
      expect([wrong, await status(wrong)]).toEqual([wrong, 401]);
    }
  });
});
