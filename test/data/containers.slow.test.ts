import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eachInFolder, startOn } from '../support/folder.js';
import { attendee, botRequest } from '../support/room.js';
import { COMMAND, type Ready } from '../support/server.js';

let dir: string;
eachInFolder((made) => (dir = made));

/** With numbers of its own for processes, as a container has them. */
const CONTAINER = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const canContain = spawnSync('unshare', [...CONTAINER, 'true']).status === 0;

interface Contained extends Ready {
  readonly told: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
}

const containers: ChildProcess[] = [];
afterEach(async () => {
  for (const child of containers.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** Starts greenroom on the folder in a container. Throws with what it told if it does not start. */
async function startContained(): Promise<Contained> {
  const greenroom = [process.execPath, COMMAND, '--port', '0', '--json', '--data', dir, '--clock', 'frozen'];
  const child = spawn('unshare', [...CONTAINER, ...greenroom], { stdio: ['ignore', 'pipe', 'pipe'] });
  containers.push(child);
  let [line, told] = ['', ''];
  child.stderr.on('data', (chunk) => (told += String(chunk)));
  for await (const chunk of child.stdout) {
    line += String(chunk);
    if (line.endsWith('\n')) break;
  }
  if (line === '') throw new Error(told);
  // The number of the process as it is out here, which is another than in there.
  const inside = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return { ...(JSON.parse(line) as Ready), told: () => told, signal: (name) => process.kill(Number(inside), name) };
}

const book = (server: Ready) => attendee(server, 'POST', '/api/v1/bots', botRequest(undefined));
const holder = `the process 1 of the host ${os.hostname()}`;

describe.runIf(canContain)('A data folder that containers share', () => {
  test('is one process’s at a time, though each is the first of its container, and free once that is dead', async () => {
    const first = await startContained();
    const refused = `Failed to open the data folder ${dir}: ${holder} has it. End that process, or give another folder with --data.`;
    await expect(startContained()).rejects.toThrow(refused);
    await expect(startOn(dir)).rejects.toThrow(refused);
    const { id } = (await book(first)).json;
    first.signal('SIGKILL');
    const second = await startContained();
    expect(second.told()).toBe(
      `The data folder ${dir} is locked by ${holder}, which cannot be looked at from here: it is taken if that gives no sign of life for 10 seconds.\n`,
    );
    expect((await attendee(second, 'GET', `/api/v1/bots/${id}`)).status).toBe(200);
  });

  test('that was taken from a process which stood still is not written to by that one any more', async () => {
    const first = await startContained();
    await book(first);
    first.signal('SIGSTOP');
    const second = await startContained();
    await book(second);
    const files = () => fs.readdirSync(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), 'utf8')]);
    const before = files().filter(([name]) => name !== 'lock');
    first.signal('SIGCONT');
    const { status, text } = await book(first);
    expect([status, text]).toEqual([
      507,
      expect.stringContaining(`Failed to write to ${dir}: ${holder} has the folder now`),
    ]);
    expect(first.told()).toContain('Calls are refused from now on. End this process');
    first.signal('SIGTERM');
    expect(files().filter(([name]) => name !== 'lock')).toEqual(before);
    expect((await book(second)).status).toBe(201);
  });
});
