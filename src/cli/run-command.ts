import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { monotonic } from '../clock/real-time.js';
import { GreenroomError } from '../errors.js';
import { SAME_PRESS_MS } from './interrupted.js';

const INTERRUPTED = 130;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Why a program cannot be run, by the code of Node. */
const UNABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program here or in PATH. A line of a shell goes as: -- sh -c "…"',
  EACCES: 'it is no program, or one that may not be run',
};

/** Runs a command to its end, and gives its code; it hears the signals that we hear, and has our input and output. Throws USAGE. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    let [interrupted, killed] = [Number.POSITIVE_INFINITY, false];
    const forward = (signal: NodeJS.Signals): void => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      killed ||= signal === 'SIGINT' && monotonic() - interrupted > SAME_PRESS_MS;
      if (signal === 'SIGINT') interrupted = Math.min(interrupted, monotonic());
      if (killed) killTree(child.pid!);
      else child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const stopForwarding = (): void => FORWARDED.forEach((signal) => process.off(signal, forward));
    child.once('error', (error) => {
      stopForwarding();
      const { code = '' } = error as NodeJS.ErrnoException;
      reject(new GreenroomError('USAGE', `Failed to run ${command}: ${UNABLE[code] ?? error.message}.`));
    });
    child.once('close', (code, signal) => {
      // Whoever presses it again and again is told what came of the command all the same.
      if (!killed) stopForwarding();
      resolve(killed ? INTERRUPTED : (code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
    });
  });
}

/** Ends a process, and all that it started: a group of its own would have taken the terminal from it. */
function killTree(pid: number): void {
  if (process.platform === 'win32') return void spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const all = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [pid];
  for (const parent of tree) tree.push(...all.flatMap(([id, above]) => (above === parent ? [id!] : [])));
  for (const id of tree) killIfThere(id);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
