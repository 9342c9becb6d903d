import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { monotonic } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import { SAME_PRESS_MS } from '../terminal/interrupted.js';

const INTERRUPTED = 130;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Why a program cannot be run, by the code of Node, and the code that shells end with then. */
const UNABLE: Readonly<Record<string, { readonly words: string; readonly exitCode: number }>> = {
  ENOENT: {
    words: 'command not found: there is no such program here or in PATH. A line of a shell goes as: -- sh -c "…"',
    exitCode: 127,
  },
  EACCES: { words: 'permission denied: it is no program, or one that may not be run', exitCode: 126 },
};

const unable = ({ code = '', message }: NodeJS.ErrnoException) => UNABLE[code] ?? { words: message, exitCode: 126 };

/** Why a program could not be started, as a sentence without its end. */
export const whyNotRun = (program: string, error: NodeJS.ErrnoException): string =>
  `${program}: ${unable(error).words}`;

/** A command that could not be started. */
export class CommandNotRun extends GreenroomError {
  readonly exitCode: number;

  constructor(command: string, error: NodeJS.ErrnoException) {
    super('USAGE', `Failed to run ${whyNotRun(command, error)}.`);
    this.exitCode = unable(error).exitCode;
  }
}

/**
 * Runs a command to its end, and gives its code; it hears the signals that we hear, of which `onSignal` is told, and has our input
 * and output. Throws {@link CommandNotRun}.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onSignal: () => void = () => {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    let [interrupted, killed] = [Number.POSITIVE_INFINITY, false];
    const forward = (signal: NodeJS.Signals): void => {
      onSignal();
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
      reject(new CommandNotRun(command, error));
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
