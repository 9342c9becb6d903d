import { describe, expect } from 'vitest';
import type { Delivery, Greenroom } from '../../src/index.js';
import { signCronofy } from '../../src/contracts/cronofy/signing.js';
import { signAttendee } from '../../src/contracts/attendee/signing.js';
import { fault, strikes, told } from '../support/faults.js';
import { startReceiver, type Arrival, type Receiver } from '../support/receiver.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test, MEET_URL } from '../support/room.js';

const BOTS = '/api/v1/bots';
const webhooks = (match: object = {}) => ({ on: 'delivery', match });

/** A bot that joins at once and lives for half an hour. */
const bot = (room: Greenroom, receiver: { url: string }) =>
  attendee(room, 'POST', BOTS, botRequest(undefined, receiver.url));
const agent = (room: Greenroom, receiver: { url: string }) =>
  cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));

const states = ({ arrivals }: Receiver) => arrivals.map(({ body }) => JSON.parse(body).data.new_state);
const outcomes = ({ attempts }: Delivery) =>
  attempts.map(({ at, status, outcome }) => [at.slice(11, 19), status ?? outcome]);
const signedByCronofy = (room: Greenroom, { body, headers }: Arrival) =>
  headers['cronofy-hmac-sha256'] === signCronofy(body, room.cronofy.client_secret);
const signedByAttendee = (room: Greenroom, { body, headers }: Arrival) =>
  headers['x-webhook-signature'] === signAttendee(body, room.attendee.webhook_secret);

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

