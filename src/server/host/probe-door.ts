import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, TIME_VARIABLE } from '../../clock/real-time.js';
import { GreenroomError, reasonOf } from '../../errors.js';
import { line, PYTHON_VARIABLE, readLines, renderPlace, VARIABLE, type FromProbe } from '../../probe/wire.js';
import type { Probe } from '../probes/probe.js';
import { isSaid } from '../probes/said.js';
import { pythonFolder } from './files.js';
import type { ProbeDoor, ProbedApp, ProbedApps } from '../host.js';

/** Nobody waits for it, and a process that has just begun may get no processor for seconds on a crowded machine. */
const HELLO_MS = 10_000;

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'greenroom-'));
  } catch (error) {
    throw new GreenroomError(
      'USAGE',
      `Failed to listen to the processes of an app: expected to make a folder in ${tmpdir()}, ${reasonOf(error)}. TMPDIR names another place.`,
    );
  }
}

/** Listens in a folder that only this user can enter. Throws USAGE where there can be no folder, and what the system says if it cannot listen. */
export async function openProbeDoor(apps: ProbedApps, warn: (text: string) => void): Promise<ProbeDoor> {
  const secrets = new Map<string, string>();
  const sockets = new Set<Socket>();
  const folder = makeFolder();
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\greenroom-${randomUUID()}` : join(folder, 'probes');
  let isOpen = true;
  const server = createServer((socket) => {
    sockets.add(socket.unref());
    socket.on('close', () => sockets.delete(socket));
    listenTo(
      socket,
      (secret) => appOf(apps, secrets.get(secret)),
      warn,
      () => isOpen,
    );
  });
  server.listen(path);
  await once(server, 'listening');
  server.unref();
  const variables: ProbeDoor['variables'] = ({ id }) => {
    const known = [...secrets].find(([, app]) => app === id)?.[0];
    const secret = known ?? randomUUID();
    secrets.set(secret, id);
    return { [VARIABLE]: renderPlace(secret, path), [PYTHON_VARIABLE]: pythonFolder() };
  };
  return {
    variables,
    lead(app) {
      const file = join(folder, randomUUID());
      // An advance may outlive the door, and nobody reads the time any more.
      app.probes.lead((now) => {
        if (isOpen) writeFileSync(file, String(now));
      });
      return { ...variables(app), [TIME_VARIABLE]: file };
    },
    close() {
      isOpen = false;
      server.close();
      for (const socket of sockets) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How many programs want each processor, on average over a minute: one that is ready waits for its turn so much longer. From 1 to 2. */
const crowding = (): number => Math.min(Math.max(1, loadavg()[0]! / availableParallelism()), 2);

const UNREADABLE = 'expected lines of JSON in version 1 of the protocol';

/** The app of a secret, or why there is none. */
function appOf(apps: ProbedApps, id: string | undefined): ProbedApp | string {
  if (id === undefined) return 'the secret of the probe is of no workspace here';
  return apps(id) ?? `the workspace ${id} is gone`;
}

/** Hears one probe until its connection ends. What is no probe is told why, and let go. */
function listenTo(
  socket: Socket,
  appOf: (secret: string) => ProbedApp | string,
  warn: (text: string) => void,
  isOpen: () => boolean,
): void {
  let speaker: { readonly app: ProbedApp; readonly probe: Probe } | undefined;
  let isRefused = false;
  const refuse = (refused: string): void => {
    isRefused = true;
    warn(`A probe was refused: ${refused}. The webhooks of its app are followed by quiet time`);
    socket.end(line({ refused }));
  };
  const greet = (message: FromProbe): void => {
    if (!('hello' in message)) return refuse('expected a greeting first');
    if (!isSaid(message)) return refuse(UNREADABLE);
    const app = appOf(message.hello.secret);
    if (typeof app === 'string') return refuse(app);
    const send = (answer: Parameters<typeof line>[0]): void => void socket.write(line(answer));
    send({ welcome: true });
    speaker = { app, probe: app.probes.add(message.hello, { send, crowding }) };
  };
  const hear = (message: FromProbe | undefined): void => {
    if (isRefused) return;
    if (!message) return refuse(UNREADABLE);
    if (!speaker) return greet(message);
    if (!isSaid(message)) return refuse(UNREADABLE);
    if ('bye' in message) return speaker.app.probes.remove(speaker.probe, 'ended');
    speaker.app.probes.hear(speaker.probe, message);
  };
  const cancel = after(HELLO_MS, () => {
    if (!speaker) refuse('it has said nothing for ten seconds');
  });
  socket.setEncoding('utf8').on('data', readLines(hear));
  // It may have said bye, and ended, just before something was written to it: then that fails, and what it said is not read any more.
  let isHeard = true;
  socket.on('error', ({ syscall }: NodeJS.ErrnoException) => (isHeard = syscall !== 'write'));
  socket.on('close', () => {
    cancel();
    if (speaker) speaker.app.probes.remove(speaker.probe, isHeard && isOpen() ? 'closed' : 'ended');
  });
}
