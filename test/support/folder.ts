import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { COMMAND, type Ready } from './server.js';

/** A folder of its own, to be removed by whoever made it. */
export const makeFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'greenroom-'));

/** Gives each test of a file a folder of its own, and takes it away after it. */
export function eachInFolder(enter: (dir: string) => void): void {
  let dir: string;
  beforeEach(() => enter((dir = makeFolder())));
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));
}

export type User = Pick<SpawnOptions, 'uid' | 'gid'>;

export interface Killable extends Ready {
  readonly child: ChildProcess;
  /** What it has told the person at the terminal. */
  readonly told: () => string;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts greenroom on a data folder, in a process that may be killed. Throws with what it told if it does not start. */
export const startOn = (dir: string, ...flags: string[]): Promise<Killable> => startAs({}, dir, ...flags);

/** The same as another user. */
export async function startAs(user: User, dir: string, ...flags: string[]): Promise<Killable> {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--json', '--data', dir, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  let [line, told] = ['', ''];
  child.stderr.on('data', (chunk) => (told += String(chunk)));
  for await (const chunk of child.stdout) {
    line += String(chunk);
    if (line.endsWith('\n')) break;
  }
  if (!line.endsWith('\n')) {
    if (child.exitCode === null) await once(child, 'close');
    throw new Error(told);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    ...(JSON.parse(line) as Ready),
    child,
    told: () => told,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
