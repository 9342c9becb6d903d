import { describe, expect } from 'vitest';
import { intercept } from '../../src/intercept.js';
import { assertDelivered, assertNoViolations, assertReached, testRoom } from '../../src/testing.js';
import { connectGreenroom, createGreenroom, GreenroomError, startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest, cronofy, test } from '../support/room.js';

const HOOK = 'https://myapp.test/hooks';

/** A bot of this room that joins in half an hour and tells this URL. */
async function schedule(room: Greenroom, url = HOOK): Promise<{ id: string }> {
  const response = await room.fetch('/api/v1/bots', {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify(botRequest('2026-01-01T09:30:00Z', url)),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string };
}

/** The error of a call that must fail. */
async function failureOf(call: Promise<unknown>): Promise<GreenroomError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GreenroomError) return error;
  throw new Error(`Expected a GreenroomError, was ${String(error)}`);
}

describe('The handle of a room', () => {
  test('lists, waits and verifies in the shapes of the control plane', async ({ room }) => {
    const bot = await schedule(room);
    await room.clock.until({ subject: bot.id, state: 'ended' });
    const { deliveries } = await room.deliveries.list({ type: 'bot.state_change', subject: bot.id });
    expect(deliveries.map(({ body }) => body.data.new_state).at(-1)).toBe('ended');
    const waited = await room.deliveries.wait({ match: { state: 'joining' }, count: 1, timeout_ms: 0 });
    expect(waited.deliveries).toHaveLength(1);
    const { requests } = await room.requests.list({ operation: 'createBot' });
    expect(requests).toHaveLength(1);
    const verified = await room.requests.verify({ match: { operation: 'createBot', body: { bot_name: 'Nobody' } } });
    expect(verified).toMatchObject({
      ok: false,
      closest: [{ differs: [{ pointer: '/body/bot_name', was: 'Notes' }] }],
    });
    const { entries } = await room.timeline({ kind: 'transition', subject: bot.id, limit: 2 });
    expect(entries.map(({ to }) => to)).toEqual(['staged', 'joining']);
    expect(await room.timeline({ as: 'text', kind: 'transition' })).toMatch(/^2026-01-01T09:25:00Z {2}transition/);
  });

  test('reads what one vendor alone has to do with', async ({ room }) => {
    await schedule(room);
    await cronofy(room, 'GET', '/v1/userinfo');
    const of = async (provider?: 'attendee' | 'cronofy') =>
      (await room.timeline({ ...(provider && { provider }) })).entries;
    const all = (await of()).filter(({ kind }) => kind !== 'note');
    const [attendees, cronofys] = [await of('attendee'), await of('cronofy')];
    expect([attendees.length > 0, cronofys.length > 0, attendees.length + cronofys.length]).toEqual([
      true,
      true,
      all.length,
    ]);
  });

  test('takes a bot in whatever form a test has it', async ({ room }) => {
    const bot = await schedule(room);
    for (const subject of [bot.id, bot, { id: bot.id }, room.subject(bot)]) {
      await room.faults.add({ on: 'delivery', match: { subject, state: 'joining' }, times: 1, do: { duplicate: 1 } });
      await room.faults.remove();
    }
    await room.clock.until({ subject: bot, state: 'staged' });
    await room.clock.until({ webhook: { subject: room.subject(bot), state: 'ended' } });
    const numbers = async (subject: Parameters<typeof room.subject>[0]): Promise<number[]> => [
      (await room.timeline({ subject })).entries.length,
      (await room.timeline({ subject, as: 'text' })).length,
      (await room.deliveries.list({ subject })).deliveries.length,
      (await room.deliveries.wait({ match: { subject }, timeout_ms: 0 })).deliveries.length,
      (await room.requests.list({ subject })).requests.length,
    ];
    const expected = await numbers(bot.id);
    expect(Math.min(...expected)).toBeGreaterThan(0);
    for (const subject of [bot, { id: bot.id }, room.subject(bot)]) expect(await numbers(subject)).toEqual(expected);
  });

  test.for<[what: string, given: object | undefined, was: string]>([
    ['an answer that refuses', { detail: 'Not found.' }, '{detail: "Not found."}'],
    ['a room', undefined, 'a room'],
    ['an answer that is not read', Response.json({ id: 'bot_1' }), 'a Response'],
    ['a call that is not awaited', Promise.resolve(), 'a Promise'],
  ])('takes no %s for a bot', async ([, given, was], { room }) => {
    const subject = (given ?? room) as { id: string };
    for (const call of [
      () => room.timeline({ subject }),
      () => room.deliveries.list({ subject }),
      () => room.requests.list({ subject }),
      () => room.clock.until({ subject, state: 'ended' }),
    ])
      expect(await failureOf(call())).toMatchObject({
        code: 'USAGE',
        message: `Failed to name the agent: expected its id, what the vendor answered, or room.subject(…), was ${was}.`,
      });
  });

  test('waits for no state of the other vendor, nor names one', async ({ room }) => {
    const bot = await schedule(room);
    expect(await failureOf(room.clock.until({ subject: bot, state: 'complete' }))).toMatchObject({
      code: 'INVALID_BODY',
      message: expect.stringMatching(/expected one of ready, .*scheduled, staged,.* was "complete"/) as string,
    });
  });

  test('takes the id of a refused call for nobody’s, where it would be everybody’s', async ({ room }) => {
    await schedule(room);
    await room.clock.until('idle');
    const { id: subject } = (await attendee(room, 'POST', '/api/v1/bots', {})).json as { id: string };
    for (const call of [
      () => room.timeline({ subject }),
      () => room.deliveries.list({ subject }),
      () => room.clock.until({ subject, state: 'ended' }),
      () => room.faults.add({ on: 'delivery', match: { subject }, do: { drop: true } }),
      () => assertDelivered(room, { subject, state: 'ended' }),
      async () => assertReached(room.subject(subject), 'ended'),
    ])
      expect(await failureOf(call())).toMatchObject({
        code: 'USAGE',
        message:
          'Failed to name the agent: expected its id, what the vendor answered, or room.subject(…), was undefined. Was the call that makes it refused?',
      });
  });

  test.for<[what: string, make: () => Promise<Greenroom>, id: string]>([
    ['a workspace', async () => (await createGreenroom()).workspace(), 'ws_1'],
    ['a room without a socket', () => createGreenroom(), 'default'],
    ['a room on a port', () => startGreenroom(), 'default'],
  ])('says that it is closed: %s', async ([, make, id]) => {
    const closed = await make();
    const hold = await closed.clock.hold();
    await closed.close();
    for (const [name, call] of [
      ['room.clock.now()', () => closed.clock.now()],
      ['room.clock.advance(…)', () => closed.clock.advance({ by: '1m' })],
      ['room.deliveries.list()', () => closed.deliveries.list()],
      ['room.timeline(…)', () => closed.subject('bot_1').transitions()],
      ['room.fetch(…)', () => closed.fetch('/api/v1/bots')],
      ['room.workspace()', () => closed.workspace()],
    ] as const)
      expect(await failureOf(call())).toMatchObject({
        code: 'UNKNOWN_WORKSPACE',
        message: `Failed to call ${name}: the room "${id}" is closed. An await is probably missing: await every call and every matcher before the room is closed, as that of a test is at its end.`,
      });
    await hold.release();
    await closed.close();
  });

  test.for<[call: string, make: (room: Greenroom) => Promise<Greenroom>]>([
    ['createGreenroom(…)', () => createGreenroom()],
    ['startGreenroom(…)', () => startGreenroom()],
    ['connectGreenroom(…)', ({ url }) => connectGreenroom(url)],
    ['room.workspace(…)', (room) => room.workspace()],
    ['testRoom(…)', () => testRoom()],
  ])('that is not awaited says so: %s', async ([call, make], { room }) => {
    const promise = make(room);
    const taken = promise as unknown as Greenroom;
    for (const use of [
      () => taken.clock.now(),
      () => taken.attendee.api_key,
      () => taken[Symbol.asyncDispose](),
      () => assertNoViolations(taken),
      () => intercept(taken),
    ])
      expect(await failureOf(Promise.resolve().then<unknown>(use))).toMatchObject({
        code: 'USAGE',
        message: `Failed to use what ${call} gives: it is a promise. Write: await ${call}.`,
      });
    await (await promise).close();
  });

  test('takes no promise for what it promises', async ({ room }) => {
    for (const call of [
      () => room.restore(room.snapshot() as never),
      () => room.faults.add(Promise.resolve() as never),
      () => room.clock.advance({ by: Promise.resolve('1h') as never }),
    ])
      expect(await failureOf(call())).toMatchObject({
        code: 'USAGE',
        message:
          'Failed to call the control plane: expected what JSON can say, was a promise. Is an await missing before it?',
      });
  });

  test('says that its server has ended, and what was under way then', async () => {
    const server = await createGreenroom();
    const room = await server.workspace();
    const advancing = failureOf(server.clock.advance({ by: '1h' }));
    await server.close();
    for (const failure of [await failureOf(room.clock.now()), await advancing])
      expect(failure.message).toContain('is closed. An await is probably missing');
    await room.close();
  });

  test('a delivery has no body before its first attempt, and says so', async ({ room }) => {
    const bot = await schedule(room);
    await room.clock.until({ subject: bot.id, state: 'ended' });
    const { deliveries } = await room.deliveries.list({ subject: bot.id });
    expect(Object.keys(deliveries[0]!)).not.toContain('body');
    const { body, id } = await room.deliveries.redeliver(deliveries[0]!.id);
    expect([id, 'trigger' in body && body.trigger]).toEqual([deliveries[0]!.id, 'bot.state_change']);
  });

  test('a checkpoint is gone back to, and the branch of the rewind leads to what came after', async ({ room }) => {
    const bot = await schedule(room);
    const booked = await room.checkpoint('booked');
    await room.clock.until({ subject: bot.id, state: 'ended' });
    const ended = await room.timeline({ as: 'text' });
    const { now, branch } = await room.clock.rewind({ checkpoint: booked.name });
    expect(now).toBe('2026-01-01T09:00:00Z');
    expect(await room.subject(bot.id).transitions()).toEqual([]);
    expect(await room.checkpoints.list()).toEqual({ checkpoints: [booked, branch] });
    await room.checkpoints.remove(booked.name);
    expect((await failureOf(room.clock.rewind({ checkpoint: 'booked' }))).code).toBe('NOT_FOUND');
    await room.clock.rewind({ checkpoint: branch.name });
    expect(await room.timeline({ as: 'text' })).toBe(ended);
  });

  test('a hold keeps time from moving until it goes out of scope', async ({ room }) => {
    let advanced = false;
    let advancing: Promise<unknown> = Promise.resolve();
    {
      await using hold = await room.clock.hold({ reason: 'the import runs' });
      expect(hold.id).toMatch(/^hold_/);
      advancing = room.clock.advance({ by: '1m' }).then(() => (advanced = true));
      expect((await attendee(room, 'GET', '/api/v1/bots')).status).toBe(200);
      expect(advanced).toBe(false);
    }
    await advancing;
    expect(await room.clock.now()).toBe('2026-01-01T09:01:00Z');
  });

  test('a snapshot is restored, waiting jobs included', async ({ room }) => {
    const bot = await schedule(room);
    const snapshot = await room.snapshot();
    await room.clock.until({ subject: bot.id, state: 'ended' });
    await room.restore(snapshot);
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    await room.clock.until({ subject: bot.id, state: 'ended' });
  });

  test('errors are GreenroomErrors with the code of the problem document', async ({ room }) => {
    const error = await failureOf(room.clock.until({ webhook: { type: 'bot.state_change' } }, { within: '1h' }));
    expect(error).toMatchObject({ code: 'NOT_REACHED', details: { status: 409, pending: [] } });
  });
});

