// The Worker of deploy/workers: types, size, how long it takes to evaluate, and its tests in workerd, without a network. What
// they need comes from npm, apart from the rest. Where workerd cannot be had, all of it is skipped, with a line that says so.
// Run after the build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWorker } from '../deploy/workers/build.mjs';

const FOLDER = resolve(import.meta.dirname, '../deploy/workers');
const [BYTES_MAX, EVALUATION_AIM_MS, RUNS] = [1_000_000, 100, 5];
const MEMORY = '/dev/shm';
const { resolve: find } = createRequire(import.meta.url);

function run(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}`.trim() };
}

/** Why workerd cannot be had here; nothing if it can. */
function missing() {
  const stamp = join(FOLDER, 'node_modules/.package-lock.json');
  const wanted = readFileSync(join(FOLDER, 'package-lock.json'), 'utf8');
  const isThere = existsSync(stamp) && JSON.parse(wanted).packages['node_modules/workerd'].version === versionIn(stamp);
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const installed = isThere ? { ok: true } : run('npm', ['ci', ...flags], { cwd: FOLDER });
  if (!installed.ok) return installed.output;
  const started = run(join(FOLDER, 'node_modules/.bin/workerd'), ['--version']);
  return started.ok ? undefined : started.output;
}

const versionIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages['node_modules/workerd']?.version;

const faults = [];

function report(what, ok, more = '') {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${what}${more && `\n${more}`}\n`);
  if (!ok) faults.push(what);
}

/**
 * What the processor works until the Worker can serve, in milliseconds, by the engine that workerd has too: of several runs
 * the shortest, for others have this machine as well.
 */
function evaluationOf(files) {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  const base = /import\{DurableObject as (\w+)\}from"cloudflare:workers";/g;
  for (const file of files)
    writeFileSync(join(folder, basename(file)), readFileSync(file, 'utf8').replace(base, 'class $1{}'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  // What Node itself loads when a global of it is first used, workerd has from its start.
  const code = `void new Response(''); const before = process.cpuUsage();
    await import(${JSON.stringify(join(folder, 'worker.js'))});
    const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  const runs = Array.from({ length: RUNS }, () => run(process.execPath, ['--input-type=module', '--eval', code]));
  rmSync(folder, { recursive: true });
  const failed = runs.find(({ ok }) => !ok);
  if (failed) throw new Error(failed.output);
  return Math.min(...runs.map(({ output }) => Number(output)));
}

const reason = missing();
if (reason === undefined) {
  const types = run(process.execPath, [find('typescript/bin/tsc'), '-p', FOLDER]);
  report('types', types.ok, types.output);
  const files = await buildWorker();
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  report(`${size} bytes, gzipped, of at most ${BYTES_MAX}`, size < BYTES_MAX);
  const took = evaluationOf(files);
  // A figure to read: how long something takes says more of the machine than of the code, and fails nothing.
  report(`evaluated in ${took.toFixed(0)} ms; ${EVALUATION_AIM_MS} is the aim`, true);
  const vitest = join(find('vitest/package.json'), '../vitest.mjs');
  const tests = spawnSync(process.execPath, [vitest, 'run', '--config', 'vitest.workerd.config.ts'], {
    stdio: 'inherit',
    // Each answer waits until it is on the disk: in memory, no other program's files are in the way.
    env: { ...process.env, TMPDIR: existsSync(MEMORY) ? MEMORY : tmpdir() },
  });
  report('in workerd', tests.status === 0);
} else {
  process.stdout.write(`SKIPPED  The Worker of deploy/workers is NOT tested: workerd cannot be had here.\n${reason}\n`);
}
process.exitCode = faults.length === 0 ? 0 : 1;
