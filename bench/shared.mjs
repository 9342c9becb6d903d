// A service that many share: workspaces with clocks of their own, clients at once, and whether any sees what is another's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { start } from './server.mjs';

const TOKEN = 'a-token-of-the-bench-0123456789';
const [WORKSPACES, CLIENTS, CHECKS] = [1000, 200, 1_000_000];
/** The checks end with this time, however many are done by then. */
const CHECK_MS = 180_000;

/** Has the clients, in a process of their own, do one thing. */
async function have(client, task) {
  client.send(task);
  const [{ fault, ...result }] = await once(client, 'message');
  if (fault) throw new Error(fault);
  return result;
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

function row(name, times, aim) {
  const sorted = times.toSorted((a, b) => a - b);
  const show = (q) => `${quantile(sorted, q).toFixed(1)} ms`;
  return [name, show(0.5), show(0.95), show(1), aim];
}

export async function run() {
  const dir = mkdtempSync(join(tmpdir(), 'greenroom-bench-'));
  process.env.GREENROOM_CONTROL_TOKEN = TOKEN;
  const command = ['dist/bin/greenroom.js', 'serve', '--shared', '--port', '0', '--json', '--data', join(dir, 'data')];
  const service = await start(...command);
  const client = fork(new URL('shared-process.mjs', import.meta.url));
  try {
    await have(client, { begin: { port: service.port, token: TOKEN, clients: CLIENTS } });
    const made = await have(client, { make: WORKSPACES });
    const alone = await have(client, { create: 2000, clients: 1 });
    const calm = await have(client, { create: 20_000, clients: CLIENTS });
    const busy = await have(client, { beside: 100_000 });
    const checked = await have(client, { check: CHECKS, within: CHECK_MS });
    const rate = (checked.count / (checked.milliseconds / 1000)).toFixed(0);
    return {
      head: ['figure', 'median', 'p95', 'longest', 'aim of p95'],
      rows: [
        row(`make ${WORKSPACES} workspaces, ${CLIENTS} clients at once`, made.times, ''),
        row('create a bot, 1 client', alone.times, '< 50 ms'),
        row(`create a bot, ${CLIENTS} clients at once in ${WORKSPACES} workspaces`, calm.times, '< 50 ms'),
        row(`create a bot, 1 client, while another workspace advances over ${busy.jobs} jobs`, busy.times, '< 50 ms'),
      ],
      notes: [
        `${checked.count} answers of ${WORKSPACES} worlds, each with its own clock, in ${(checked.milliseconds / 1000).toFixed(0)} s (${rate}/s): ${checked.wrong} held what is another's.`,
        `The advance ran ${busy.jobs} jobs in ${(busy.milliseconds / 1000).toFixed(1)} s.`,
      ],
    };
  } finally {
    delete process.env.GREENROOM_CONTROL_TOKEN;
    client.kill();
    await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
