import { AssertionError } from 'node:assert';
import { describe, expect, test as base, vi } from 'vitest';
import { assertDelivered, assertNoViolations, assertReached, testRoom, withRoom } from '../../src/testing.js';
import { roomFixtures, type RoomFixtures } from '../../src/vitest.js';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

const test = base.extend<RoomFixtures>(roomFixtures());
const HOOK = 'https://myapp.test/hooks';

const schedule = async (room: Greenroom) =>
  (await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z', HOOK))).json as { id: string };

describe('A test that fails prints the timeline of its room', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const bot =
    /^\nThe timeline of the room "ws_\d+" of "[^"]+":\n2026-01-01T09:00:00Z {2}request .* POST \/api\/v1\/bots → 201\n(.+\n)+The clock stands at 2026-01-01T09:00:00Z\. Next is ".+" of bot_\w+ at 2026-01-01T\S+: .+\n$/;

  test.fails('with the fixtures of Vitest', async ({ room }) => {
    await schedule(room);
    expect('the app').toBe('finished');
  });

  test('which was printed', () => {
    expect(said.mock.calls).toEqual([[expect.stringMatching(bot)]]);
    said.mockClear();
  });

  test('with withRoom', async () => {
    const failing = withRoom(async (room) => {
      await schedule(room);
      throw new Error('the app is not finished');
    });
    await expect(failing()).rejects.toThrow('the app is not finished');
    expect(said.mock.calls).toEqual([[expect.stringMatching(bot)]]);
    said.mockClear();
  });

  test.for<[runner: string, call: (test: () => Promise<void>) => Promise<void>]>([
    ['node:test', async (run: (context: object) => Promise<void>) => run({ name: 'that the app finishes' })],
    ['AVA', async (run: (context: object) => Promise<void>) => run({ title: 'that the app finishes' })],
    ['Japa', async (run: (context: object) => Promise<void>) => run({ test: { title: 'that the app finishes' } })],
    ['Vitest', async (run: (context: object) => Promise<void>) => run({ task: { name: 'that the app finishes' } })],
    ['uvu', async (run) => run.call({ name: 'that the app finishes' })],
    ['Mocha', async (run) => run.call({ test: { title: 'finishes', fullTitle: () => 'that the app finishes' } })],
  ])('with withRoom under the name that its runner has for it: %s', async ([, call]) => {
    vi.stubGlobal('expect', undefined);
    const failing = withRoom(() => Promise.reject(new Error('the app is not finished')));
    expect(failing.length).toBe(0);
    await expect(call(failing)).rejects.toThrow('the app is not finished');
    vi.unstubAllGlobals();
    expect(said.mock.calls).toEqual([[expect.stringMatching(/ the room "ws_\d+" of "that the app finishes":/)]]);
    said.mockClear();
  });

  test('with withRoom, which hands on all that the runner gives to a test', async () => {
    const given: unknown[] = [];
    const wrapped = withRoom<[object, number]>(function note(this: unknown, room, context, row) {
      given.push(this, Object.keys(room).includes('clock'), context, row);
    });
    await wrapped.call({ runner: 'Mocha' }, { title: 'the t of AVA' }, 7);
    expect(given).toEqual([{ runner: 'Mocha' }, true, { title: 'the t of AVA' }, 7]);
  });

  test.for<[runner: string, pending: object]>([
    ['Mocha', new (class Pending extends Object {})()],
    ['Vitest', new (class PendingError extends Error {})()],
    ['Jasmine', new (class PendingSpecException extends Error {})()],
  ])('and not one that leaves itself out, as %s has a test do by throwing', async ([, pending]) => {
    await expect(withRoom(() => Promise.reject(pending as Error))()).rejects.toBe(pending);
    expect(said.mock.calls).toEqual([]);
  });

  test('under tap, whose assertions do not throw', async () => {
    const failed: boolean[] = [];
    const tap = { name: 'a test', passing: () => failed.length === 0 };
    const soft = withRoom<[object]>(async (room) => {
      await schedule(room);
      failed.push(true);
    });
    await soft(tap);
    expect(said.mock.calls).toEqual([[expect.stringMatching(bot)]]);
    said.mockClear();
  });

  test('and the calls with keys of no room, where none has come with those of the room', async () => {
    const failing = withRoom(async (room) => {
      const asWritten = { ...room, attendee: { ...room.attendee, api_key: 'hard-coded-in-the-app' } };
      const { status } = await attendee(asWritten, 'POST', '/api/v1/bots', botRequest(undefined));
      if (status !== 201) throw new Error('the app is not finished');
    });
    await expect(failing()).rejects.toThrow('the app is not finished');
    expect(said.mock.calls).toEqual([
      [
        expect.stringMatching(
          /:\nNothing has happened in it\.\nNo call has come with its keys\. The newest of those with keys of no room, which come to "default":\n(.+\n)*.* POST \/api\/v1\/bots → 401/,
        ),
      ],
    ]);
    said.mockClear();
  });

  test.for([
    ['401', [401], 401, true],
    ['400, if it takes none', [400], 400, true],
    ['but not of 400 where it takes others', [200, 400], 400, false],
  ] as const)('and that the app refuses webhooks that are signed right: %s', async ([, answers, status, isTold]) => {
    let count = 0;
    const answer = () => new Response('wrong', { status: answers[count++] ?? status });
    const failing = (isAltered: boolean) =>
      withRoom(
        async (room) => {
          if (isAltered) await room.faults.add({ on: 'delivery', do: { signature: 'wrong' } });
          await schedule(room);
          await room.clock.advance({ by: '1h' });
          throw new Error('the app is not finished');
        },
        { receivers: { 'https://myapp.test': answer } },
      );
    for (const isAltered of [false, true])
      await expect(failing(isAltered)()).rejects.toThrow('the app is not finished');
    const hint = new RegExp(
      `\nThe app has refused (\\d+) of \\1 attempts of webhooks with ${status}, though they are signed right\\. Does it `,
    );
    // A fault has altered those of the second room.
    expect(said.mock.calls.flat().map((text) => hint.test(String(text)))).toEqual([isTold, false]);
    said.mockClear();
  });

  test('and says that fake timers stood still while the clock moved, unless they were in lockstep', async () => {
    vi.useFakeTimers();
    const failing = (inLockstep: boolean) =>
      withRoom(async (room) => {
        if (inLockstep) await room.clock.lockstep();
        await room.clock.advance({ by: '1h' });
        throw new Error('the app is not finished');
      });
    for (const inLockstep of [true, false])
      await expect(failing(inLockstep)()).rejects.toThrow('the app is not finished');
    vi.useRealTimers();
    const hint = 'Fake timers of this process stood still while the clock moved,';
    expect(said.mock.calls.flat().map((text) => String(text).includes(hint))).toEqual([false, true]);
    said.mockClear();
  });

  test('and says that no call comes to an end while what fetch waits for is faked', async () => {
    const failing = withRoom(() => Promise.reject(new Error('the app is not finished')));
    for (const toFake of [['setTimeout'], ['setTimeout', 'queueMicrotask']] as const) {
      vi.useFakeTimers({ toFake: [...toFake] });
      await expect(failing()).rejects.toThrow('the app is not finished');
    }
    vi.useRealTimers();
    const hint =
      /\nqueueMicrotask or process\.nextTick .* is faked, and in Node fetch .* wait for them .*: leave them out/;
    expect(said.mock.calls.flat().map((text) => hint.test(String(text)))).toEqual([false, true]);
    said.mockClear();
  });

  test('with testRoom, where the context tells of the failure', async () => {
    const ends: (() => Promise<void>)[] = [];
    const context = { name: 'a test', after: (end: () => Promise<void>) => void ends.push(end) };
    await schedule(await testRoom({ ...context, error: new Error('failed') }));
    const fine = await testRoom(context);
    await testRoom({ ...context, error: () => 'an assertion, in tap' });
    const passes = { passing: () => true };
    const fails = { passing: () => false };
    await testRoom({ ...context, ...passes });
    await schedule(await testRoom({ ...context, ...fails }));
    for (const end of ends) await end();
    expect(said.mock.calls).toEqual([[expect.stringMatching(bot)], [expect.stringMatching(bot)]]);
    await expect(fine.clock.now()).rejects.toMatchObject({ code: 'UNKNOWN_WORKSPACE' });
  });
});