describe('Options', () => {
  test('that nobody knows are refused with the nearest that is known', async () => {
    // @ts-expect-error -- the compiler says so too
    const error = await failureOf(startGreenroom({ scenaro: 'happy-path' }));
    expect(error).toMatchObject({ code: 'USAGE', details: { nearest: 'scenario' } });
    // @ts-expect-error -- without a socket there is no port
    expect((await failureOf(createGreenroom({ port: 4747 }))).code).toBe('USAGE');
  });

  test('in another form are refused with the right one', async () => {
    expect(await failureOf(createGreenroom({ clock: 'frozen' as never }))).toMatchObject({
      code: 'USAGE',
      message:
        'Failed to read the options of greenroom: at /clock, expected object, was "frozen". Did you mean {"mode": "frozen"}?',
    });
  });

  test('that are a text are refused, whatever its letters are', async ({ room }) => {
    const lists: readonly ((options: never) => Promise<unknown>)[] = [
      room.requests.list,
      room.deliveries.list,
      room.timeline,
      room.clock.pending,
    ];
    for (const list of lists)
      expect(await failureOf(list('createBot' as never))).toMatchObject({
        code: 'USAGE',
        message: 'Failed to call the control plane: expected an object of options, was "createBot".',
      });
  });

  test('deeper down are refused alike', async () => {
    // @ts-expect-error -- the compiler says so too
    const error = await failureOf(createGreenroom({ clock: { node: 'frozen' } }));
    expect(error).toMatchObject({ code: 'USAGE', details: { pointer: '/clock/node', nearest: 'mode' } });
    const value = await failureOf(createGreenroom({ attendee: { credits: 'many' as unknown as number } }));
    expect(value).toMatchObject({ code: 'USAGE', details: { pointer: '/attendee/credits' } });
  });

  test.each([[undefined], [' ']])('that would open it to a network without a token are refused: %j', async (token) => {
    const options = { host: '0.0.0.0', ...(token === undefined ? {} : { controlToken: token }) };
    const error = await failureOf(startGreenroom(options));
    expect(error).toMatchObject({ code: 'USAGE' });
    expect(error.message).toContain('beyond this machine the control plane needs a token');
  });

  test('of a workspace too', async ({ room }) => {
    // @ts-expect-error -- the compiler says so too
    expect(await failureOf(room.workspace({ sede: 3 }))).toMatchObject({ code: 'USAGE', details: { nearest: 'seed' } });
    // @ts-expect-error -- the compiler says so too
    expect((await failureOf(room.patch({ seed: 3 }))).code).toBe('USAGE');
  });
});

