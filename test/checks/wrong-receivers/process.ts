import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Spawned {
  readonly url: string;
  readonly starts: () => number;
  readonly close: () => Promise<void>;
}

/** Runs a receiver as a process of its own; a supervised one is started again whenever it has ended. */
export async function spawnReceiver(
  file: string,
  { env, isSupervised }: { readonly env: Readonly<Record<string, string>>; readonly isSupervised: boolean },
): Promise<Spawned> {
  let starts = 0;
  let isClosed = false;
  let child: ChildProcess;
  const start = (port: string): ChildProcess => {
    starts++;
    child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...env, PORT: port },
    });
    return child;
  };
  const [line] = (await once(start('0').stdout!, 'data')) as [Buffer];
  const port = line.toString().trim();
  const watch = (): void => {
    child.once('exit', () => {
      if (!isSupervised || isClosed) return;
      start(port);
      watch();
    });
  };
  watch();
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    starts: () => starts,
    async close() {
      isClosed = true;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}
