import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { COMMAND } from './server.js';

/** What a command came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly told: string;
}

interface Place {
  readonly cwd: string;
  /** The mistake of the app that the command starts. */
  readonly bug: string;
}

/** Runs a command to its end, and does `act` once `when` is told. */
export async function runIn(
  { cwd, bug }: Place,
  args: readonly string[],
  when = 'nothing',
  act: (child: ChildProcess) => void = () => undefined,
): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...process.env, BUG: bug } });
  let [out, told] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => {
    const had = told.includes(when);
    told += chunk;
    if (!had && told.includes(when)) act(child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, told };
}
