import { describe, expect } from 'vitest';
import { attendee, botRequest, test, ZOOM_URL } from '../support/room.js';

const BOTS = '/api/v1/bots';
const JOIN_AT = '2026-01-01T10:00:00Z';
const FORMAT =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

describe('Attendee, page "Scheduled Bots": creating', () => {
  test('a bot that is made with join_at is scheduled, and the answer says for when', async ({ room }) => {
    const { status, json } = await attendee(room, 'POST', BOTS, botRequest(JOIN_AT));
    expect(status).toBe(201);
    expect(json).toMatchObject({
      id: expect.stringMatching(/^bot_[A-Za-z0-9]{16}$/),
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      state: 'scheduled',
      join_at: JOIN_AT,
    });
  });

  test("the page's own form of a zone is taken, and the answer is in UTC", async ({ room }) => {
    const { json } = await attendee(room, 'POST', BOTS, botRequest('2026-01-01T11:30:00+0130'));
    expect(json.join_at).toBe(JOIN_AT);
  });

  test("the page's example is no JSON: it ends in a comma", async ({ room }) => {
    const example = `{\n"meeting_url": "${ZOOM_URL}",\n"bot_name": "My scheduled bot",\n"join_at": "${JOIN_AT}",\n}`;
    const { status, json } = await attendee(room, 'POST', BOTS, example);
    expect(status).toBe(400);
    expect(json.detail).toMatch(/^JSON parse error - Expecting property name enclosed in double quotes: line 5/);
  });

  test('join_at cannot be in the past', async ({ room }) => {
    const { status, json } = await attendee(room, 'POST', BOTS, botRequest('2026-01-01T08:59:59Z'));
    expect([status, json]).toEqual([400, { join_at: ['join_at cannot be in the past'] }]);
  });

  test('two minutes of notice are advice and no rule', async ({ room }) => {
    const { json } = await attendee(room, 'POST', BOTS, botRequest('2026-01-01T09:00:30Z'));
    expect(json.state).toBe('scheduled');
    await room.clock.until({ subject: json.id, state: 'joining' });
  });

  test.for(['tomorrow', '01/15/2024 10:30', 1704067200])(
    'join_at has to be ISO 8601, not %s',
    async (join_at, { room }) => {
      const { status, json } = await attendee(room, 'POST', BOTS, { ...botRequest(undefined), join_at });
      expect([status, json]).toEqual([400, { join_at: [FORMAT] }]);
    },
  );

  test('join_at in the digits of another script is read as Python reads it', async ({ room }) => {
    for (const join_at of ['٢٠٢٦-٠١-٠٢T١٠:٠٠:٠٠Z', '２０２６-０１-０２T１２:００:００+02:00']) {
      const { status, json } = await attendee(room, 'POST', BOTS, { ...botRequest(undefined), join_at });
      expect([status, json.join_at]).toEqual([201, '2026-01-02T10:00:00Z']);
    }
    const after = encodeURIComponent('٢٠٢٦-٠١-٠٢T٠٩:٥٩:٥٩Z');
    expect((await attendee(room, 'GET', `${BOTS}?join_at_after=${after}`)).json.results).toHaveLength(2);
  });

  test('a bot without join_at is sent at once', async ({ room }) => {
    const { json } = await attendee(room, 'POST', BOTS, botRequest(undefined));
    expect(json).toMatchObject({ state: 'joining', join_at: null });
  });
});

describe('Attendee, page "Scheduled Bots": the states', () => {
  test('a scheduled bot waits, is staged minutes before its time, joins at it, and goes on as any other', async ({
    room,
    receiver,
  }) => {
    const { json: bot } = await attendee(
      room,
      'POST',
      BOTS,
      botRequest(JOIN_AT, receiver.url, { meeting_url: ZOOM_URL }),
    );
    await room.clock.advance({ to: '2026-01-01T09:54:59Z' });
    expect((await attendee(room, 'GET', `${BOTS}/${bot.id}`)).json).toMatchObject({ state: 'scheduled', events: [] });
    await room.clock.until('idle');
    const { events } = (await attendee(room, 'GET', `${BOTS}/${bot.id}`)).json;
    expect(events.slice(0, 2)).toEqual([
      { type: 'staged', created_at: '2026-01-01T09:55:00Z' },
      { type: 'join_requested', created_at: JOIN_AT },
    ]);
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).data.new_state)).toEqual([
      'staged',
      'joining',
      'waiting_room',
      'joined_not_recording',
      'joined_recording',
      'post_processing',
      'ended',
    ]);
  });
});

describe('Attendee, page "Scheduled Bots": rescheduling', () => {
  test('PATCH moves a bot that is scheduled, and it joins at its new time only', async ({ room, receiver }) => {
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(JOIN_AT, receiver.url));
    const patched = await attendee(room, 'PATCH', `${BOTS}/${bot.id}`, { join_at: '2026-01-01T11:00:00Z' });
    expect([patched.status, patched.json]).toEqual([200, { ...bot, join_at: '2026-01-01T11:00:00Z' }]);
    await room.clock.advance({ to: '2026-01-01T10:54:59Z' });
    expect(receiver.arrivals).toEqual([]);
    await room.clock.advance({ by: '1s' });
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('a bot that is not scheduled any more cannot be moved', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(JOIN_AT));
    await room.clock.until({ subject: bot.id, state: 'staged' });
    const { status, json } = await attendee(room, 'PATCH', `${BOTS}/${bot.id}`, { join_at: '2026-01-01T11:00:00Z' });
    expect([status, json.error]).toEqual([400, expect.stringContaining('Bot is in state staged but join_at,')]);
  });

  test.for([
    ['2026-01-01T08:00:00Z', 'join_at cannot be in the past'],
    ['soon', FORMAT],
    ['2030-01-01T00:00:00Z', 'join_at cannot be more than 3 years in the future'],
  ] as const)('the rules of creation hold: %s', async ([join_at, message], { room }) => {
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(JOIN_AT));
    const { status, json } = await attendee(room, 'PATCH', `${BOTS}/${bot.id}`, { join_at });
    expect([status, json]).toEqual([400, { join_at: [message] }]);
    expect((await attendee(room, 'GET', `${BOTS}/${bot.id}`)).json).toEqual(bot);
  });
});

describe('Attendee, page "Scheduled Bots": unscheduling', () => {
  test('DELETE answers 200 without a body, and the bot is gone for good', async ({ room, receiver }) => {
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(JOIN_AT, receiver.url));
    const deleted = await attendee(room, 'DELETE', `${BOTS}/${bot.id}`);
    expect([deleted.status, deleted.text]).toEqual([200, '']);
    await room.clock.advance({ by: '3h' });
    expect((await attendee(room, 'GET', `${BOTS}/${bot.id}`)).status).toBe(404);
    expect((await attendee(room, 'DELETE', `${BOTS}/${bot.id}`)).status).toBe(404);
    expect(receiver.arrivals).toEqual([]);
  });

  test('only a scheduled bot can be deleted', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(undefined));
    const { status, json } = await attendee(room, 'DELETE', `${BOTS}/${bot.id}`);
    expect([status, json.error]).toEqual([
      400,
      'Bot is in state joining but can only be deleted when in scheduled state',
    ]);
  });
});
