// How long workerd works until the Worker of deploy/workers can serve: its files are read and compiled, and what it begins with is
// evaluated. A Worker sees no time pass while that is done, so that the processor time of the whole process is taken from outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Others have this machine as well: of several runs the shortest. */
const RUNS = 4;

const EMPTY = `import { DurableObject } from 'cloudflare:workers';
export class WorkspaceObject extends DurableObject {}
export class DirectoryObject extends DurableObject {}
export default { fetch: () => new Response() };`;

/** A Worker that begins with the first of these modules, as workerd reads it. */
const workerOf = (modules, { compatibility_date, compatibility_flags }) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${modules.map((name) => `(name = "${name}", esModule = embed "${name}")`).join(', ')}],
  compatibilityDate = "${compatibility_date}",
  compatibilityFlags = ${JSON.stringify(compatibility_flags)},
  durableObjectNamespaces = [
    (className = "WorkspaceObject", uniqueKey = "workspaces", enableSql = true),
    (className = "DirectoryObject", uniqueKey = "directory", enableSql = true),
  ],
  durableObjectStorage = (inMemory = void),
  bindings = [
    (name = "WORKSPACES", durableObjectNamespace = "WorkspaceObject"),
    (name = "DIRECTORY", durableObjectNamespace = "DirectoryObject"),
  ],
);`;

/** Milliseconds for which the threads of a process have had a processor. */
const workOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6,
    0,
  );

async function start(workerd, config) {
  const server = spawn(workerd, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  try {
    const ended = once(server, 'exit').then(() => {
      throw new Error(`workerd did not start with ${config}`);
    });
    ended.catch(() => undefined);
    // It tells of the socket on which it listens when all is there.
    await Promise.race([once(server.stdio[3], 'data'), ended]);
    return workOf(server.pid);
  } finally {
    server.kill('SIGKILL');
  }
}

/**
 * Milliseconds of the processor, beyond those of an empty Worker: `ready` until it can serve, `evaluated` those of them for what it
 * begins with. Wants /proc of Linux.
 */
export async function startOf(workerd, files, settings) {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  const names = files
    .map((file) => basename(file))
    .sort((a, b) => Number(b === 'worker.js') - Number(a === 'worker.js'));
  const kinds = { empty: ['empty.js'], compiled: ['empty.js', ...names], whole: names };
  try {
    for (const file of files) copyFileSync(file, join(folder, basename(file)));
    writeFileSync(join(folder, 'empty.js'), EMPTY);
    const least = {};
    for (const [kind, modules] of Object.entries(kinds))
      writeFileSync(join(folder, `${kind}.capnp`), workerOf(modules, settings));
    for (let i = 0; i < RUNS; i++)
      for (const kind of Object.keys(kinds))
        least[kind] = Math.min(least[kind] ?? Infinity, await start(workerd, join(folder, `${kind}.capnp`)));
    return { ready: least.whole - least.empty, evaluated: least.whole - least.compiled };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
