import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { createGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest, call, control, test } from '../support/room.js';
import { asUser } from '../support/cronofy.js';

const at = (time: string): string => `2026-01-01T${time}Z`;
const BOTS = '/api/v1/bots';

/** Makes a bot for ten o'clock, or another time. */
const book = async (room: Greenroom, url?: string, time = '10:00:00'): Promise<string> =>
  (await attendee(room, 'POST', BOTS, botRequest(at(time), url))).json.id as string;

/** All that can be seen of the world, without real durations. */
const everything = async (room: Greenroom): Promise<string> =>
  JSON.stringify([await room.timeline(), await room.snapshot()]).replace(/,"duration_ms":\d+/g, '');

const refusal = async (room: Greenroom, body: object): Promise<object> =>
  (await control(room, 'POST', '/clock/rewind', body)).json as object;

describe('A rewind', () => {
  test('makes the world what it was at an instant, with everything that happened at it', async ({ room, receiver }) => {
    const bot = await book(room, receiver.url);
    await room.clock.advance({ to: at('09:55:00') });
    const staged = await everything(room);
    await room.clock.until({ subject: bot, state: 'ended' });
    expect((await room.clock.rewind({ to: at('09:55:00') })).now).toBe(at('09:55:00'));
    expect(await everything(room)).toBe(staged);
    await room.clock.rewind({ to: at('09:54:59') });
    expect(await room.subject(bot).transitions()).toEqual([]);
  });

  test('goes to the moment before a call, which can then be made in another way', async ({ room }) => {
    await book(room);
    const before = await everything(room);
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(at('10:00:00')));
    await attendee(room, 'DELETE', `${BOTS}/${bot.id}`);
    await room.clock.rewind({ before: 'req_2' });
    expect(await everything(room)).toBe(before);
    // The same chance: the bot that is made now gets the id of the one that is gone.
    expect(await book(room)).toBe(bot.id);
  });

  test('keeps what came after as a branch that leads forth and back', async ({ room, receiver }) => {
    const bot = await book(room, receiver.url);
    await room.checkpoint('booked');
    const booked = await everything(room);
    await room.clock.until({ subject: bot, state: 'ended' });
    const ended = await everything(room);
    const first = await room.clock.rewind({ checkpoint: 'booked' });
    await attendee(room, 'DELETE', `${BOTS}/${bot}`);
    const deleted = await everything(room);
    const second = await room.clock.rewind({ checkpoint: first.branch.name });
    expect(await everything(room)).toBe(ended);
    await room.clock.rewind({ checkpoint: second.branch.name });
    expect(await everything(room)).toBe(deleted);
    await room.clock.rewind({ checkpoint: 'booked' });
    expect(await everything(room)).toBe(booked);
    const { checkpoints } = await room.checkpoints.list();
    expect(checkpoints.map(({ name, branch }) => [name, branch])).toEqual([
      ['booked', false],
      ...['branch_1', 'branch_2', 'branch_3', 'branch_4'].map((name) => [name, true]),
    ]);
  });

  test('goes to and fro in a day of many bots, of which some have a receiver', async ({ room, receiver }) => {
    for (const hour of [10, 11, 12, 13, 14, 15])
      for (let i = 0; i < 6; i++) await book(room, i === 3 ? receiver.url : undefined, `${hour}:00:00`);
    const lived = new Map<string, string>();
    for (const minute of ['09:30', '10:20', '11:40', '12:00', '13:03', '15:00', '15:20']) {
      await room.clock.advance({ to: at(`${minute}:00`) });
      lived.set(minute, await everything(room));
    }
    const { branch } = await room.clock.rewind({ to: at('12:00:00') });
    for (const minute of ['13:03', '09:30', '15:20', '11:40', '15:00', '10:20', '12:00']) {
      await room.clock.rewind({ checkpoint: branch.name });
      await room.clock.rewind({ to: at(`${minute}:00`) });
      expect(await everything(room)).toBe(lived.get(minute));
    }
    await room.clock.advance({ to: at('15:00:00') });
    expect(await everything(room)).toBe(lived.get('15:00'));
  });

  test('sends nothing again, and what comes after it is sent as ever', async ({ room, receiver }) => {
    const bot = await book(room, receiver.url);
    await room.clock.advance({ to: at('10:00:00') });
    const sent = receiver.arrivals.length;
    expect(sent).toBeGreaterThan(1);
    const { branch } = await room.clock.rewind({ to: at('09:59:00') });
    await room.clock.rewind({ checkpoint: branch.name });
    await room.clock.rewind({ to: at('09:59:00') });
    expect([receiver.arrivals.length, await room.clock.now()]).toEqual([sent, at('09:59:00')]);
    await room.clock.until({ subject: bot, state: 'joining' });
    expect(receiver.arrivals.length).toBe(sent + 1);
    expect(receiver.arrivals.at(-1)!.body).toBe(receiver.arrivals.at(-2)!.body);
  });

  test('undoes faults, casting, settings and an API key, which opens no door afterwards', async ({ room }) => {
    const { api_key } = room.attendee;
    const other = await room.workspace({ attendee: { api_key: 'of-another-workspace' } });
    await room.patch({ strict: true });
    await room.checkpoint('start');
    const start = await everything(room);
    await room.faults.add({ on: 'request', match: { provider: 'attendee' }, do: { status: 503 } });
    await room.casting.add({ scenario: 'manual', match: {} });
    await room.patch({ scenario: 'manual', attendee: { api_key: 'changed', credits: 0 } });
    const asking = async (key: string): Promise<number> =>
      (await call('GET', room.url + BOTS, undefined, { authorization: `Token ${key}` })).status;
    expect([await asking('changed'), await asking(api_key)]).toEqual([503, 401]);
    const { branch } = await room.clock.rewind({ checkpoint: 'start' });
    expect(await everything(room)).toBe(start);
    expect([await asking('changed'), await asking(api_key)]).toEqual([401, 200]);
    await room.clock.rewind({ checkpoint: branch.name });
    expect([await asking('changed'), await asking(api_key)]).toEqual([503, 401]);
    await room.clock.rewind({ checkpoint: 'start' });
    await other.patch({ attendee: { api_key: 'changed' } });
    expect((await control(room, 'POST', '/clock/rewind', { checkpoint: branch.name })).json).toMatchObject({
      code: 'CONFLICT',
      detail: expect.stringContaining('belongs to another workspace already'),
    });
    expect([await asking('changed'), await asking(api_key)]).toEqual([200, 200]);
    await other.close();
  });

  test('shuts out credentials that were given out after its instant, and lets them in on the branch', async ({
    room,
  }) => {
    await room.patch({ strict: true });
    await room.checkpoint('start');
    const { client_id, client_secret } = room.cronofy;
    const redirect_uri = 'https://app.example.com/callback';
    const scope = 'create_event delete_event';
    const query = new URLSearchParams({ client_id, redirect_uri, response_type: 'code', scope });
    const consent = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
    const code = new URL(consent.headers.get('location')!).searchParams.get('code');
    const grant = { client_id, client_secret, redirect_uri, grant_type: 'authorization_code', code };
    const { json } = await call('POST', `${room.url}/oauth/token`, grant);
    const isLetIn = async (): Promise<boolean> =>
      (await asUser(room, 'GET', '/v1/userinfo', undefined, json.access_token)).status === 200;
    expect(await isLetIn()).toBe(true);
    const { branch } = await room.clock.rewind({ checkpoint: 'start' });
    expect(await isLetIn()).toBe(false);
    await room.clock.rewind({ checkpoint: branch.name });
    expect(await isLetIn()).toBe(true);
  });

  test('is told to those who follow the timeline', async ({ room }) => {
    await book(room);
    const stream = await fetch(`${room.url}/_greenroom/stream`);
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    await room.clock.rewind({ before: 'req_1' });
    await book(room);
    let heard = '';
    while (!/event: renewed[\s\S]*id: 1\n/.test(heard)) {
      const { value, done } = await reader.read();
      if (done) break;
      heard += value;
    }
    expect(heard).toMatch(/event: renewed[\s\S]*id: 1\n/);
    await reader.cancel();
  });

  test('is forgotten by a reset, with all checkpoints and branches', async ({ room }) => {
    await book(room);
    await room.checkpoint('booked');
    await room.clock.rewind({ before: 'req_1' });
    await room.reset();
    expect(await room.checkpoints.list()).toEqual({ checkpoints: [] });
    expect(await refusal(room, { checkpoint: 'booked' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('goes back within a workspace alone', async ({ room }) => {
    const other = await room.workspace();
    await book(room);
    await book(other);
    await room.clock.rewind({ before: 'req_1' });
    expect((await room.requests.list()).requests).toEqual([]);
    expect((await other.requests.list()).requests).toHaveLength(1);
    await other.close();
  });
});

describe('A rewind is refused', () => {
  test('to an instant that has not come, or before the beginning of the world', async ({ room }) => {
    await room.clock.advance({ by: '1h' });
    const before = await everything(room);
    expect(await refusal(room, { to: at('10:00:01') })).toMatchObject({ code: 'CLOCK_BACKWARDS', now: at('10:00:00') });
    expect(await refusal(room, { to: at('08:59:59') })).toMatchObject({
      code: 'CLOCK_BACKWARDS',
      detail: expect.stringContaining('begins at 2026-01-01T09:00:00Z'),
    });
    expect(await everything(room)).toBe(before);
    expect((await room.checkpoints.list()).checkpoints).toEqual([]);
  });

  test('to a call or a checkpoint that there is not, with what there is', async ({ room }) => {
    expect(await refusal(room, { before: 'req_1' })).toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringContaining('there was no call yet'),
    });
    await book(room);
    await book(room);
    await room.checkpoint('booked');
    expect(await refusal(room, { before: 'req_3' })).toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringContaining('expected one of req_1 to req_2'),
    });
    expect(await refusal(room, { checkpoint: 'boked' })).toMatchObject({ code: 'NOT_FOUND', nearest: 'booked' });
    expect(await refusal(room, { after: 'req_1' })).toMatchObject({ code: 'INVALID_BODY' });
  });

  test('while an advance runs', async ({ room, receiver }) => {
    await book(room, receiver.url);
    let refused: unknown;
    receiver.answerWith(async () => {
      refused = await refusal(room, { to: at('09:00:00') });
      return 200;
    });
    await room.clock.advance({ to: at('09:56:00') });
    expect(refused).toMatchObject({ code: 'CLOCK_BUSY' });
  });

  test('for a world whose history had too many bytes', async ({ room }) => {
    const small = await room.workspace({ memory: 2 ** 20 });
    await small.checkpoint('start');
    for (let i = 0; i < 10; i++)
      await attendee(
        small,
        'POST',
        BOTS,
        botRequest(at('10:00:00'), undefined, { metadata: { a: 'x'.repeat(30_000) } }),
      );
    const answer = await control(small, 'POST', '/clock/rewind', { to: at('09:00:00') }, small.id);
    expect(answer.json).toMatchObject({ code: 'CONFLICT', detail: expect.stringContaining('--memory') });
    const none = await control(small, 'POST', '/checkpoints', { name: 'now' }, small.id);
    expect(none.json).toMatchObject({ code: 'CONFLICT' });
    await small.reset();
    await small.checkpoint('now');
    await small.close();
  });
});