describe('An error of a room', () => {
  test('can be shown by uvu, which reads its details as a text', async () => {
    const failing = withRoom<[object]>(async (room) => void (await room.clock.advance({ to: 'yesterday' })));
    const error = (await failing({ __test__: 'a test of uvu' }).catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ name: 'GreenroomError', message: expect.stringContaining('was "yesterday"') });
    expect('details' in error).toBe(false);
    expect(error.cause).toMatchObject({ code: 'INVALID_BODY', details: { pointer: '/to' } });
    expect(error.stack).toContain('life.test.ts');
  });
});

describe('What is handed in by mistake is refused in words:', () => {
  test('options in the place of the context of a test', async () => {
    await expect(testRoom({ scenario: 'manual' } as never)).rejects.toThrow(
      'expected the context of the test, as node:test gives it, was {scenario: "manual"}. Options come after it',
    );
  });

  test('the context of a suite, as the hook before of node:test has it', async () => {
    const suite = { name: 'a suite' };
    await expect(testRoom(suite as never)).rejects.toThrow(
      'was {name: "a suite"}. Options come after it: testRoom(undefined, { … }). With another runner, write: await using room = await testRoom(). For all tests of a suite, write: room = await testRoom(), and room.close() when they are over.',
    );
  });

  test('options, or a name, in the place of the test', () => {
    for (const given of [{ scenario: 'manual' }, 'a bot records', undefined])
      expect(() => withRoom(given as never)).toThrow('Failed to wrap the test: expected a function, was ');
  });
});

describe('A call with a key that is not the room’s', () => {
  test('is refused as in production, and made in no other room', async ({ room, greenroom }) => {
    await using other = await testRoom(undefined);
    for (const one of [room, other]) {
      const asWritten = { ...one, attendee: { ...one.attendee, api_key: 'hard-coded-in-the-app' } };
      const { status } = await attendee(asWritten, 'POST', '/api/v1/bots', botRequest(undefined));
      expect(status).toBe(401);
    }
    expect((await greenroom.timeline()).entries.filter(({ kind }) => kind === 'transition')).toEqual([]);
  });
});

describe('Assertions of greenroom/testing', () => {
  test('pass for what has happened', async () => {
    await using room = await testRoom(undefined, { seed: 3 });
    const bot = await schedule(room);
    await room.clock.until({ subject: bot.id, state: 'ended' });
    for (const one of [room.subject(bot), bot, bot.id]) await assertReached(one, 'ended');
    await assertDelivered(room, { type: 'bot.state_change', state: 'ended', times: 1 });
    await assertNoViolations(room);
  });

  test('throw the AssertionError of node:assert, with what was there', async () => {
    await using room = await testRoom();
    const bot = await schedule(room);
    await room.clock.until({ subject: bot.id, state: 'staged' });
    const error: unknown = await assertReached(room.subject(bot), 'ended').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AssertionError);
    expect(error).toMatchObject({ actual: ['scheduled', 'staged'], expected: 'ended' });
    await expect(assertDelivered(room, { state: 'ended' })).rejects.toBeInstanceOf(AssertionError);
  });
});
