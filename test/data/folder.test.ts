import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openServer } from '../../src/server/host/open-server.js';
import { openRunFolder } from '../../src/server/host/run-folder.js';
import type { RunLines, RunStore } from '../../src/server/history/store.js';
import type { Server } from '../../src/server/server.js';
import { eachInFolder, startOn, type Killable } from '../support/folder.js';
import { attendee, botRequest, control } from '../support/room.js';

const HOUR = '2026-01-01T10:00:00Z';

let dir: string;
let run: string;
eachInFolder((made) => {
  dir = made;
  run = path.join(dir, 'default.run.jsonl');
});

const bots = async (server: Killable): Promise<number> =>
  (await attendee(server, 'GET', '/api/v1/bots')).json.results.length;

/** A greenroom on the folder that was killed after it had made so many bots. */
async function killedAfter(count: number): Promise<void> {
  const server = await startOn(dir, '--clock', 'frozen');
  for (let i = 0; i < count; i++) await attendee(server, 'POST', '/api/v1/bots', botRequest(HOUR));
  await server.kill();
}

/** A line as greenroom wrote it when all bodies were quoted. */
function asFormatOne(line: string): string {
  const { length, body, ...rest } = JSON.parse(line);
  if ('format' in rest) return JSON.stringify({ ...rest, format: 1 });
  if (length === undefined) return line;
  expect(JSON.stringify(body)).toHaveLength(length);
  rest.input.request.body = JSON.stringify(body);
  return JSON.stringify(rest);
}

const refusal = async (): Promise<string> => {
  const refused = await startOn(dir, '--clock', 'frozen').then(
    async (server) => {
      await server.stop();
      return 'it started';
    },
    (error: Error) => error.message,
  );
  expect(refused.trim().split('\n')).toHaveLength(1);
  return refused;
};

