import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import type { ListenOptions } from '../../src/client/options.js';
import { makeFolder, startOn } from '../support/folder.js';
import { startReceiver } from '../support/receiver.js';
import { agentRequest, attendee, botRequest, control, cronofy } from '../support/room.js';

/** The text of a scenario that comes with greenroom. */
const library = (name: string): string => fs.readFileSync(`fixtures/scenarios/${name}.json`, 'utf8');

const HOUR = '2026-01-01T10:00:00Z';

let dir: string;
beforeEach(() => {
  dir = makeFolder();
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** Does something with a greenroom on the folder, from its start to its end. */
async function open<T>(work: (room: Greenroom) => Promise<T>, options: ListenOptions = {}): Promise<T> {
  const room = await startGreenroom({ data: dir, ...options });
  try {
    return await work(room);
  } finally {
    await room.close();
  }
}

/** All that can be seen of a workspace. */
async function everything(room: Greenroom, workspace = 'default'): Promise<Record<string, string>> {
  const paths = ['/timeline', '/requests', '/deliveries', '/faults', '/casting', '/scenarios', '/clock', '/snapshot'];
  const texts: Record<string, string> = {};
  for (const path of paths) texts[path] = (await control(room, 'GET', path, undefined, workspace)).text;
  const { text } = await control(room, 'GET', `/workspaces/${workspace}`);
  return { ...texts, described: text.replaceAll(room.url, '') };
}

/** Where two worlds differ first, with a little of what stands there. */
const differences = (was: Record<string, string>, is: Record<string, string>): string[] =>
  Object.keys(was).flatMap((key) => {
    const [one, two] = [was[key]!, is[key]!];
    const at = [...one].findIndex((letter, i) => letter !== two[i]);
    return one === two
      ? []
      : [`${key}: ${one.slice(Math.max(at - 80, 0), at + 80)} ≠ ${two.slice(Math.max(at - 80, 0), at + 80)}`];
  });
const all = (room: Greenroom, ...ids: string[]): Promise<Record<string, string>[]> =>
  Promise.all(ids.map((id) => everything(room, id)));

const asAttendee = (room: Greenroom, key: string) => ({ url: room.url, attendee: { ...room.attendee, api_key: key } });

describe('A workspace in a data folder', () => {
  test('has none of the checkpoints and branches of the process before, and says so', async () => {
    const missing = async (room: Greenroom, checkpoint: string) =>
      (await control(room, 'POST', '/clock/rewind', { checkpoint })).json.detail as string;
    const sentence = 'has begun again on its data folder, which keeps no checkpoints and no branches';
    const branch = await open(async (room) => {
      await room.checkpoint('booked');
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
      expect(await missing(room, 'bookd')).not.toContain(sentence);
      return (await room.clock.rewind({ checkpoint: 'booked' })).branch.name;
    });
    await open(async (room) => {
      for (const name of [branch, 'booked']) expect(await missing(room, name)).toContain(sentence);
    });
  });

  test('is all there after its greenroom was closed and started again', async () => {
    const receiver = await startReceiver();
    receiver.answerWith(200, 500);
    const before = await open(async (room) => {
      await room.faults.add({ on: 'request', match: { operation: 'getBot' }, times: 1, do: { status: 503 } });
      await control(room, 'POST', '/casting', { scenario: 'manual', match: { bot_name: 'Other' } });
      await control(room, 'PUT', '/scenarios/own', JSON.parse(library('lobby-denied')));
      await control(room, 'PATCH', '/workspaces/default', { scenario: 'own', attendee: { retry_delays: ['1m'] } });
      await attendee(room, 'POST', '/api/v1/bots', botRequest(HOUR, receiver.url));
      await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url));
      await room.clock.advance({ to: HOUR });
      return everything(room);
    });
    expect(differences(before, await open(everything))).toEqual([]);
    const after = await open(async (room) => {
      await room.clock.advance({ by: '2h' });
      return everything(room);
    });
    expect(differences(after, await open(everything))).toEqual([]);
    await receiver.close();
  });

  test('keeps its id, its keys and what was changed of them, and no other gets these', async () => {
    await open(async (room) => {
      const [one, two, three] = [await room.workspace(), await room.workspace({ seed: 7 }), await room.workspace()];
      await two.patch({ attendee: { api_key: 'changed-key-of-two' } });
      expect([one.id, two.id, three.id]).toEqual(['ws_1', 'ws_2', 'ws_3']);
      await three.close();
    });
    await open(async (room) => {
      const list = (await control(room, 'GET', '/workspaces')).json.workspaces as { id: string }[];
      expect(list.map(({ id }) => id)).toEqual(['default', 'ws_1', 'ws_2']);
      expect((await attendee(asAttendee(room, 'changed-key-of-two'), 'GET', '/api/v1/bots')).status).toBe(200);
      expect((await control(room, 'GET', '/requests', undefined, 'ws_2')).json.requests).toHaveLength(1);
      expect((await room.workspace()).id).toBe('ws_4');
    });
  });

  test('lets nobody in with a key that was good once, as before', async () => {
    const old = await open(async (room) => {
      const one = await room.workspace();
      const { api_key } = one.attendee;
      await one.patch({ attendee: { api_key: 'the-new-key-of-one' } });
      const two = await room.workspace();
      const gone = two.attendee.api_key;
      await two.close();
      for (const key of [api_key, gone])
        expect((await attendee(asAttendee(room, key), 'GET', '/api/v1/bots')).status).toBe(401);
      return [api_key, gone];
    });
    await open(async (room) => {
      for (const key of old) expect((await attendee(asAttendee(room, key), 'GET', '/api/v1/bots')).status).toBe(401);
      expect((await attendee(asAttendee(room, 'never-heard-of-this-key'), 'GET', '/api/v1/bots')).status).toBe(200);
    });
  });

  test('is what a reset, a snapshot or going back made of it', async () => {
    const before = await open(async (room) => {
      const [reset, restored, rewound] = [await room.workspace(), await room.workspace(), await room.workspace()];
      for (const one of [reset, restored, rewound]) {
        await attendee(one, 'POST', '/api/v1/bots', botRequest(HOUR));
        await one.checkpoint('booked');
        await one.clock.advance({ by: '2h' });
      }
      await reset.reset();
      await restored.restore(await rewound.snapshot());
      await attendee(restored, 'POST', '/api/v1/bots', botRequest('2026-01-01T13:00:00Z'));
      await restored.clock.advance({ by: '3h' });
      await rewound.clock.rewind({ checkpoint: 'booked' });
      await rewound.clock.advance({ by: '10m' });
      return all(room, 'ws_1', 'ws_2', 'ws_3');
    });
    const after = await open((room) => all(room, 'ws_1', 'ws_2', 'ws_3'));
    expect(after.flatMap((one, i) => differences(before[i]!, one))).toEqual([]);
  });

  test('goes on where its clock stood, whatever its pace', async () => {
    const CLOCK = { now: '2026-01-01T09:00:00Z', speed: 20_000, reader_wait: 100 };
    for (const mode of ['live', 'auto'] as const) {
      const stood = await open(async (room) => {
        const one = await room.workspace({ id: mode, clock: { ...CLOCK, mode } });
        await attendee(one, 'POST', '/api/v1/bots', botRequest(undefined));
        return (await control(room, 'GET', '/clock', undefined, mode)).json.now as string;
      });
      await open(async (room) => {
        const { now, mode: found } = (await control(room, 'GET', '/clock', undefined, mode)).json;
        expect([found, now >= stood]).toEqual([mode, true]);
        const bot = (await control(room, 'GET', '/requests', undefined, mode)).json.requests[0].subject as string;
        const states = await room.fetch(`/_greenroom/stream?after=0&subject=${bot}`, {
          headers: { 'greenroom-workspace': mode },
        });
        let text = '';
        for await (const chunk of states.body!) {
          text += Buffer.from(chunk).toString();
          if (text.includes('"to":"ended"')) break;
        }
        expect(text).toContain('"to":"ended"');
      });
    }
  });

  test('has a delivery that was on its way in a crash dropped, and tried again as the vendor does', async () => {
    const receiver = await startReceiver();
    const first = await startOn(dir, '--clock', 'frozen');
    const arrived = new Promise<void>((resolve) => receiver.answerWith(() => new Promise(() => resolve())));
    await attendee(first, 'POST', '/api/v1/bots', botRequest(HOUR, receiver.url));
    const advance = control(first, 'POST', '/clock/advance', { to: HOUR }).catch(() => undefined);
    await arrived;
    await first.kill();
    await advance;
    const attempts = async (): Promise<unknown[]> =>
      open(async (room) => {
        const [delivery] = (await control(room, 'GET', '/deliveries')).json.deliveries;
        return delivery.attempts.map(({ outcome, error }: { outcome: string; error: string }) => [outcome, error]);
      });
    const dropped = ['dropped', 'greenroom ended before the answer came'];
    expect(await attempts()).toEqual([dropped]);
    await open((room) => room.clock.advance({ by: '1h' }));
    expect((await attempts()).slice(0, 2)).toEqual([dropped, ['answered', undefined]]);
    await receiver.close();
  });

  test('goes on with other hosts and receivers than it had', async () => {
    const arrivals: string[] = [];
    const receivers = {
      'https://app.test': async (request: Request): Promise<Response> => {
        arrivals.push(await request.text());
        return new Response('');
      },
    };
    const book = (room: Greenroom, origin: string) =>
      attendee(room, 'POST', '/api/v1/bots', botRequest(HOUR, `${origin}/in`));
    const both = (room: Greenroom) => all(room, 'default', 'ws_1');
    const compare = (was: Record<string, string>[], is: Record<string, string>[]): string[] =>
      is.flatMap((one, i) => differences(was[i]!, one));
    const before = await open(
      async (room) => {
        await book(room, 'https://app.test');
        const one = await room.workspace({ receivers: { 'https://own.test': receivers['https://app.test'] } });
        await book(one, 'https://own.test');
        for (const each of [room, one]) await each.clock.advance({ by: '5h' });
        return both(room);
      },
      { receivers },
    );
    expect(arrivals.length).toBeGreaterThan(5);
    expect(compare(before, await open(both))).toEqual([]);
    const count = arrivals.length;
    const after = await open(async (room) => {
      await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T15:00:00Z', 'https://app.test/in'));
      await room.clock.advance({ by: '5h' });
      return both(room);
    });
    expect(arrivals).toHaveLength(count);
    expect(compare(after, await open(both, { receivers }))).toEqual([]);
  });

  test('with other receivers goes back to its start at the furthest, and is what it was there', async () => {
    const receivers = { 'https://app.test': () => new Response('') };
    const deliveries = (room: Greenroom) => room.timeline({ as: 'text', kind: 'delivery' });
    const was = await open(async (room) => {
      await attendee(room, 'POST', '/api/v1/bots', botRequest(HOUR, 'https://app.test/in'));
      await room.clock.advance({ by: '1h' });
      return deliveries(room);
    });
    expect(was).toContain('captured');
    const back = async (room: Greenroom): Promise<string> => {
      await room.clock.advance({ by: '1h' });
      await room.clock.rewind({ to: HOUR });
      return deliveries(room);
    };
    expect(await open(back)).toBe(was);
    await open(
      async (room) => {
        expect(await back(room)).toBe(was);
        await expect(room.clock.rewind({ to: '2026-01-01T09:59:00Z' })).rejects.toThrow(
          `the history of this world begins at ${HOUR}`,
        );
      },
      { receivers },
    );
  });

  test('stays as it is if the command line says otherwise, and the terminal is told', async () => {
    await open((room) => attendee(room, 'POST', '/api/v1/bots', botRequest(HOUR)), { seed: 5 });
    const server = await startOn(
      dir,
      '--clock',
      'live',
      '--seed',
      '6',
      '--api-key',
      'a-key-of-the-command-line-0000000',
    );
    const described = (await control(server, 'GET', '/workspaces/default')).json;
    expect([described.seed, described.clock.mode]).toEqual([5, 'frozen']);
    expect(server.told()).toContain(
      'stays as it is: clock.mode is as it is by default, seed is 5, settings.attendee.api_key',
    );
    expect(server.told().trim().split('\n')).toHaveLength(1);
    await server.stop();
  });

  test('is told of in a sentence if a vendor or a scenario is no more what it was', async () => {
    const scenarios = makeFolder();
    const name = path.join(dir, 'default.run.jsonl');
    fs.writeFileSync(path.join(scenarios, 'mine.json'), library('happy-path'));
    await open(
      async (room) => {
        await attendee(room, 'POST', '/api/v1/bots', botRequest(HOUR));
        await room.clock.advance({ by: '5h' });
      },
      { scenarios, scenario: 'mine' as 'happy-path' },
    );
    await expect(open(everything)).rejects.toThrow(name);
    fs.writeFileSync(path.join(scenarios, 'mine.json'), library('lobby-denied'));
    await expect(open(everything, { scenarios })).rejects.toThrow(/scenario files and the vendors that wrote it/);
    const [head, ...rest] = fs.readFileSync(name, 'utf8').split('\n');
    fs.writeFileSync(name, [head!.replace('"vendors":[', '"vendors":["acme",'), ...rest].join('\n'));
    await expect(open(everything, { scenarios })).rejects.toThrow(/expected the vendors acme/);
    fs.rmSync(scenarios, { recursive: true });
  });
});