test('A rewind waits for a delivery that is on its way, and for what the app does with it', async ({
  room,
  receiver,
}) => {
  await room.checkpoint('before');
  const order: string[] = [];
  let rewinding: Promise<unknown> | undefined;
  receiver.answerWith(async () => {
    rewinding = room.clock.rewind({ checkpoint: 'before' }).then(() => order.push('rewound'));
    // Time enough to go back, if nothing were waited for.
    for (let i = 0; i < 3; i++) await attendee(room, 'GET', BOTS);
    order.push('answered');
    return 200;
  });
  await attendee(room, 'POST', BOTS, botRequest(undefined, receiver.url));
  await room.timeline();
  await rewinding;
  expect(order).toEqual(['answered', 'rewound']);
  expect((await attendee(room, 'GET', BOTS)).json.results).toEqual([]);
});

describe('A call that comes while a rewind is under way', () => {
  test('waits until it is over, and is answered by the world that it has made', async () => {
    await using room = await createGreenroom();
    const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' };
    const ask = (path: string, body?: object): Promise<Response> =>
      room.fetch(path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
    for (let i = 0; i < 1000; i++) await ask(`${BOTS}/bot_none`);
    await room.checkpoint('here');
    const waited: number[] = [];
    for (let turns = 0; turns < 8; turns++) {
      let isOver = false;
      const rewinding = room.clock.rewind({ checkpoint: 'here' }).finally(() => (isOver = true));
      for (let i = 0; i < turns; i++) await turn();
      const cameBefore = !isOver;
      const { id } = (await (await ask(BOTS, botRequest(at('10:00:00')))).json()) as { id: string };
      const { branch } = await rewinding;
      const isHere = (await ask(`${BOTS}/${id}`)).status === 200;
      if (cameBefore && isHere) waited.push(turns);
      await room.clock.rewind({ checkpoint: branch.name });
      const isThere = (await ask(`${BOTS}/${id}`)).status === 200;
      expect([turns, isHere || isThere]).toEqual([turns, true]);
    }
    expect(waited.length).toBeGreaterThan(1);
  });
});

describe('A rewind on a clock that runs', () => {
  for (const mode of ['live', 'auto'] as const)
    test(`goes back, and time goes on from there on a clock that is ${mode}`, async ({ room, receiver }) => {
      await book(room, receiver.url);
      await room.checkpoint('booked');
      await room.clock.patch({ mode, speed: 36_000 });
      await room.deliveries.wait({ match: { state: 'ended' } });
      const { branch } = await room.clock.rewind({ checkpoint: 'booked' });
      expect(await room.clock.now()).toBe(at('09:00:00'));
      await room.clock.rewind({ checkpoint: branch.name });
      expect((await room.deliveries.list({ state: 'ended' })).deliveries).toHaveLength(1);
      await room.clock.rewind({ to: at('09:30:00') });
      await room.deliveries.wait({ match: { state: 'ended' } });
      expect(receiver.arrivals.filter(({ body }) => /"new_state": ?"ended"/.test(body))).toHaveLength(2);
    });
});