describe('A data folder', () => {
  test('loses a last line that was never finished, and says so', async () => {
    await killedAfter(2);
    const whole = fs.readFileSync(run, 'utf8');
    fs.appendFileSync(run, '{"at":[0,1767');
    const server = await startOn(dir, '--clock', 'frozen');
    expect(server.told()).toBe(
      `The last line of ${run} was never finished: its 13 bytes are dropped. No call was answered for it.\n`,
    );
    expect(await bots(server)).toBe(2);
    await server.kill();
    expect(fs.readFileSync(run, 'utf8').startsWith(whole)).toBe(true);
    await (await startOn(dir)).stop();
  });

  // Systems without modes let nobody in by them.
  test.skipIf(process.platform === 'win32')(
    'says at a start that others can write to it, and how to mend it',
    async () => {
      const sentences = async (mode: number): Promise<string[]> => {
        const told: string[] = [];
        fs.chmodSync(dir, mode);
        const server = await openServer({ data: { dir }, warn: (text) => told.push(text) });
        server.close();
        return told;
      };
      for (const mode of [0o777, 0o1777, 0o702])
        expect([mode, await sentences(mode)]).toEqual([mode, [expect.stringContaining(`chmod 700 '${dir}'`)]]);
      for (const mode of [0o700, 0o755, 0o775]) expect([mode, await sentences(mode)]).toEqual([mode, []]);
    },
  );

  test('is refused with the line that is broken, and with the version that wrote another format', async () => {
    await killedAfter(2);
    const lines = fs.readFileSync(run, 'utf8').split('\n');
    fs.writeFileSync(run, lines.with(2, '{"at":[0,17').join('\n'));
    expect(await refusal()).toMatch(`at ${run}, line 3, expected a line of a run as greenroom writes it`);
    fs.writeFileSync(run, lines.with(0, lines[0]!.replace('"format":2', '"format":3')).join('\n'));
    expect(await refusal()).toMatch(/expected the format 2, was 3 of greenroom .*: use that version to read it/);
    fs.writeFileSync(run, '');
    expect(await refusal()).toContain(`${run}, expected a first line`);
  });

  test('has every body that was sent, whatever it is, after a crash', async () => {
    const first = await startOn(dir, '--clock', 'frozen');
    const asked = (server: Killable) => control(server, 'GET', '/requests?limit=1000');
    const send = (body: string | Uint8Array<ArrayBuffer>): Promise<Response> => {
      const headers = { authorization: `Token ${first.attendee.api_key}`, 'content-type': 'application/json' };
      return fetch(`${first.url}/api/v1/bots`, { method: 'POST', headers, body });
    };
    const bot = botRequest(HOUR);
    const bodies = [bot, { ...bot, bot_name: '","body":{}}', metadata: { length: 'ä€😀\u2028\n' } }, []];
    const texts = bodies.flatMap((body) => [
      JSON.stringify(body),
      JSON.stringify(body, null, 2),
      ` ${JSON.stringify(body)}`,
    ]);
    for (const text of [...texts, '{no JSON}', '{"length":3}', '"text"', '\uFEFF{}', '{\r}', 'ä', '}{', ''])
      await send(text);
    await send(new Uint8Array([0x7b, 0xff, 0x7d]));
    const { text } = await asked(first);
    await first.kill();
    const second = await startOn(dir);
    expect((await asked(second)).text).toBe(text);
    await second.stop();
  });

  test('goes on with a run of the format before, and is of its own format then', async () => {
    await killedAfter(2);
    const lines = fs.readFileSync(run, 'utf8').trimEnd().split('\n');
    fs.writeFileSync(run, lines.map((line) => `${asFormatOne(line)}\n`).join(''));
    const second = await startOn(dir, '--clock', 'frozen');
    await attendee(second, 'POST', '/api/v1/bots', botRequest(HOUR));
    await second.kill();
    const heads = fs.readFileSync(run, 'utf8').match(/"format":\d/g);
    expect(heads).toEqual(['"format":1', '"format":2']);
    const third = await startOn(dir);
    expect(await bots(third)).toBe(3);
    await third.stop();
  });

  test('is one process’s at a time, and that of a dead one is free', async () => {
    const server = await startOn(dir);
    expect(await refusal()).toContain(`the process ${server.child.pid} has it. End that process, or give another`);
    await server.kill();
    const again = await startOn(dir);
    await again.stop();
    expect(fs.existsSync(path.join(dir, 'lock'))).toBe(false);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    fs.writeFileSync(path.join(dir, 'lock'), `${pid} 1\n`);
    await (await startOn(dir)).stop();
  });

  test.runIf(fs.existsSync('/proc/self/stat'))(
    'is free if its process has ended and nobody has asked how, as in containers whose first process does not',
    async () => {
      const parent = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
      const heard = async (): Promise<string> => String((await once(parent.stdout, 'data'))[0]);
      const pid = Number(await heard());
      // Once cat answers it has the place of the shell, and knows of no child.
      parent.stdin.write('there\n');
      expect(await heard()).toBe('there\n');
      process.kill(pid, 'SIGKILL');
      const stateOf = (): string => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.charAt(0);
      await expect.poll(stateOf).toBe('Z');
      fs.writeFileSync(path.join(dir, 'lock'), `${pid} \n`);
      await (await startOn(dir)).stop();
      expect(stateOf()).toBe('Z');
      parent.stdin.end();
      await once(parent, 'close');
    },
  );

  test.runIf(fs.existsSync('/proc/self/stat'))(
    'is free if the number of its process was given to another',
    async () => {
      fs.writeFileSync(path.join(dir, 'lock'), `${process.pid} 1\n`);
      await (await startOn(dir)).stop();
    },
  );

  test('is refused in a sentence where its lock is a folder', async () => {
    fs.mkdirSync(path.join(dir, 'lock'));
    expect(await refusal()).toBe(
      `Failed to lock the data folder: expected a file ${dir}/lock, or nothing of that name, was a folder. Move it away, or give another folder with --data.\n`,
    );
  });

  test.skipIf(process.platform === 'win32')(
    'that is deleted under its process has calls refused in a sentence, and the terminal is told',
    async () => {
      const server = await startOn(dir, '--clock', 'frozen');
      await attendee(server, 'POST', '/api/v1/bots', botRequest(HOUR));
      fs.rmSync(dir, { recursive: true });
      const reason = `Failed to write to ${run}: it was deleted under the process that has it. Calls are refused from now on.`;
      for (let i = 0; i < 3; i++) {
        const { status, text } = await attendee(server, 'POST', '/api/v1/bots', botRequest(HOUR));
        expect([status, text]).toEqual([507, expect.stringContaining(reason)]);
      }
      expect((await control(server, 'GET', '/snapshot')).status).toBe(200);
      expect(server.told()).toContain(reason);
      await server.stop();
      expect(fs.existsSync(dir)).toBe(false);
    },
  );

  test('does not make a run anew that was deleted before its process wrote to it', async () => {
    await killedAfter(1);
    const server = await startOn(dir, '--clock', 'frozen');
    const reason = `Failed to write to ${run}: it was deleted under the process that has it.`;
    fs.rmSync(run);
    const { status, text } = await attendee(server, 'POST', '/api/v1/bots', botRequest(HOUR));
    expect([status, text]).toEqual([507, expect.stringContaining(reason)]);
    expect((await control(server, 'POST', '/reset')).status).toBe(507);
    await server.stop();
    expect(fs.existsSync(run)).toBe(false);
  });

  test('is refused in a sentence where no folder can be', async () => {
    fs.writeFileSync(path.join(dir, 'file'), '');
    for (const place of ['file', 'file/below'])
      await expect(startOn(path.join(dir, place))).rejects.toThrow(
        `Failed to open the data folder ${path.join(dir, place)}: it is no folder. Give one that can be written to with --data.`,
      );
    if (fs.existsSync('/proc/self'))
      await expect(startOn('/proc/nowhere')).rejects.toThrow(
        'Failed to open the data folder /proc/nowhere: there is no such file or folder. Give one that can',
      );
  });

  test('leaves the files of others alone', async () => {
    const others = ['notes.txt', 'default.jsonl', 'notes.jsonl'];
    for (const name of others) fs.writeFileSync(path.join(dir, name), 'mine');
    await killedAfter(1);
    const server = await startOn(dir);
    await control(server, 'POST', '/workspaces', { id: 'notes' });
    await server.stop();
    expect(others.map((name) => fs.readFileSync(path.join(dir, name), 'utf8'))).toEqual(['mine', 'mine', 'mine']);
    expect(fs.readdirSync(dir).sort()).toEqual(
      [...others, 'default.run.jsonl', 'notes.run.jsonl', 'workspaces.jsonl'].sort(),
    );
    if (process.platform !== 'win32') expect(fs.statSync(run).mode & 0o777).toBe(0o600);
  });
});