describe('Workspaces', () => {
  test('have clocks and credentials of their own, and are gone when they are closed', async ({ room }) => {
    const workspace = await room.workspace({ scenario: 'lobby-never-opened' });
    const bot = await schedule(workspace);
    await workspace.clock.advance({ by: '1h' });
    expect(await room.clock.now()).toBe('2026-01-01T09:00:00Z');
    expect((await room.timeline({ subject: bot.id })).entries).toEqual([]);
    await workspace.close();
    await workspace.close();
    expect((await failureOf(workspace.clock.now())).code).toBe('UNKNOWN_WORKSPACE');
  });

  test('have receivers of their own in this process', async ({ room }) => {
    const heard: Record<string, string[]> = { a: [], b: [] };
    const workspaceOf = (name: 'a' | 'b') =>
      room.workspace({
        receivers: {
          'https://myapp.test': async (request) => {
            heard[name]!.push(((await request.json()) as { data: { new_state: string } }).data.new_state);
            return new Response();
          },
        },
      });
    await using a = await workspaceOf('a');
    await using b = await workspaceOf('b');
    const bot = await schedule(a);
    await a.clock.until({ subject: bot.id, state: 'joining' });
    expect(heard).toEqual({ a: ['staged', 'joining'], b: [] });
    await a.reset();
    const again = await schedule(a);
    await a.clock.until({ subject: again.id, state: 'staged' });
    expect(heard['a']).toEqual(['staged', 'joining', 'staged']);
    expect(await b.clock.now()).toBe('2026-01-01T09:00:00Z');
  });
});

