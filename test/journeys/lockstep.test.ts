import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGreenroom, startGreenroom } from '../../src/index.js';
import { startReceiver } from '../support/receiver.js';
import { attendee, botRequest } from '../support/room.js';
import { apart, APP, lockstepRoom, log, note, postBot, rooms, stateOf } from './lockstep-room.js';

apart();

/** An app whose timer schedules a bot, whose first webhook sets the next timer, and so on. */
async function runChain(depth: number): Promise<string> {
  let left = depth;
  const schedule = (): void =>
    void setTimeout(async () => {
      note(`timer ${left}`);
      await postBot(room);
    }, 1500 + left);
  const room = await lockstepRoom({
    scenario: 'manual',
    receivers: {
      [APP]: async (request) => {
        note(`webhook ${await stateOf(request)} ${left}`);
        if (--left > 0) schedule();
        return new Response();
      },
    },
  });
  schedule();
  const { ran } = await room.clock.advance({ by: '10m' });
  const told = [...log, JSON.stringify(ran), await room.timeline({ as: 'text' })].join('\n');
  await room.close();
  return told;
}

describe('Lockstep', () => {
  test('the Date and the timers of the app move with the room, each in its turn', async () => {
    const room = await lockstepRoom({
      receivers: {
        [APP]: async (request) => {
          note(await stateOf(request));
          return new Response();
        },
      },
    });
    await postBot(room);
    setTimeout(() => note('after three seconds'), 3000);
    const beat = setInterval(() => note('every 10 minutes'), 600_000);
    await room.clock.advance({ by: '30m' });
    clearInterval(beat);
    note('the end');
    expect(log).toEqual([
      '09:00:00.000 joining',
      '09:00:03.000 after three seconds',
      '09:00:06.000 joined_not_recording',
      '09:00:07.000 joined_recording',
      '09:10:00.000 every 10 minutes',
      '09:20:00.000 every 10 minutes',
      '09:30:00.000 post_processing',
      '09:30:00.000 every 10 minutes',
      '09:30:00.000 the end',
    ]);
  });

  test('a timer that posts, whose webhook sets a timer, a hundred deep: in order, and alike every time', async () => {
    const first = await runChain(100);
    expect(log).toHaveLength(200);
    expect([...log].sort()).toEqual(log);
    expect(log[198]).toBe('09:02:35.050 timer 1');
    log.length = 0;
    expect(await runChain(100)).toBe(first);
  });

  test('over a socket as well', async () => {
    const receiver = await startReceiver();
    const room = await startGreenroom({ lockstep: true });
    rooms.push(room);
    let left = 5;
    receiver.afterAnswer = ({ body }) => {
      if (JSON.parse(body).data.new_state !== 'joining') return;
      note(`webhook ${left}`);
      if (--left > 0) setTimeout(() => void attendee(room, 'POST', '/api/v1/bots', bot), 2000);
    };
    const bot = botRequest(undefined, receiver.url);
    await attendee(room, 'POST', '/api/v1/bots', bot);
    await room.clock.advance({ by: '1m' });
    await receiver.close();
    expect(log).toEqual([5, 4, 3, 2, 1].map((n) => `09:00:${String(10 - n * 2).padStart(2, '0')}.000 webhook ${n}`));
  });

  test('at the same instant the room comes first, and sees the app on time', async () => {
    const room = await lockstepRoom({
      receivers: {
        [APP]: async (request) => {
          note(await stateOf(request));
          return new Response();
        },
      },
    });
    setTimeout(() => note('timer of the app'), 6000);
    await postBot(room);
    await room.clock.advance({ by: '6s' });
    expect(log.slice(1)).toEqual(['09:00:06.000 joined_not_recording', '09:00:06.000 timer of the app']);
  });

  test('a receiver that waits for a timer of its own before it answers gets that time', async () => {
    const room = await lockstepRoom({
      receivers: {
        [APP]: async (request) => {
          const state = await stateOf(request);
          await new Promise((resolve) => setTimeout(resolve, 250));
          await new Promise((resolve) => setTimeout(resolve, 0));
          note(`handled ${state}`);
          return new Response();
        },
      },
    });
    await postBot(room);
    await room.clock.advance({ by: '8s' });
    expect(log).toEqual([
      '09:00:00.250 handled joining',
      '09:00:06.250 handled joined_not_recording',
      '09:00:07.250 handled joined_recording',
    ]);
  });

  test('so does one behind a socket of this process', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => setTimeout(() => response.end(() => note('answered')), 250));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const room = await startGreenroom({ lockstep: true });
    rooms.push(room);
    const { port } = server.address() as AddressInfo;
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, `http://127.0.0.1:${port}/hooks`));
    await room.clock.advance({ by: '8s' });
    expect(log).toEqual(['09:00:00.250 answered', '09:00:06.250 answered', '09:00:07.250 answered']);
  });

  test('a timer without delay needs no push', async () => {
    await lockstepRoom();
    await new Promise((resolve) => setTimeout(resolve));
    await sleep(0);
    note('still nine');
    expect(log).toEqual(['09:00:00.000 still nine']);
  });

  test('imported names of node:timers follow too', async () => {
    const room = await lockstepRoom();
    void sleep(60_000).then(() => note('a minute later'));
    await room.clock.advance({ by: '1h' });
    expect(log).toEqual(['09:01:00.000 a minute later']);
  });

  test('a context of node:vm that is made meanwhile has the time of the room, and later that of the process', async () => {
    const room = await lockstepRoom();
    const context = createContext({ setTimeout, note });
    const told =
      '[new Date().toISOString(), Date().slice(11, 15), new Date(Date.now()).getUTCHours(), new Date(0).getTime()]';
    runInContext(`setTimeout(() => note('in the context at ' + ${told}), 3_600_000)`, context);
    await room.clock.advance({ by: '2h' });
    expect(log).toEqual(['10:00:00.000 in the context at 2026-01-01T10:00:00.000Z,2026,10,0']);
    const kinds = '[new Date() instanceof Date, new Date() instanceof Object, new Date().constructor === Date]';
    expect(runInContext(kinds, context)).toEqual([true, true, true]);
    await room.close();
    expect(Math.abs(Number(runInContext('Date.now()', context)) - Date.now())).toBeLessThan(60_000);
    expect(runInContext('Date', createContext({ Date: 'own' }))).toBe('own');
  });

  test('next runs the app timer if it is the earlier, and the report says so', async () => {
    const room = await lockstepRoom();
    await postBot(room);
    setTimeout(() => note('timer'), 500);
    const { ran } = await room.clock.next();
    expect(ran).toEqual([{ at: '2026-01-01T09:00:00.500Z', label: 'app timer', subject: null }]);
    expect(log).toEqual(['09:00:00.500 timer']);
  });

  test('next gives a receiver the time for which it waits before it answers, and stands at its answer', async () => {
    const room = await lockstepRoom({
      receivers: {
        [APP]: async (request) => {
          const state = await stateOf(request);
          await new Promise((resolve) => setTimeout(resolve, 800));
          note(`handled ${state}`);
          return new Response();
        },
      },
    });
    await postBot(room);
    await room.clock.advance({ by: '5s' });
    setTimeout(() => note('a minute later'), 60_000);
    const { to, deliveries } = await room.clock.next();
    expect(to).toBe('2026-01-01T09:00:06.800Z');
    expect(log).toEqual(['09:00:00.800 handled joining', '09:00:06.800 handled joined_not_recording']);
    const { deliveries: sent } = await room.deliveries.list();
    expect(sent.filter(({ id }) => deliveries.includes(id)).map(({ attempts }) => attempts[0]!.outcome)).toEqual([
      'answered',
    ]);
  });

  test('until idle waits for timers that end, not for intervals', async () => {
    const room = await lockstepRoom();
    const beat = setInterval(() => undefined, 1000);
    setTimeout(() => note('the last timer'), 5000);
    await room.clock.until('idle');
    clearInterval(beat);
    expect(log).toEqual(['09:00:05.000 the last timer']);
  });

  test('what a timer throws is uncaught in the process, as it is without a room, and time goes on', async () => {
    const room = await lockstepRoom();
    process.setUncaughtExceptionCaptureCallback((error) =>
      note(`${error.message}${/ at (appCron) /.exec(error.stack!)![0]}`),
    );
    onTestFinished(() => process.setUncaughtExceptionCaptureCallback(null));
    setTimeout(function appCron() {
      throw new TypeError('a bug of the app');
    }, 1000);
    setTimeout(() => note('a later timer'), 1000);
    const { to } = await room.clock.advance({ by: '1h' });
    expect(log).toEqual(['09:00:01.000 a bug of the app at appCron ', '09:00:01.000 a later timer']);
    expect(to).toBe('2026-01-01T10:00:00Z');
    setTimeout(function appCron() {
      throw new RangeError('at once');
    }, 0);
    await sleep(0);
    expect(log.at(-1)).toBe('10:00:00.000 at once at appCron ');
  });

  test('timers that set one another without time moving are an error, not a hang', async () => {
    const room = await lockstepRoom();
    const spin = (): void => void Promise.resolve().then(() => setTimeout(spin, 0));
    setTimeout(spin, 10);
    await expect(room.clock.advance({ by: '1s' })).rejects.toMatchObject({ code: 'JOB_LIMIT' });
  });

  test('a request that a timer makes, to whomever, is answered before time goes on', async () => {
    const room = await lockstepRoom();
    const other = await startReceiver();
    setTimeout(async () => note(`answered ${(await fetch(other.url)).status}`), 1000);
    setTimeout(() => note('a millisecond later'), 1001);
    await room.clock.advance({ by: '1m' });
    await other.close();
    expect(log).toEqual(['09:00:01.000 answered 200', '09:00:01.001 a millisecond later']);
  });

  test('a real request that is under way does not time out when an hour goes by', async () => {
    const room = await lockstepRoom();
    const slow = createServer();
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const asked = fetch(`http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
    const [, response] = (await once(slow, 'request')) as [unknown, ServerResponse];
    await room.clock.advance({ by: '1h' });
    response.end('late');
    expect(await (await asked).text()).toBe('late');
    slow.closeAllConnections();
    slow.close();
  });

  test.fails('the own timeout of the runner goes on', { timeout: 100 }, async () => {
    await lockstepRoom();
    await new Promise(() => undefined);
  });

  test('a reset begins the time anew, and timers keep what is left to them', async () => {
    const room = await lockstepRoom();
    setTimeout(() => note('timer'), 60_000);
    await room.clock.advance({ by: '20s' });
    await room.reset();
    await room.clock.advance({ by: '1m' });
    expect(log).toEqual(['09:00:40.000 timer']);
  });

  test('released, the process has its own time again', async () => {
    const room = await lockstepRoom({ lockstep: false });
    const before = [Date, setTimeout, setInterval, clearTimeout, clearInterval];
    const lockstep = await room.clock.lockstep();
    expect(new Date().getUTCFullYear()).toBe(2026);
    expect(setTimeout).not.toBe(before[1]);
    lockstep.release();
    expect([Date, setTimeout, setInterval, clearTimeout, clearInterval]).toEqual(before);
  });

  test('one room of a process can lead it, with a frozen clock', async () => {
    await lockstepRoom();
    await expect(createGreenroom({ lockstep: true })).rejects.toMatchObject({ code: 'CONFLICT' });
    await rooms[0]!.close();
    await expect(createGreenroom({ lockstep: true, clock: { mode: 'live' } })).rejects.toThrow(/only a frozen one/);
    expect(Date.now()).toBeGreaterThan(Date.parse('2026-02-01'));
  });
});

test('An app in lockstep goes back in time with a rewind, and is not called again', async () => {
  const arrivals: string[] = [];
  const room = await lockstepRoom({
    receivers: { [APP]: async (request) => (arrivals.push(await stateOf(request)), new Response()) },
  });
  const began = Date.now();
  await postBot(room);
  await room.checkpoint('booked');
  await room.clock.advance({ by: '10m' });
  const [sent, later] = [arrivals.length, Date.now()];
  const { branch } = await room.clock.rewind({ checkpoint: 'booked' });
  expect([Date.now(), arrivals.length]).toEqual([began, sent]);
  await room.clock.rewind({ checkpoint: branch.name });
  expect([Date.now(), arrivals.length]).toEqual([later, sent]);
});
