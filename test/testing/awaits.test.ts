import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test as base, vi } from 'vitest';
import { assertDelivered, assertNoViolations, assertReached, testRoom, withRoom } from '../../src/testing.js';
import { matchers, roomFixtures } from '../../src/vitest.js';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

expect.extend(matchers);
const test = base.extend(roomFixtures());

const schedule = async (room: Greenroom) =>
  (await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z'))).json as { id: string };

/** What the test that forgets to await this is told at its end. */
async function endOf(forgets: (room: Greenroom, bot: { readonly id: string }) => unknown): Promise<Error | undefined> {
  const run = withRoom(async (room) => void forgets(room, await schedule(room)));
  return run().then(
    () => undefined,
    (error: unknown) => error as Error,
  );
}

describe('A test that ends before what it has begun fails by the name of the call:', () => {
  test.for<[call: string, forgets: Parameters<typeof endOf>[0]]>([
    ['assertReached(…)', (room, bot) => assertReached(room.subject(bot), 'fatal_error')],
    ['assertReached(…)', (_, bot) => assertReached(bot.id, 'fatal_error')],
    ['assertDelivered(…)', (room) => assertDelivered(room, { type: 'bot.state_change' })],
    ['assertNoViolations(…)', (room) => assertNoViolations(room)],
    ['assertReached(…)', (_, bot) => (async () => assertReached(bot, 'ended'))().catch(() => undefined)],
    ['room.clock.advance(…)', (room) => room.clock.advance({ by: '2h' })],
    ['room.clock.now()', (room) => room.clock.now()],
    ['room.fetch(…)', (room) => room.fetch('/api/v1/bots')],
  ])('%s', async ([call, forgets]) => {
    const error = await endOf(forgets);
    expect(error).toMatchObject({
      code: 'USAGE',
      message: `Failed to end the test: ${call} was not awaited. Write: await ${call}.`,
    });
    expect(error?.stack).toContain('awaits.test.ts');
  });

  test('a matcher, which its runner has taken', async () => {
    const late: Promise<unknown>[] = [];
    const error = await endOf((room) => {
      const matched = expect(room).toHaveDelivered({ type: 'bot.state_change' });
      late.push(matched.catch(() => undefined));
    });
    expect(error?.message).toBe(
      'Failed to end the test: expect(…).toHaveDelivered(…) was not awaited. Write: await expect(…).toHaveDelivered(…).',
    );
    await Promise.all(late);
  });

  test('and such a matcher is told of once: its runner hears nothing else of it', async () => {
    const late: Promise<unknown>[] = [];
    const error = await endOf((room, bot) => {
      late.push(expect(room).toHaveDelivered({ type: 'bot.state_change' }), expect(bot).not.toHaveReached('scheduled'));
    });
    expect(error?.message).toContain('expect(…).toHaveDelivered(…) was not awaited.');
    await expect(Promise.all(late)).resolves.toBeDefined();
  });

  test('with `await using`, too', async () => {
    const life = async (): Promise<void> => {
      await using room = await testRoom();
      void room.clock.advance({ by: '2h' });
    };
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(life()).rejects.toThrow('room.clock.advance(…) was not awaited.');
    // Of a SuppressedError, which it is if the test fails too, runners show nothing else.
    expect(said.mock.calls).toEqual([[expect.stringContaining('room.clock.advance(…) was not awaited.')]]);
    said.mockRestore();
  });

  test('and one that has failed already prints it below its timeline', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const failing = withRoom((room) => {
      void room.clock.advance({ by: '2h' });
      throw new Error('the app is not finished');
    });
    await expect(failing()).rejects.toThrow('the app is not finished');
    expect(said.mock.calls).toEqual([
      [
        expect.stringMatching(
          /\nroom\.clock\.advance\(…\) was not awaited\. Write: await room\.clock\.advance\(…\)\.\n$/,
        ),
      ],
    ]);
    said.mockRestore();
  });

  test('one whose assertion has failed meanwhile, under a runner that passes over that', async () => {
    // Mocha's way with a rejection that nobody waits for.
    const script = `
      import { assertReached, withRoom } from 'greenroom/testing';
      process.on('unhandledRejection', () => {});
      const run = withRoom(async (room) => {
        assertReached(room.subject('bot_none'), 'ended');
        await room.clock.advance({ by: '2h' });
        await new Promise(setImmediate);
      });
      await run().catch(({ message }) => console.log(message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toMatch(
      /^Failed to end the test: assertReached\(…\) was not awaited, and has failed: Expected "bot_none" to have reached "ended", but .*\. Write: await assertReached\(…\)\.$/m,
    );
  });
});

describe('What a call throws begins where the test has made it:', () => {
  test.for<[what: string, call: (room: Greenroom, bot: { readonly id: string }) => Promise<unknown>]>([
    ['an assertion', (room, bot) => assertReached(room.subject(bot), 'ended')],
    ['an assertion that is wrong itself', (room) => assertDelivered(room, { times: -1 })],
    ['a matcher that is wrong itself', () => expect({ error: 'refused' }).toHaveReached('ended')],
    ['a matcher of nothing that there is', (room) => expect(room).toHaveDelivered({ times: -1 })],
    ['a call of the clock', (room) => room.clock.advance({ to: 'yesterday' })],
    ['a wait that is in vain', (room, bot) => room.clock.until({ subject: bot, state: 'fatal_error' })],
  ])('%s', async ([, call], { room }) => {
    const bot = await schedule(room);
    const error = (await call(room, bot).catch((reason: unknown) => reason)) as Error;
    // Runners show none of their own frames.
    const [, first] = /\n {4}at (?!.*node_modules)(.*)/.exec(error.stack ?? '') ?? [];
    expect(first).toContain('awaits.test.ts');
    expect(error.stack).toContain(error.message);
  });

  test('one that it has not awaited', async () => {
    const error = await endOf((room) => room.clock.now());
    expect(error?.stack).toMatch(/^GreenroomError: .*\n {4}at .*awaits\.test\.ts/);
  });

  test('and of its members it shows those that are for people', async ({ room }) => {
    const error: unknown = await room.clock.advance({ to: 'yesterday' }).catch((reason: unknown) => reason);
    expect(Object.keys(error as object).toSorted()).toEqual(['code', 'details', 'name']);
  });
});

describe('A test passes that waits for what it has begun,', () => {
  test.for<[how: string, waits: (room: Greenroom, bot: { readonly id: string }) => Promise<unknown>]>([
    ['one after the other', async (room) => (await room.clock.now(), await assertNoViolations(room))],
    ['side by side', (room) => Promise.all([room.clock.now(), assertNoViolations(room)])],
    ['or hears itself how it ends', async (room) => room.clock.advance({ by: 'soon' }).catch(() => undefined)],
    ['or hands it on', (room) => room.clock.advance({ by: '1h' })],
    ['or has begun what has ended well', async (room) => (void room.clock.now(), room.clock.advance({ by: '1h' }))],
  ])('%s', async ([, waits]) => {
    await withRoom(async (room) => void (await waits(room, await schedule(room))))();
  });

  test('though an app of the test still calls when it is over', async () => {
    const polling: Promise<unknown>[] = [];
    await withRoom((room) => {
      const poll = async (): Promise<unknown> => (await room.fetch('/api/v1/bots')).status;
      polling.push(poll().catch(() => undefined));
    })();
    await Promise.all(polling);
  });
});

describe('What a call of a room gives says that it is a promise', () => {
  test.for<[call: string, member: PropertyKey, make: (room: Greenroom) => Promise<unknown>]>([
    ['room.timeline()', 'entries', (room) => room.timeline()],
    ['room.clock.hold(…)', 'release', (room) => room.clock.hold({ reason: 'work' })],
    ['room.deliveries.list()', Symbol.iterator, (room) => room.deliveries.list()],
    ['room.clock.advance(…)', 'ran', (room) => room.clock.advance({ by: '1m' })],
    ['room.fetch(…)', 'status', (room) => room.fetch('/api/v1/bots')],
  ])('where it is taken for what it promises: %s', async ([call, member, make], { room }) => {
    const promise = make(room);
    expect(() => promise[member as never]).toThrow(
      `Failed to use what ${call} gives: it is a promise. Write: await ${call}.`,
    );
    await promise;
  });
});

describe('What is no context of a test is refused', () => {
  test('though it contains itself, as those of runners do', async () => {
    const context: Record<string, unknown> = { timeout: () => undefined };
    context['test'] = { parent: context };
    await expect(testRoom(context as never)).rejects.toThrow(
      'was {timeout: a function, test: {parent: {timeout: a function, test: {parent: …}}}}. Options come after it: testRoom(undefined, { … }). With another runner, write: await using room = await testRoom().',
    );
  });
});

describe('Fixtures that were not called', () => {
  test('are refused where a test is extended by them', () => {
    expect(() => base.extend(roomFixtures as never)).toThrow(
      'Failed to extend the test: roomFixtures is a function that gives the fixtures. Write: base.extend(roomFixtures()).',
    );
  });
});

describe('A change of a workspace that its patch does not make', () => {
  test.for([
    ['clock', ' Write: await room.clock.patch(…).'],
    ['quiet', ' Write: await room.clock.patch(…).'],
    ['seed', ' That is said when the workspace is made, and stays.'],
  ])('is refused with who makes it: %s', async ([name, told], { room }) => {
    await expect(room.patch({ [name!]: 1 })).rejects.toThrow(`was "${name}".${told}`);
  });
});