describe('A receiver in this process', () => {
  test.for<[what: string, answer: unknown, error: string]>([
    ['gives nothing', undefined, 'the receiver gave nothing and no Response'],
    ['gives null', null, 'the receiver gave null and no Response'],
    ['gives an object', { ok: true }, 'the receiver gave a value of the type object and no Response'],
  ])('that %s is told what it has to give', async ([, answer, error], { room }) => {
    const receivers = { 'https://myapp.test': () => answer as Response };
    await using own = await room.workspace({ receivers });
    const bot = await schedule(own);
    await own.clock.until({ subject: bot.id, state: 'staged' });
    const { deliveries } = await own.deliveries.list();
    expect(deliveries[0]!.attempts[0]).toMatchObject({ outcome: 'dropped', error });
  });
});

describe('A greenroom that runs elsewhere', () => {
  test('is handled over its URL like one in this process', async ({ room, receiver }) => {
    const remote = await connectGreenroom(room.url);
    const workspace = await remote.workspace({ seed: 7 });
    const bot = await schedule(workspace, `${receiver.url}/hooks`);
    await workspace.clock.until({ subject: bot.id, state: 'ended' });
    expect(receiver.arrivals.length).toBeGreaterThan(3);
    const again = await connectGreenroom(room.url, { workspace: workspace.id });
    expect(again.attendee).toEqual(workspace.attendee);
    expect(await again.clock.now()).toBe(await workspace.clock.now());
    await remote.close();
    await workspace.close();
    expect((await failureOf(again.timeline())).code).toBe('UNKNOWN_WORKSPACE');
  });

  test('cannot call functions of this process', async ({ room }) => {
    const remote = await connectGreenroom(room.url);
    const refused = await failureOf(remote.workspace({ receivers: { [HOOK]: () => new Response() } }));
    expect(refused.code).toBe('USAGE');
  });

  test('that is not there is told from one that is', async ({ receiver }) => {
    await receiver.close();
    expect(await failureOf(connectGreenroom(receiver.url))).toMatchObject({ code: 'UNREACHABLE' });
  });
});
