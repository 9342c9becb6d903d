import { describe, expect } from 'vitest';
import { startGreenroom, type Delivery, type Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test } from '../support/room.js';

const outcomes = ({ attempts }: Delivery) =>
  attempts.map(({ at, status, outcome }) => [at.slice(11, 19), status ?? outcome]);

describe('Delivering webhooks', () => {
  test('a receiver that answers 500 twice is tried again on the virtual clock, with nothing sent early', async ({
    room,
    receiver,
  }) => {
    receiver.answerWith(500, 500);
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:00:01Z' });
    expect(receiver.arrivals).toHaveLength(1);
    await room.clock.advance({ to: '2026-01-01T09:01:00.999999Z' });
    expect(receiver.arrivals).toHaveLength(1);
    await room.clock.advance({ to: '2026-01-01T09:06:01Z' });
    const {
      deliveries: [activated],
    } = await room.deliveries.list({ type: 'meeting_agent_activated' });
    expect(outcomes(activated!)).toEqual([
      ['09:00:01', 500],
      ['09:01:01', 500],
      ['09:06:01', 200],
    ]);
    expect(new Set(receiver.arrivals.map(({ body }) => body)).size).toBe(1);
  });

  test('Attendee gives up after three attempts, each with the same idempotency key', async ({ room, receiver }) => {
    receiver.answerWith(410, 'drop', 302);
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await room.clock.advance({ by: '3s' });
    const {
      deliveries: [first],
    } = await room.deliveries.list({ state: 'joining' });
    expect([first!.status, outcomes(first!)]).toEqual([
      'failed',
      [
        ['09:00:00', 410],
        ['09:00:00', 'dropped'],
        ['09:00:01', 302],
      ],
    ]);
    const keys = receiver.arrivals.slice(0, 3).map(({ body }) => JSON.parse(body).idempotency_key);
    expect(new Set(keys).size).toBe(1);
  });

  test("a receiver that never answers costs the vendor's timeout in virtual time", async ({ receiver }) => {
    await using room = await startGreenroom({ delivery_guard: 1000 });
    receiver.answerWith('silence');
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
    const report = (await control(room, 'POST', '/clock/advance', { by: '3m' })).json;
    expect(report.silent_receivers).toEqual([`${receiver.url}/`]);
    const {
      deliveries: [activated],
    } = await room.deliveries.list({ type: 'meeting_agent_activated' });
    // 09:00:01 plus the timeout of 7 s plus the first wait of 1 min; this advance does not try the silent URL again.
    expect(outcomes(activated!)).toEqual([
      ['09:00:01', 'timeout'],
      ['09:01:08', 'timeout'],
    ]);
    await room.clock.advance({ by: '10m' });
    expect((await room.deliveries.list({ type: 'meeting_agent_activated' })).deliveries[0]!.status).toBe('delivered');
  });

  test('a receiver that answers and then calls the API is served at the instant of its webhook', async ({
    room,
    receiver,
  }) => {
    const dates: (string | null)[] = [];
    receiver.afterAnswer = () => {
      void attendee(room, 'GET', '/api/v1/bots').then(({ headers }) => dates.push(headers.get('date')));
    };
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', receiver.url));
    await room.clock.advance({ by: '3h' });
    expect(dates).toEqual([
      'Thu, 01 Jan 2026 09:55:00 GMT',
      'Thu, 01 Jan 2026 09:59:55 GMT',
      'Thu, 01 Jan 2026 10:00:01 GMT',
      'Thu, 01 Jan 2026 10:00:02 GMT',
      'Thu, 01 Jan 2026 10:29:55 GMT',
      'Thu, 01 Jan 2026 10:30:25 GMT',
    ]);
  });

  test('the answer of a call is there before its webhook arrives', async ({ room, receiver }) => {
    const order: string[] = [];
    receiver.answerWith(() => {
      order.push('webhook');
      return 200;
    });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    order.push('answer');
    await room.deliveries.wait({ match: { state: 'joining' } });
    expect(order).toEqual(['answer', 'webhook']);
  });

  test('a wait ends with the world that it waits in', async ({ room }) => {
    const ends = {
      reset: (own: Greenroom) => own.reset(),
      rewound: (own: Greenroom) => own.clock.rewind({ checkpoint: 'start' }),
      deleted: (own: Greenroom) => own.close(),
    };
    for (const [name, end] of Object.entries(ends)) {
      const own = await room.workspace();
      await own.checkpoint('start');
      const waiting = own.deliveries.wait({ match: { state: 'joining' }, timeout_ms: 60_000 }).catch(String);
      // Calls that are served as it is, one after the other: it was begun before they ended.
      for (const name of ['one', 'two', 'three']) await own.checkpoint(name);
      await end(own);
      expect([name, await waiting]).toEqual([name, expect.stringContaining('and they with it')]);
    }
  });

  test('deliveries that are due at one instant arrive in the order in which they were caused', async ({
    room,
    receiver,
  }) => {
    for (let i = 0; i < 20; i++) {
      await attendee(
        room,
        'POST',
        '/api/v1/bots',
        botRequest('2026-01-01T10:00:00Z', receiver.url, { metadata: { n: String(i) } }),
      );
    }
    await room.clock.advance({ to: '2026-01-01T09:55:00Z' });
    expect(receiver.arrivals.map(({ body }) => Number(JSON.parse(body).bot_metadata.n))).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  test('a webhook for another machine is captured, not sent, and complete when the call is answered', async ({
    room,
  }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, 'https://hooks.example.com/in'));
    const {
      deliveries: [captured],
    } = await room.deliveries.list();
    expect(captured).toMatchObject({
      status: 'captured',
      url: 'https://hooks.example.com/in',
      attempts: [{ outcome: 'captured' }],
    });
    expect(await room.timeline({ as: 'text' })).toContain('--forward-to');
  });

  test('why webhooks are captured is told once for each host, however many there are', async ({ room }) => {
    for (const host of ['a.example.com', 'b.example.com', 'a.example.com'])
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `https://${host}/in`));
    await room.clock.advance({ by: '2h' });
    const { entries: sent } = await room.timeline({ kind: 'delivery' });
    const { entries: notes } = await room.timeline({ kind: 'note' });
    expect(sent.length).toBeGreaterThan(12);
    expect(notes.map(({ summary }) => /^captured, not sent: (\S+) /.exec(summary)?.[1]).filter(Boolean)).toEqual([
      'a.example.com',
      'b.example.com',
    ]);
  });

  test('--forward-to sends such webhooks to a local URL instead', async ({ receiver }) => {
    await using room = await startGreenroom({ forwardTo: `${receiver.url}/dev` });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, 'https://hooks.example.com/in?a=1'));
    await room.deliveries.wait({ match: { state: 'joining' } });
    expect(receiver.arrivals[0]!.path).toBe('/dev/in?a=1');
  });

  test('a receiver in this process gets the same webhook without a port', async () => {
    const bodies: string[] = [];
    await using room = await startGreenroom({
      receivers: {
        'https://myapp.test': async (request) => {
          bodies.push(await request.text());
          return new Response(null, { status: 204 });
        },
      },
    });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, 'https://myapp.test/hooks'));
    const {
      deliveries: [delivered],
    } = await room.deliveries.wait({ match: { state: 'joining' } });
    expect(bodies).toEqual([delivered!.attempts[0]!.request.body]);
  });

  test('a wait that nothing can end says which call moves time', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', 'http://127.0.0.1:9/'));
    const answer = await control(room, 'POST', '/deliveries/wait', { match: { state: 'staged' }, timeout_ms: 20 });
    expect([answer.status, answer.json.code]).toEqual([408, 'TIMEOUT']);
    expect(answer.json.detail).toMatch(/frozen.*2026-01-01T09:55:00Z.*\/_greenroom\/clock\/advance/);
  });

  test('secrets are not in what the control plane shows', async ({ room }) => {
    await call('GET', `${room.url}/api/v1/bots`, undefined, { authorization: `Token ${room.attendee.api_key}` });
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest());
    const shown = (await control(room, 'GET', '/requests')).text + (await control(room, 'GET', '/timeline')).text;
    expect(shown).not.toContain(room.attendee.api_key);
    expect(shown).not.toContain(room.cronofy.client_secret);
  });
});

