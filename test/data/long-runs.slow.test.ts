import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer } from '../../src/server/host/open-server.js';
import { openRunFolder } from '../../src/server/host/run-folder.js';
import type { RunStore } from '../../src/server/history/store.js';
import type { Server } from '../../src/server/server.js';
import { makeFolder, startOn } from '../support/folder.js';
import { attendee, botRequest, control } from '../support/room.js';

let dir: string;
beforeEach(() => (dir = makeFolder()));
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

type Event = 'begun' | 'finished' | 'dropped';

/** A folder that tells of frames: of the third text of lines that are to take the place of others, and how it ends. */
async function watched(hear: (event: Event, texts: number) => void): Promise<RunStore> {
  const real = await openRunFolder({ dir });
  return {
    ...real,
    open(id) {
      const lines = real.open(id);
      return {
        ...lines,
        rewrite() {
          const { add, finish, drop } = lines.rewrite();
          let texts = 0;
          const tell = (event: Event): void => {
            if (texts > 2) hear(event, texts);
          };
          return {
            add(text) {
              add(text);
              if (++texts === 3) tell('begun');
            },
            finish() {
              finish();
              tell('finished');
            },
            drop() {
              drop();
              tell('dropped');
            },
          };
        },
      };
    },
  };
}

async function ask(server: Server, method: string, target: string, body?: object): Promise<string> {
  const { attendee } = server.workspaces.default.describe('') as { attendee: { api_key: string } };
  const headers = { host: 'localhost', authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return (await server.app.fetch(new Request(`http://room.test${target}`, init))).text();
}

const timelineOf = (server: Server, after = 0) => ask(server, 'GET', `/_greenroom/timeline?after=${after}`);

/** What a greenroom would find that is started on the folder as it is now. */
async function timelineOnDisk(after?: number): Promise<string> {
  const copy = makeFolder();
  fs.cpSync(dir, copy, { recursive: true });
  fs.rmSync(path.join(copy, 'lock'));
  const server = await openServer({ data: { dir: copy } });
  const timeline = await timelineOf(server, after);
  server.close();
  fs.rmSync(copy, { recursive: true });
  return timeline;
}

const LONG = 2100;
const FAR = '2026-01-02T10:00:00Z';

describe('A greenroom that has taken thousands of calls', () => {
  test('begins its run with the world as it is in a quiet moment, in large parts', async () => {
    const told: { server?: Server } = {};
    const texts = await new Promise<number>((resolve, reject) => {
      const work = async (): Promise<void> => {
        const data = await watched((event, count) => event === 'finished' && resolve(count));
        told.server = await openServer({ data });
        for (let i = 0; i < LONG; i++) await ask(told.server, 'GET', '/api/v1/bots');
      };
      work().catch(reject);
    });
    // A few texts for each call, not one for each letter.
    expect(texts).toBeLessThan(LONG * 4);
    const { length } = fs.readFileSync(path.join(dir, 'default.run.jsonl'), 'utf8').split('\n');
    expect(length).toBeLessThan(10);
    expect(await timelineOnDisk()).toBe(await timelineOf(told.server!));
    told.server!.close();
  });

  test('keeps the calls that come while it does so', async () => {
    const events: Event[] = [];
    const booked: Promise<string>[] = [];
    const book = () => ask(server, 'POST', '/api/v1/bots', botRequest(undefined));
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const server = await openServer({
      data: await watched((event) => {
        events.push(event);
        if (event === 'begun' && booked.length === 0) booked.push(book());
        if (event === 'finished') finish();
      }),
    });
    for (let i = 0; i < LONG; i++) await ask(server, 'GET', '/api/v1/bots');
    await finished;
    expect(await booked[0]).toContain('bot_');
    expect(events).toEqual(['begun', 'dropped', 'begun', 'finished']);
    expect(await timelineOnDisk()).toBe(await timelineOf(server));
    await book();
    expect(await timelineOnDisk()).toBe(await timelineOf(server));
    server.close();
  });
});

describe('A greenroom whose calls are long and never cease', () => {
  const MIB = 2 ** 20;
  // Long, and yet no longer than the line of a call that every server takes: of that, there would be a note.
  const pad = 'x'.repeat(4000);

  test('keeps a run of about twice what it remembers, from which it goes on as it was', async () => {
    const server = await openServer({ data: { dir }, workspace: { memory: MIB } });
    const run = path.join(dir, 'default.run.jsonl');
    let longest = 0;
    for (let i = 0; i < 1000; i++) {
      await ask(server, 'GET', `/api/v1/bots?deduplication_key=${i}${pad}`);
      longest = Math.max(longest, fs.statSync(run).size);
    }
    expect(longest / MIB).toBeGreaterThan(1);
    expect(longest / MIB).toBeLessThan(3);
    const lines = (text: string): unknown[] => JSON.parse(text).entries;
    expect(lines(await timelineOnDisk(950))).toEqual(lines(await timelineOf(server, 950)));
    expect(lines(await timelineOf(server, 950))).toHaveLength(50);
    server.close();
  });

  test('has lost nothing that was answered, whenever it is killed', async () => {
    const made: string[] = [];
    for (let round = 0; round < 4; round++) {
      const server = await startOn(dir, '--clock', 'frozen', '--memory', '1');
      const { slices } = (await control(server, 'GET', '/snapshot')).json;
      const there = slices.attendee.bots.map(({ id }: { id: string }) => id);
      expect(made.filter((id) => !there.includes(id))).toEqual([]);
      let left = 250 + 37 * round;
      const caller = async (): Promise<void> => {
        for (; left > 0; left--) {
          await attendee(server, 'GET', `/api/v1/bots?x=${left}${pad}`);
          if (left % 25 === 0) made.push((await attendee(server, 'POST', '/api/v1/bots', botRequest(FAR))).json.id);
        }
        await server.kill();
      };
      // A call that is cut off by the end was not answered.
      await Promise.allSettled([caller(), caller(), caller()]);
    }
    expect(fs.statSync(path.join(dir, 'default.run.jsonl')).size / MIB).toBeLessThan(3);
  });
});