describe('A fault on a delivery', () => {
  test('duplicates a webhook: the same key and data, as deliveries of their own', async ({ room, receiver }) => {
    await fault(room, { ...webhooks({ state: 'joined_recording' }), times: 1, do: { duplicate: 2 } });
    await bot(room, receiver);
    await room.clock.advance({ by: '5m' });
    const copies = receiver.arrivals.filter(({ body }) => JSON.parse(body).data.new_state === 'joined_recording');
    expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
    expect(copies).toHaveLength(3);
    const { deliveries: list } = await room.deliveries.list({ state: 'joined_recording' });
    const lines = (await room.timeline({ as: 'text', kind: 'delivery' })).split('\n');
    expect(lines.filter((line) => line.endsWith(`, a copy of ${list[0]!.id}`))).toHaveLength(2);
    expect(list.map((one) => ('duplicate_of' in one ? one.duplicate_of : null))).toEqual([
      null,
      list[0]!.id,
      list[0]!.id,
    ]);
  });

  test('delays a webhook in virtual time, so that it is overtaken', async ({ room, receiver }) => {
    await fault(room, { ...webhooks({ state: 'joining' }), do: { delay: '10m' } });
    await bot(room, receiver);
    await room.clock.advance({ by: '599s' });
    expect(states(receiver)).toEqual(['joined_not_recording', 'joined_recording']);
    await room.clock.advance({ by: '1s' });
    expect(states(receiver).at(-1)).toBe('joining');
  });

  test('holds a webhook until another has arrived, also after a retry of that one', async ({ room, receiver }) => {
    const until = { type: 'bot.state_change', state: 'joined_recording' };
    await fault(room, { ...webhooks({ state: 'joining' }), times: 1, do: { hold_until: until } });
    receiver.answerWith(200, 500);
    await bot(room, receiver);
    await room.clock.advance({ by: '5m' });
    expect(states(receiver)).toEqual(['joined_not_recording', 'joined_recording', 'joined_recording', 'joining']);
  });

  test('sends a webhook at the same time as another, when that is sent', async ({ room, receiver }) => {
    const until = { type: 'bot.state_change', state: 'joined_recording' };
    await fault(room, { ...webhooks({ state: 'joining' }), times: 1, do: { hold_until: until, together: true } });
    let inHand = 0;
    const { promise: both, resolve } = withResolvers();
    const whenBothAreThere = async (): Promise<number> => {
      if (++inHand === 2) resolve();
      await both;
      return 200;
    };
    receiver.answerWith(200, whenBothAreThere, whenBothAreThere);
    await bot(room, receiver);
    await room.clock.advance({ by: '5m' });
    expect(states(receiver)[0]).toBe('joined_not_recording');
    expect(new Set(states(receiver).slice(1))).toEqual(new Set(['joined_recording', 'joining']));
    const { deliveries: list } = await room.deliveries.list({ type: 'bot.state_change' });
    expect(list.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual(list.map(() => [200]));
  });

  test('lets a held webhook go when its rule is removed', async ({ room, receiver }) => {
    const id = await fault(room, {
      ...webhooks({ state: 'joining' }),
      do: { hold_until: { type: 'chat_messages.update' } },
    });
    await bot(room, receiver);
    await room.clock.advance({ by: '1h' });
    expect(states(receiver)).not.toContain('joining');
    expect((await control(room, 'DELETE', `/faults/${id}`)).status).toBe(204);
    await room.deliveries.wait({ match: { state: 'joining' } });
    expect(states(receiver).at(-1)).toBe('joining');
  });

  test('drops a webhook: it is listed, and never sent', async ({ room, receiver }) => {
    await fault(room, { ...webhooks({ type: 'meeting_agent_complete' }), do: { drop: true } });
    await agent(room, receiver);
    await room.clock.advance({ by: '2h' });
    const {
      deliveries: [dropped],
    } = await room.deliveries.list({ status: 'dropped' });
    expect(dropped).toMatchObject({ type: 'meeting_agent_complete', attempts: [], fault: 'flt_1' });
    expect(receiver.arrivals).toHaveLength(1);
    expect((await control(room, 'POST', `/deliveries/${dropped!.id}/redeliver`)).status).toBe(202);
    await room.deliveries.wait({ match: { type: 'meeting_agent_complete' } });
    expect(receiver.arrivals).toHaveLength(2);
  });

  test.for(['wrong', 'missing', 'old_secret'])(
    'gives one attempt a signature that is no good: %s',
    async (signature, { room, receiver }) => {
      await fault(room, { ...webhooks({ provider: 'cronofy' }), times: 1, do: { signature } });
      await fault(room, { ...webhooks({ provider: 'attendee' }), times: 1, do: { signature } });
      receiver.answerWith(401);
      await agent(room, receiver);
      await room.clock.advance({ by: '2m' });
      expect(receiver.arrivals.map((arrival) => signedByCronofy(room, arrival))).toEqual([false, true]);
      expect('cronofy-hmac-sha256' in receiver.arrivals[0]!.headers).toBe(signature !== 'missing');
      receiver.answerWith(401);
      await bot(room, receiver);
      await room.clock.advance({ by: '500ms' });
      const [refused, accepted] = receiver.arrivals.slice(2);
      expect([refused, accepted].map((arrival) => signedByAttendee(room, arrival!))).toEqual([false, true]);
      expect('x-webhook-signature' in refused!.headers).toBe(signature !== 'missing');
    },
  );

  test('signs with the old secret of a rotation', async ({ room, receiver }) => {
    await control(room, 'PATCH', '/workspaces/default', { cronofy: { previous_client_secrets: ['before'] } });
    await fault(room, { ...webhooks(), do: { signature: 'old_secret' } });
    await agent(room, receiver);
    await room.clock.advance({ by: '1m' });
    const [{ body, headers }] = receiver.arrivals as [Arrival];
    expect(headers['cronofy-hmac-sha256']).toBe(signCronofy(body, 'before'));
  });

  test('signs with the old secret beside the present one, as while they are rotated', async ({ room, receiver }) => {
    await fault(room, { ...webhooks(), do: { signature: 'rotation' } });
    await agent(room, receiver);
    await room.clock.advance({ by: '1m' });
    const [{ body, headers }] = receiver.arrivals as [Arrival];
    const right = signCronofy(body, room.cronofy.client_secret);
    const [old, present, ...more] = headers['cronofy-hmac-sha256']!.split(',');
    expect([old === right, present === right, more]).toEqual([false, true, []]);
    // Attendee has one secret.
    await bot(room, receiver);
    await room.clock.advance({ by: '500ms' });
    expect(signedByAttendee(room, receiver.arrivals.at(-1)!)).toBe(true);
  });

  test('has each secret of a rotation sign once', async ({ room, receiver }) => {
    await control(room, 'PATCH', '/workspaces/default', { cronofy: { previous_client_secrets: ['before'] } });
    await fault(room, { ...webhooks(), do: { signature: 'rotation' } });
    await agent(room, receiver);
    await room.clock.advance({ by: '1m' });
    const [{ body, headers }] = receiver.arrivals as [Arrival];
    expect(headers['cronofy-hmac-sha256']).toBe(signCronofy(body, ['before', room.cronofy.client_secret]));
  });

  test.for([
    ['truncate', false],
    ['invalid_json', false],
    ['extra_field', true],
    ['whitespace', true],
  ] as const)('corrupts the body of one attempt: %s', async ([corrupt, isJson], { room, receiver }) => {
    await fault(room, { ...webhooks({ provider: 'cronofy' }), times: 1, do: { corrupt } });
    await fault(room, { ...webhooks({ provider: 'attendee' }), times: 1, do: { corrupt } });
    receiver.answerWith(400);
    await agent(room, receiver);
    await room.clock.advance({ by: '2m' });
    receiver.answerWith(400);
    await bot(room, receiver);
    await room.clock.advance({ by: '500ms' });
    const [spoilt, whole, spoiltToo, wholeToo] = receiver.arrivals as [Arrival, Arrival, Arrival, Arrival];
    for (const [bad, good] of [
      [spoilt, whole],
      [spoiltToo, wholeToo],
    ] as const) {
      expect(bad.body).not.toBe(good.body);
      if (isJson) expect(JSON.parse(bad.body)).toMatchObject(JSON.parse(good.body));
      else expect(() => JSON.parse(bad.body)).toThrow(SyntaxError);
      if (corrupt === 'whitespace') expect(JSON.parse(bad.body)).toEqual(JSON.parse(good.body));
    }
    expect(signedByCronofy(room, spoilt)).toBe(true);
    if (isJson) expect(signedByAttendee(room, spoiltToo)).toBe(true);
    else expect(spoiltToo.headers['x-webhook-signature']).toBe(wholeToo.headers['x-webhook-signature']);
    expect(await told(room, 'violation')).toEqual([]);
  });

  test('scripts the answers of a receiver that is not asked', async ({ room, receiver }) => {
    await fault(room, {
      ...webhooks({ type: 'meeting_agent_activated' }),
      do: { answers: [500, 'drop', 'timeout', 200] },
    });
    await agent(room, receiver);
    await room.clock.advance({ by: '1h' });
    const {
      deliveries: [activated],
    } = await room.deliveries.list({ type: 'meeting_agent_activated' });
    // The waits are 1, 5 and 30 minutes; a timeout is known 7 seconds later.
    expect(outcomes(activated!)).toEqual([
      ['09:00:01', 500],
      ['09:01:01', 'dropped'],
      ['09:06:01', 'timeout'],
      ['09:36:08', 200],
    ]);
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).notification.interactions[0].type)).toEqual([
      'meeting_agent_complete',
    ]);
  });

  test('a second script for the same webhooks takes the place of the rest of the first', async ({ room }) => {
    const hook = { url: 'https://hooks.example.com/in' };
    await fault(room, { ...webhooks(hook), do: { answers: [500, 500, 500, 500] } });
    await fault(room, { ...webhooks(hook), do: { answers: [503] } });
    await bot(room, hook);
    const {
      deliveries: [joining],
    } = await room.deliveries.list({ state: 'joining' });
    expect(outcomes(joining!)).toEqual([['09:00:00', 503]]);
    await room.clock.advance({ by: '1s' });
    expect(outcomes((await room.deliveries.list({ state: 'joining' })).deliveries[0]!).at(-1)![1]).toBe('captured');
  });

  test('a script that begins with a later attempt leaves the one before as it is', async ({ room }) => {
    await fault(room, { ...webhooks(), do: { answers: [500] } });
    await fault(room, { ...webhooks(), after: 2, do: { answers: [503] } });
    await bot(room, { url: 'https://hooks.example.com/in' });
    await room.clock.advance({ by: '1h' });
    const { deliveries } = await room.deliveries.list();
    const attempts = deliveries.flatMap((delivery) => delivery.attempts);
    const inOrder = attempts.sort((one, other) => one.seq - other.seq);
    expect(inOrder.slice(0, 4).map(({ status, outcome }) => status ?? outcome)).toEqual([
      500,
      'captured',
      503,
      'captured',
    ]);
  });

  test('plays a script as often as it is told', async ({ room }) => {
    await fault(room, { ...webhooks({ state: 'joining' }), times: 2, do: { answers: [500] } });
    await bot(room, { url: 'https://hooks.example.com/in' });
    await room.clock.advance({ by: '2s' });
    const {
      deliveries: [joining],
    } = await room.deliveries.list({ state: 'joining' });
    expect(joining!.attempts.map(({ status, outcome }) => status ?? outcome)).toEqual([500, 500, 'captured']);
  });

  test('a scripted answer is there before the answer of the call that made it', async ({ room, receiver }) => {
    await fault(room, { ...webhooks(), do: { answers: [200] } });
    await bot(room, receiver);
    expect((await room.deliveries.list()).deliveries[0]!.status).toBe('delivered');
    expect(receiver.arrivals).toEqual([]);
  });

  test('names an agent before it is there, by the name that the client will give it', async ({ room, receiver }) => {
    await fault(room, { ...webhooks({ subject: { deduplication_key: 'mine' } }), do: { drop: true } });
    await bot(room, receiver);
    const more = { deduplication_key: 'mine' };
    await attendee(room, 'POST', BOTS, botRequest(undefined, receiver.url, more));
    await room.clock.advance({ by: '1h' });
    const { deliveries: dropped } = await room.deliveries.list({ status: 'dropped' });
    expect(dropped).toHaveLength(5);
    expect(receiver.arrivals).toHaveLength(5);
  });

  test('stands in the timeline and in the list of deliveries', async ({ room, receiver }) => {
    await fault(room, { ...webhooks({ state: 'joining' }), do: { duplicate: 1 } });
    await fault(room, { ...webhooks({ state: 'joining' }), times: 1, do: { signature: 'wrong' } });
    await bot(room, receiver);
    expect(await told(room, 'fault', 'delivery')).toEqual([
      'flt_1 on dlv_1: it is sent again as dlv_2',
      'flt_2 on dlv_1: its signature is wrong',
      'bot.state_change joining → http://127.0.0.1:{receiver 1}/: 200 (flt_2)',
      'bot.state_change joining → http://127.0.0.1:{receiver 1}/: 200',
    ]);
    const [first] = (await control(room, 'GET', '/deliveries')).json.deliveries;
    expect([first.fault, first.attempts[0].fault]).toEqual(['flt_1 flt_2', 'flt_2']);
  });
});

