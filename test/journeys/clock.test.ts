import { describe, expect } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';

describe('Moving time', () => {
  test('one hour of a life takes one advance and reports what ran', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    const report = await room.clock.advance({ by: '1h' });
    expect(report).toMatchObject({ from: '2026-01-01T09:00:00Z', to: '2026-01-01T10:00:00Z', pending: 0 });
    expect(report.ran[0]).toEqual({
      at: '2026-01-01T09:00:01Z',
      label: 'scenario: reaches the lobby',
      subject: bot.id,
    });
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json.state).toBe('ended');
  });

  test('next runs the earliest job alone', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const report = await room.clock.next();
    expect([report.to, report.ran.map(({ label }) => label)]).toEqual([
      '2026-01-01T09:55:00Z',
      ['scheduler polls and stages the bot'],
    ]);
  });

  test('next with nothing to do stays where it is', async ({ room }) => {
    expect(await room.clock.next()).toMatchObject({
      from: '2026-01-01T09:00:00Z',
      to: '2026-01-01T09:00:00Z',
      ran: [],
    });
  });

  test('a receiver may read before it answers, and hears that not all is at rest', async ({ room, receiver }) => {
    const told: unknown[] = [];
    const reads = async () => {
      told.push((await control(room, 'GET', '/clock')).json.settled, await room.deliveries.list());
      return 200;
    };
    receiver.answerWith(reads, reads, reads);
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await room.clock.advance({ by: '1h' });
    const isNotSettled = expect.objectContaining({ settled: false });
    expect(told).toEqual([false, isNotSettled, false, isNotSettled, false, isNotSettled]);
    const { deliveries } = await room.deliveries.list();
    expect(deliveries.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual(
      receiver.arrivals.map(() => ['answered']),
    );
  });

  test('by nothing only settles', async ({ room, receiver }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    expect(await room.clock.advance({ by: 0 })).toMatchObject({ to: '2026-01-01T09:00:00Z', ran: [] });
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('until a state that is there already runs nothing', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    expect((await room.clock.until({ subject: bot.id, state: 'scheduled' })).ran).toEqual([]);
  });

  test('until a webhook stops at the first that is answered', async ({ room, receiver }) => {
    receiver.answerWith(500);
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    const report = await room.clock.until({ webhook: { type: 'meeting_agent_activated' } });
    expect(report.to).toBe('2026-01-01T09:01:01Z');
  });

  test('until idle runs everything there is', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-02-01T10:00:00Z'));
    expect(await room.clock.until('idle', { within: '60d' })).toMatchObject({ to: '2026-02-01T10:30:25Z', pending: 0 });
  });

  test('a state that never comes is an error with the last state and what is pending', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const answer = await control(room, 'POST', '/clock/advance', {
      until: { subject: bot.id, state: 'ended' },
      within: '57m',
    });
    expect([answer.status, answer.json.code, answer.json.last.state]).toEqual([409, 'NOT_REACHED', 'staged']);
    expect(answer.json.pending).toEqual([
      { id: expect.any(Number), due: '2026-01-01T09:59:55Z', label: 'bot begins to join', subject: bot.id },
    ]);
  });

  test('an agent that is not there is an error at once', async ({ room }) => {
    await expect(room.clock.until({ subject: 'bot_nobody', state: 'ended' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('time never goes back', async ({ room }) => {
    await expect(room.clock.advance({ to: '2025-12-31T00:00:00Z' })).rejects.toMatchObject({
      code: 'CLOCK_BACKWARDS',
      message: expect.stringContaining('POST /_greenroom/clock/rewind goes back'),
    });
  });

  test.for([{ by: '99999999999d' }, { by: 1e300 }, { to: '2300-01-01T00:00:00Z' }])(
    'there is an end to time, and %j beyond it moves nothing',
    async (how, { room }) => {
      const answer = await control(room, 'POST', '/clock/advance', how);
      expect([answer.status, answer.json.code]).toEqual([422, 'INVALID_BODY']);
      if ('to' in how) expect(answer.json.detail).toContain('up to 2255-03-14T16:00:00Z, was ');
      expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    },
  );

  test('an advance that waits for a hold says that its time is gone when its workspace is reset', async ({ room }) => {
    await control(room, 'POST', '/clock/hold', { reason: 'for ever' });
    const both = [1, 2].map(() => control(room, 'POST', '/clock/advance', { by: '1m' }));
    // One of the two waits for the hold as soon as the other is refused.
    expect((await Promise.race(both)).json.code).toBe('CLOCK_BUSY');
    await control(room, 'POST', '/reset');
    expect(new Set((await Promise.all(both)).map(({ json }) => json.code))).toEqual(
      new Set(['CLOCK_BUSY', 'CONFLICT']),
    );
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
  });

  test('a second advance during one is refused, and calls are served meanwhile', async ({ room, receiver }) => {
    let during: Promise<unknown> | undefined;
    receiver.answerWith(async () => {
      during = control(room, 'POST', '/clock/advance', { by: '1s' }).then(({ status, json }) => [status, json.code]);
      await during;
      return 200;
    });
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:55:00Z' });
    expect(await during).toEqual([409, 'CLOCK_BUSY']);
  });

  test('a hold keeps time where it is until it is released', async ({ room, receiver }) => {
    const { json: hold } = await control(room, 'POST', '/clock/hold', { reason: 'the app works' });
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
    let moved = false;
    const advancing = room.clock.advance({ by: '1h' }).then(() => (moved = true));
    expect((await attendee(room, 'GET', '/api/v1/bots')).headers.get('date')).toBe('Thu, 01 Jan 2026 09:00:00 GMT');
    expect(moved).toBe(false);
    expect((await control(room, 'DELETE', `/clock/hold/${hold.id}`)).status).toBe(204);
    await advancing;
    expect(receiver.arrivals.length).toBeGreaterThan(0);
  });

  test('what only reads does not wait for a hold, and a rewind is refused at once, with the name of the hold', async ({
    room,
  }) => {
    await room.checkpoint('before');
    const hold = await room.clock.hold({ reason: 'the import runs' });
    const began = performance.now();
    // That nothing moves is said all the same.
    expect(await room.timeline()).toMatchObject({ entries: [], settled: false });
    const held = [{ id: hold.id, reason: 'the import runs', since: '2026-01-01T09:00:00Z' }];
    expect((await control(room, 'GET', '/clock')).json).toMatchObject({ settled: false, holds: held });
    expect(await room.clock.holds()).toEqual(held);
    expect(await room.deliveries.list()).toMatchObject({ deliveries: [], settled: false });
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    expect(await room.checkpoint('during')).toMatchObject({ name: 'during' });
    expect(await room.changes({ since: 'before' })).toMatchObject({ changes: [] });
    await expect(room.changes({ since: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const refusal = { code: 'CLOCK_BUSY', details: { hold: hold.id, reason: 'the import runs' } };
    await expect(room.clock.rewind({ checkpoint: 'before' })).rejects.toMatchObject(refusal);
    await expect(room.clock.rewind({ checkpoint: 'before' })).rejects.toThrow(
      `the hold ${hold.id} (the import runs) says that the app is at work, whose calls would come into another world. Release it first`,
    );
    // What waits until all is at rest, in vain, waits for five seconds.
    expect(performance.now() - began).toBeLessThan(2500);
    await hold.release();
    expect(await room.clock.holds()).toEqual([]);
    expect(await room.clock.rewind({ checkpoint: 'before' })).toMatchObject({ now: '2026-01-01T09:00:00Z' });
  });

  test('whoever is refused because an advance waits for a hold hears the name of the hold', async ({ room }) => {
    await room.checkpoint('before');
    const hold = await room.clock.hold({ reason: 'the import runs' });
    await room.clock.hold();
    const advancing = room.clock.advance({ by: '1m' });
    const refusal = { code: 'CLOCK_BUSY', details: { hold: hold.id, reason: 'the import runs' } };
    const words =
      'That advance waits for the hold hold_1 (the import runs), which DELETE /_greenroom/clock/hold/hold_1 releases. ' +
      'GET /_greenroom/clock lists the 2 holds.';
    for (const refused of [
      () => room.clock.advance({ by: '1m' }),
      () => room.clock.rewind({ checkpoint: 'before' }),
      () => room.changes({ since: 'before' }),
      () => room.checkpoint('during'),
    ]) {
      await expect(refused()).rejects.toMatchObject(refusal);
      await expect(refused()).rejects.toThrow(words);
    }
    for (const { id } of await room.clock.holds()) await control(room, 'DELETE', `/clock/hold/${id}`);
    expect(await advancing).toMatchObject({ to: '2026-01-01T09:01:00Z' });
  });

  test('two sides that call each other for ever end in an error that names the job', async ({ room, receiver }) => {
    receiver.answerWith(
      ...Array.from({ length: 400 }, () => async () => {
        await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
        return 200;
      }),
    );
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
    const answer = await control(room, 'POST', '/clock/advance', { to: '2026-01-01T09:55:00Z', job_limit: 50 });
    expect([answer.status, answer.json.code, answer.json.job.kind]).toEqual([409, 'JOB_LIMIT', 'deliver']);
  });

  test('with --clock auto a client that polls in a tight loop sees every state', async () => {
    await using room = await startGreenroom({ clock: { mode: 'auto' } });
    const { json: bot } = await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T10:00:00Z', undefined, { meeting_url: 'https://zoom.us/j/123' }),
    );
    const seen = [bot.state];
    while (seen.at(-1) !== 'ended') {
      const { state } = (await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json;
      if (state !== seen.at(-1)) seen.push(state);
    }
    expect(seen).toEqual([
      'scheduled',
      'staged',
      'joining',
      'waiting_room',
      'joined_not_recording',
      'joined_recording',
      'post_processing',
      'ended',
    ]);
  });

  test('with --clock auto a client that only waits gets every webhook', async ({ receiver }) => {
    await using room = await startGreenroom({ clock: { mode: 'auto' } });
    const states: string[] = [];
    const done = new Promise<void>((resolve) => {
      receiver.afterAnswer = ({ body }) => {
        states.push(JSON.parse(body).data.new_state);
        if (states.at(-1) === 'ended') resolve();
      };
    });
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
    await done;
    expect(states).toEqual([
      'staged',
      'joining',
      'joined_not_recording',
      'joined_recording',
      'post_processing',
      'ended',
    ]);
  });

  test('with --clock live an advance works too', async () => {
    await using room = await startGreenroom({ clock: { mode: 'live', now: '2026-01-01T09:00:00Z' } });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.clock.advance({ by: 0 });
    await room.clock.next();
    await room.clock.until({ subject: bot.id, state: 'ended' });
    expect(Date.parse(await room.clock.now())).toBeGreaterThanOrEqual(Date.parse('2026-01-01T10:30:25Z'));
  });
});
