import { describe, expect } from 'vitest';
import { connectGreenroom, createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { intercept } from '../../src/intercept.js';
import { assertDelivered, assertNoViolations, assertReached, withRoom } from '../../src/testing.js';
import { attendee, botRequest, test } from '../support/room.js';

const refusal = (message: string | RegExp) => ({
  code: 'USAGE',
  message: expect.stringMatching(message),
});

describe('A name', () => {
  test.for(['', '.', '..', '\ud800', undefined as unknown as string, 5 as unknown as string])(
    'that no URL carries, such as %j, is refused alike in this process and from another',
    async (name) => {
      await using room = await startGreenroom();
      await using far = await connectGreenroom(room.url);
      const calls: readonly ((one: Greenroom) => Promise<unknown>)[] = [
        ({ scenarios }) => scenarios.get(name),
        ({ scenarios }) => scenarios.put(name, { description: 'None.' }),
        ({ deliveries }) => deliveries.redeliver(name),
        ({ casting }) => casting.get(name),
        ({ checkpoints }) => checkpoints.remove(name),
      ];
      for (const one of [room, far])
        for (const call of calls)
          await expect(call(one)).rejects.toMatchObject(
            refusal('^Failed to call the control plane: expected a name or an id, was '),
          );
    },
  );

  test('is one step of a path, whatever is in it', async () => {
    await using room = await createGreenroom();
    for (const name of ['a/b', 'a?b', 'a#b', '%2e%2e', 'a b', 'ü'])
      await expect(room.deliveries.redeliver(name)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: `Failed to deliver "${name}" again: there is no such delivery.`,
      });
  });

  test.for(['.', '..', '.hidden'])('%s is given to no workspace', async (id, { room }) => {
    await expect(room.workspace({ id })).rejects.toMatchObject({
      code: 'INVALID_BODY',
      message: `Failed to read the body: at /id, expected an id of 1 to 100 letters, digits, ".", "_" and "-" that does not begin with a dot, was "${id}".`,
    });
  });

  test.for(['.', '..'])('%s is given to no checkpoint', async (name, { room }) => {
    await expect(room.checkpoint(name)).rejects.toMatchObject({ code: 'INVALID_BODY' });
    expect(await room.checkpoint('...')).toMatchObject({ name: '...' });
    await room.checkpoints.remove('...');
  });
});

describe('Who connects', () => {
  test.for(['127.0.0.1:4747', 'localhost:4747', '', 'nope', 'ftp://127.0.0.1'])(
    'to %j is told what a URL is',
    async (url) => {
      const message = `Failed to connect to greenroom: expected its URL, such as http://127.0.0.1:4747, was ${JSON.stringify(url)}.`;
      await expect(connectGreenroom(url)).rejects.toMatchObject({ code: 'USAGE', message });
    },
  );

  test('with what no header carries is told so, and its token is not', async ({ room }) => {
    for (const workspace of ['ü', 'a\nb', 'x y'])
      await expect(connectGreenroom(room.url, { workspace })).rejects.toMatchObject(
        refusal('^Failed to name the workspace: expected letters, digits, '),
      );
    for (const token of ['hush\nhush', 'hush€', 'hush hush'])
      await expect(connectGreenroom(room.url, { token })).rejects.toMatchObject(
        refusal(/^Failed to show the token: expected one word of ASCII(?!.*hush)/),
      );
  });
});

