import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AttendeeAccess, CronofyAccess } from '../../src/index.js';

/** The command as `npm test` has built it. */
export const COMMAND = fileURLToPath(new URL('../../dist/bin/greenroom.js', import.meta.url));

/** The line that `--json` prints. */
export interface Ready {
  readonly url: string;
  readonly port: number;
  readonly control: string;
  readonly cronofy: CronofyAccess;
  readonly attendee: AttendeeAccess;
}

export interface ServerProcess extends Ready {
  readonly stop: () => Promise<void>;
}

/** Starts greenroom in a process of its own, on a free port. */
export async function startProcess(...flags: string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let line = '';
  for await (const chunk of child.stdout) {
    line += String(chunk);
    if (line.endsWith('\n')) break;
  }
  return {
    ...(JSON.parse(line) as Ready),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Runs a command of greenroom to its end. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (printed.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (printed.stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...printed };
}