/** A folder on a disk that can be full. */
async function makeDisk(): Promise<{ readonly store: RunStore; isFull: boolean }> {
  const real = await openRunFolder({ dir });
  const assertRoom = (): void => {
    if (disk.isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const limited = (lines: RunLines): RunLines => ({
    append(text) {
      assertRoom();
      lines.append(text);
    },
    rewrite() {
      assertRoom();
      return lines.rewrite();
    },
    close: lines.close,
  });
  const store: RunStore = {
    ...real,
    open: (id) => limited(real.open(id)),
    directory: { ...real.directory, open: () => limited(real.directory.open()) },
  };
  const disk = { store, isFull: false };
  return disk;
}

describe('A greenroom whose disk is full', () => {
  const ask = async (server: Server, method: string, path: string, body?: object): Promise<[number, string]> => {
    const { attendee } = server.workspaces.default.describe('') as { attendee: { api_key: string } };
    const headers = {
      host: 'localhost',
      authorization: `Token ${attendee.api_key}`,
      'content-type': 'application/json',
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await server.app.fetch(new Request(`http://room.test${path}`, init));
    return [response.status, await response.text()];
  };
  const book = (server: Server) => ask(server, 'POST', '/api/v1/bots', botRequest(undefined));

  test('refuses in words what it cannot keep, goes on reading, and serves again once there is room', async () => {
    const disk = await makeDisk();
    const told: string[] = [];
    const server = await openServer({ data: disk.store, warn: (text) => told.push(text) });
    expect((await book(server))[0]).toBe(201);
    disk.isFull = true;
    const reason = `Failed to write to ${dir}: there is no space left on the disk (ENOSPC). Calls are refused until`;
    for (let i = 0; i < 3; i++) {
      const [status, text] = await book(server);
      expect([status, text.startsWith(reason)]).toEqual([507, true]);
    }
    for (const [method, path, body] of [
      ['POST', '/clock/advance', { by: '1h' }],
      ['POST', '/faults', { on: 'request', match: {}, times: 1, do: { status: 503 } }],
      ['POST', '/workspaces', { id: 'other' }],
      ['POST', '/reset', undefined],
    ] as const) {
      const [status, text] = await ask(server, method, `/_greenroom${path}`, body);
      expect([path, status, text.includes('ENOSPC')]).toEqual([path, 507, true]);
    }
    for (const path of ['/timeline', '/clock', '/workspaces', '/snapshot', '/requests'])
      expect([path, (await ask(server, 'GET', `/_greenroom${path}`))[0]]).toEqual([path, 200]);
    disk.isFull = false;
    expect((await book(server))[0]).toBe(201);
    expect(told).toEqual([expect.stringContaining(reason), `${dir} can be written to again: calls are served.`]);
    const timeline = await ask(server, 'GET', '/_greenroom/timeline');
    server.close();
    const again = await openServer({ data: { dir } });
    expect(await ask(again, 'GET', '/_greenroom/timeline')).toEqual(timeline);
    // The call in which it was found out was done, as its refusal says it may be; no other was.
    expect(JSON.parse(timeline[1]).entries.filter(({ kind }: { kind: string }) => kind === 'request')).toHaveLength(3);
    again.close();
  });

  test('lets workspaces be deleted, which makes room', async () => {
    const disk = await makeDisk();
    const server = await openServer({ data: disk.store });
    await ask(server, 'POST', '/_greenroom/workspaces', { id: 'other' });
    disk.isFull = true;
    expect((await book(server))[0]).toBe(507);
    expect(await ask(server, 'DELETE', '/_greenroom/workspaces/other')).toEqual([204, '']);
    expect((await ask(server, 'GET', '/_greenroom/workspaces/other'))[0]).toBe(404);
    expect(fs.existsSync(path.join(dir, 'other.run.jsonl'))).toBe(false);
    disk.isFull = false;
    server.close();
    const again = await openServer({ data: { dir } });
    expect(again.workspaces.list().map(({ id }) => id)).toEqual(['default']);
    again.close();
  });
});