describe('Where the answer is lost', () => {
  test('a webhook that was handled comes again, and each has done its work', async ({ room, receiver }) => {
    await fault(room, { ...webhooks({ type: 'meeting_agent_activated' }), do: { answers: ['drop'], send: true } });
    await agent(room, receiver);
    await room.clock.advance({ by: '5m' });
    expect(receiver.arrivals.map(({ body }) => body)).toEqual([receiver.arrivals[0]!.body, receiver.arrivals[0]!.body]);
    const { json } = await control(room, 'GET', '/deliveries?type=meeting_agent_activated');
    expect(json.deliveries[0].attempts).toMatchObject([
      { outcome: 'dropped', lost_answer: { outcome: 'answered', status: 200 } },
      { outcome: 'answered', status: 200 },
    ]);
  });

  test('a receiver that is down for an hour of virtual time gets everything afterwards', async ({ room }) => {
    const down = await startReceiver();
    const { port } = new URL(down.url);
    await down.close();
    await agent(room, down);
    await room.clock.advance({ by: '1h' });
    const {
      deliveries: [activated],
    } = await room.deliveries.list({ type: 'meeting_agent_activated' });
    expect(activated!.attempts.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused', 'refused']);
    const up = await startReceiver(Number(port));
    await room.clock.advance({ by: '3h' });
    const types = up.arrivals.map(({ body }) => JSON.parse(body).notification.interactions[0].type);
    expect(new Set(types)).toEqual(new Set(['meeting_agent_activated', 'meeting_agent_complete']));
    expect(types).toHaveLength(2);
    await up.close();
  });

  test('a webhook comes before the answer of the call that caused it, and its receiver may call back', async ({
    room,
    receiver,
  }) => {
    await fault(room, { ...webhooks({ state: 'joining' }), do: { early: true } });
    const order: string[] = [];
    receiver.answerWith(async ({ body }) => {
      const { bot_id } = JSON.parse(body);
      order.push(`webhook, and the bot is ${(await attendee(room, 'GET', `${BOTS}/${bot_id}`)).json.state}`);
      await attendee(room, 'POST', BOTS, { meeting_url: MEET_URL, bot_name: 'Second' });
      return 200;
    });
    await bot(room, receiver);
    order.push('answer');
    expect(order).toEqual(['webhook, and the bot is joining', 'answer']);
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    expect(await told(room, 'fault')).toEqual(['flt_1 on dlv_1: it is sent before the answer of the call']);
  });
});

describe('The rules', () => {
  test('are listed, with what they have done and may still do, and removed', async ({ room }) => {
    const first = { on: 'delivery', match: { type: 'bot.state_change' }, times: 3, do: { duplicate: 1 } };
    const second = { on: 'request', match: { operation: 'createBot' }, do: { status: 500 } };
    await fault(room, first);
    const id = await fault(room, second);
    const { json } = await control(room, 'GET', '/faults');
    expect(json.faults).toEqual([
      { id: 'flt_1', ...first, matched: 0, struck: 0, left: 3 },
      { id: 'flt_2', ...second, matched: 0, struck: 0, left: null },
    ]);
    expect((await control(room, 'DELETE', `/faults/${id}`)).status).toBe(204);
    expect((await control(room, 'DELETE', `/faults/${id}`)).json.code).toBe('NOT_FOUND');
    expect((await control(room, 'DELETE', '/faults')).status).toBe(204);
    expect(await strikes(room)).toEqual({});
  });

  test.for([
    [{}, '/on', undefined],
    [{ on: 'deliverey', do: {} }, '/on', 'delivery'],
    [{ on: 'request', do: {} }, '/do', undefined],
    [{ on: 'request', do: { status: 500, reset: true } }, '/do', undefined],
    [{ on: 'request', do: { delay: '2s', headers: {} } }, '/do/headers', undefined],
    [{ on: 'request', do: { delay: '61s' } }, '/do/delay', undefined],
    [{ on: 'request', do: { delay: 'soon' } }, '/do/delay', undefined],
    [{ on: 'request', do: { statsu: 500 } }, '/do/statsu', 'status'],
    [
      { on: 'request', do: { status: 500, headers: { 'Content-Length': '1' } } },
      '/do/headers/Content-Length',
      undefined,
    ],
    [{ on: 'request', match: { operation: 'createBots' }, do: { reset: true } }, '/match/operation', 'createBot'],
    [{ on: 'request', match: { method: 'POTS' }, do: { reset: true } }, '/match/method', undefined],
    [{ on: 'request', match: { opration: 'createBot' }, do: { reset: true } }, '/match/opration', 'operation'],
    [{ on: 'delivery', match: { type: 'bot.statechange' }, do: { drop: true } }, '/match/type', 'bot.state_change'],
    [{ on: 'delivery', do: { signature: 'missin' } }, '/do/signature', 'missing'],
    [{ on: 'delivery', do: { drop: true, early: true } }, '/do', undefined],
    [{ on: 'delivery', do: { answers: [] } }, '/do/answers', undefined],
    [{ on: 'delivery', do: { answers: ['tiemout'] } }, '/do/answers/0', 'timeout'],
    [{ on: 'delivery', do: { drop: true }, time: 1 }, '/time', 'times'],
  ] as const)('a rule that would do nothing is refused: %j', async ([rule, pointer, nearest], { room }) => {
    const { status, json } = await control(room, 'POST', '/faults', rule);
    expect([status, json.code, json.pointer, json.nearest]).toEqual([422, 'INVALID_BODY', pointer, nearest]);
    expect(await strikes(room)).toEqual({});
  });

  test('belong to their workspace, to its snapshot, and not to what comes after a reset', async ({
    room,
    receiver,
  }) => {
    const { json: other } = await control(room, 'POST', '/workspaces', {});
    await fault(room, { ...webhooks({ state: 'joining' }), times: 2, do: { answers: [500, 503] } });
    await fault(room, { ...webhooks({ state: 'joined_recording' }), do: { delay: '1h' } });
    const theirs = { ...room, attendee: other.attendee };
    await attendee(theirs, 'POST', BOTS, botRequest(undefined, receiver.url));
    await room.deliveries.list();
    expect((await call('GET', `${room.url}/_greenroom/faults?workspace=${other.id}`)).json.faults).toEqual([]);

    await bot(room, { url: 'https://hooks.example.com/in' });
    await room.clock.advance({ by: '10s' });
    const { json: snapshot } = await control(room, 'GET', '/snapshot');
    const goOn = async () => {
      await bot(room, { url: 'https://hooks.example.com/in' });
      await room.clock.advance({ by: '3h' });
      return [await room.timeline({ as: 'text' }), await strikes(room)];
    };
    const original = await goOn();
    expect((await control(room, 'PUT', '/snapshot', snapshot)).status).toBe(204);
    expect(await goOn()).toEqual(original);
    await room.reset();
    expect(await strikes(room)).toEqual({});
  });
});