describe('Looking back', () => {
  test('verify counts the calls that a match describes, and says what the closest lack', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const match = { operation: 'createBot', body: { bot_name: 'Notes' } };
    expect((await control(room, 'POST', '/requests/verify', { match, times: 1 })).json).toEqual({
      ok: true,
      count: 1,
      matched: ['req_1'],
      closest: [],
    });
    const other = { match: { operation: 'createBot', body: { bot_name: 'Other' } } };
    expect((await control(room, 'POST', '/requests/verify', other)).json).toEqual({
      ok: false,
      count: 0,
      matched: [],
      closest: [{ id: 'req_1', differs: [{ pointer: '/body/bot_name', expected: 'Other', was: 'Notes' }] }],
    });
    expect((await control(room, 'POST', '/requests/verify', { match, times: { at_most: 0 } })).json.ok).toBe(false);
  });

  test('a delivery can be sent again, with the same key and data', async ({ room, receiver }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    const {
      deliveries: [first],
    } = await room.deliveries.wait({ match: { state: 'joining' } });
    expect((await control(room, 'POST', `/deliveries/${first!.id}/redeliver`)).status).toBe(202);
    const {
      deliveries: [again],
    } = await room.deliveries.list({ state: 'joining' });
    expect(again!.attempts).toHaveLength(2);
    expect(receiver.arrivals[1]!.body).toBe(receiver.arrivals[0]!.body);
  });
});
