// 300 executions of explore: in this process over a receiver that is right, and over a socket with the probe.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { explore } from '../dist/explore.js';

const ROOT = resolve(import.meta.dirname, '..');
const RECEIVERS = join(ROOT, 'test/explore/receivers');
const EXECUTIONS = 300;
const [IN_PROCESS, OVER_SOCKET] = [10, 30];
const PORT = 38_417;

/** The receivers of the tests as modules of JavaScript. */
async function receivers(folder) {
  const outfile = join(folder, 'receivers.mjs');
  const contents = `export { Notes } from './notes.js'; export { explored } from './explored.js';`;
  const stdin = { contents, resolveDir: RECEIVERS, loader: 'ts' };
  await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
  return import(outfile);
}

async function inProcess(vendor) {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-bench-'));
  try {
    const { Notes, explored } = await receivers(folder);
    const { executions, seconds } = await explore({ ...explored(Notes, vendor), executions: EXECUTIONS });
    return { executions, seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function overSocket() {
  const url = `http://127.0.0.1:${PORT}`;
  const words = ['explore', `${url}/hooks/cronofy`, '--state', `${url}/meetings/{id}`, '--json', '--'];
  const app = [process.execPath, join(ROOT, 'test/explore/apps/mails.mjs')];
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/bin/greenroom.js'), ...words, ...app], {
    encoding: 'utf8',
  });
  return JSON.parse(stdout);
}

const row = (figure, { executions, seconds }, aim) => [
  figure,
  String(executions),
  `${seconds.toFixed(1)} s`,
  (seconds / aim).toFixed(2),
  '< 1.00',
];

export async function run() {
  return {
    head: ['explore', 'executions', 'time', `of ${IN_PROCESS} s, ${OVER_SOCKET} s`, 'aim'],
    rows: [
      row('in process, Attendee', await inProcess('attendee'), IN_PROCESS),
      row('in process, Cronofy', await inProcess('cronofy'), IN_PROCESS),
      row('over a socket, with the probe', overSocket(), OVER_SOCKET),
    ],
  };
}