describe('A receiver in this process', () => {
  test.for(['https://myapp.test', 'https://myapp.test/', 'https://MYAPP.test:443'])(
    'is found by its origin, written as %s',
    async (origin) => {
      let received = 0;
      const receiver = (): Response => {
        received++;
        return new Response();
      };
      await using room = await startGreenroom({ receivers: { [origin]: receiver } });
      await using other = await room.workspace({ receivers: { [origin]: receiver } });
      for (const one of [room, other]) {
        await attendee(one, 'POST', '/api/v1/bots', botRequest(undefined, 'https://myapp.test/hooks'));
        await one.clock.advance({ by: '5s' });
      }
      expect(received).toBeGreaterThanOrEqual(2);
    },
  );

  test.for([
    [{ 'myapp.test': () => new Response() }, 'an origin, such as https://myapp.test, without a path, was "myapp.test"'],
    [{ 'https://myapp.test/hooks': () => new Response() }, 'without a path, was "https://myapp.test/hooks"'],
    [{ 'https://myapp.test': 5 }, 'a function for https://myapp.test, was 5'],
    [[], 'functions by origins, such as .* was a list'],
  ] as const)('is refused where it would never be called: %j', async ([given, expected]) => {
    const receivers = given as unknown as Record<string, () => Response>;
    const told = refusal(`^Failed to take the receivers: expected .*${expected}.$`);
    await expect(createGreenroom({ receivers })).rejects.toMatchObject(told);
    await using room = await createGreenroom();
    await expect(room.workspace({ receivers })).rejects.toMatchObject(told);
  });
});

describe('A host that is opened', () => {
  test.for(['', 'http://hooks.example.com', 'hooks.example.com/x', 'hooks.example.com:443', 'a b'])(
    'as %j is refused with a sentence',
    async (host) => {
      await expect(createGreenroom({ allowHosts: [host] })).rejects.toMatchObject(
        refusal('^Failed to open a host for webhooks: expected its name, such as hooks.example.com, was '),
      );
    },
  );
});

describe('What is no option', () => {
  test('is told of in a sentence', async ({ room }) => {
    const nothing = null as unknown as undefined;
    await expect(createGreenroom(nothing)).rejects.toMatchObject(refusal('expected an object of options, was null'));
    await expect(createGreenroom({ port: 4747 } as object)).rejects.toMatchObject(
      refusal('"port" is an option of startGreenroom, which listens on a port'),
    );
    for (const port of ['4747', -1, 65_536, 1.5])
      await expect(startGreenroom({ port: port as number })).rejects.toMatchObject(
        refusal(`expected a port between 0 and 65535, was ${JSON.stringify(port)}`),
      );
    const rooms: [unknown, string][] = [
      [undefined, 'undefined'],
      [{}, '{}'],
      ['http://127.0.0.1:1', '"http://127.0.0.1:1"'],
    ];
    for (const [given, was] of rooms)
      await expect(intercept(given as Greenroom)).rejects.toMatchObject(
        refusal(`such as that of createGreenroom.+, was ${was}`),
      );
    await expect(intercept(room, { host: ['a.example'] } as object)).rejects.toMatchObject(
      refusal('expected the options hosts, was "host"'),
    );
    await expect(room.faults.remove(undefined as unknown as string)).rejects.toMatchObject(
      refusal('expected a name or an id, was undefined'),
    );
    for (const wrong of [() => assertDelivered({} as Greenroom, {}), () => assertNoViolations(undefined as never)])
      await expect(wrong()).rejects.toMatchObject(refusal('expected a room, was'));
    await expect(assertReached(room.subject('bot_1'), undefined as never)).rejects.toMatchObject(
      refusal('expected a name such as "ended", was undefined'),
    );
    const awaited = Promise.resolve(withRoom(() => undefined) as unknown);
    await expect(awaited).rejects.toMatchObject(refusal('it was awaited and not called'));
    await expect(intercept(room, { hosts: 'a.example' as never })).rejects.toMatchObject(
      refusal('expected a list of hosts, was "a.example"'),
    );
    await expect(room.clock.advance({ by: 10n as unknown as number })).rejects.toMatchObject(
      refusal('expected what JSON can say'),
    );
    await expect(room.timeline({ as: 'xml' as 'text' })).rejects.toMatchObject(
      refusal('expected as one of entries, text, html, was "xml"'),
    );
    for (const nobody of ['', {}, 5, null])
      expect(() => room.subject(nobody as string)).toThrow('Failed to name the agent: expected its id');
  });
});
