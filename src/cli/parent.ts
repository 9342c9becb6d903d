import { readFileSync } from 'node:fs';
import { after } from '../clock/real-time.js';

const LOOK_MS = 250;

/** A process as the system lists it. */
interface Listed {
  readonly parent: number;
  /** The command line; between its words stand NULs or spaces. */
  readonly command: string;
}

/**
 * Resolves when a parent has ended. A program that starts a command as one text, as npx and `proc_open` of PHP do, has a
 * shell in between, which outlives it: then the end of the program counts, too.
 */
export function orphaned(parent: number): Promise<void> {
  const shell = listed(parent);
  const above = shell !== undefined && isForOneCommand(shell.command) ? shell.parent : undefined;
  return new Promise((resolve) => {
    const look = (): void => {
      const isThere =
        process.ppid === parent && isAlive(parent) && (above === undefined || isStillAbove(parent, above));
      if (isThere) after(LOOK_MS, look);
      else resolve();
    };
    look();
  });
}

/** True for `sh -c 'greenroom …'`: a shell that has nothing else to do, and so nothing to live on for. */
function isForOneCommand(command: string): boolean {
  const [shell = '', option = '', ...text] = command.split(/[\0 ]+/);
  if (!/(^|[/-])(ba|da|a|k|z)?sh$/.test(shell) || !/^-\w*c$/.test(option)) return false;
  return !/[;&|\n]/.test(text.join(' ').replaceAll(/&&|\d?>&\d/g, ''));
}

/** Where it can be had at once, the parent of a shell tells most: one that has ended may be listed until somebody asks for it. */
const isStillAbove = (shell: number, above: number): boolean =>
  process.platform === 'linux' ? listedHere(shell)?.parent === above : isAlive(above);

/** What the system says of a process; nothing of one that is gone, and on Windows. */
export function listed(pid: number): Listed | undefined {
  if (process.platform === 'linux') return listedHere(pid);
  if (process.platform === 'win32') return undefined;
  // Loaded where it is needed alone: a start is short.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, command] = /^\s*(\d+) (.*)/.exec(stdout ?? '') ?? [];
  return command === undefined ? undefined : { parent: Number(parent), command };
}

function listedHere(pid: number): Listed | undefined {
  try {
    // The name of the program stands in brackets, and may have some in it.
    const [, parent] = /\) \w (\d+)[^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
