// The Worker of deploy/workers: types, size, how long it takes to start, and its tests in workerd, without a network. What
// they need comes from npm, apart from the rest. Where workerd cannot be had, all of it is skipped, with a line that says so.
// Run after the build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { settings } from '../deploy/workers/settings.mjs';
import { startOf } from './workerd-start.mjs';

const FOLDER = resolve(import.meta.dirname, '../deploy/workers');
const [BYTES_MAX, START_AIM_MS] = [1_000_000, 100];
const MEMORY = '/dev/shm';
const { resolve: find } = createRequire(import.meta.url);
/** The program, as the system runs it. */
const workerd = () => createRequire(join(FOLDER, 'package.json'))('workerd').default;

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
  const started = run(workerd(), ['--version']);
  return started.ok ? undefined : started.output;
}

const versionIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages['node_modules/workerd']?.version;

const faults = [];

function report(what, ok, more = '') {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${what}${more && `\n${more}`}\n`);
  if (!ok) faults.push(what);
}

const reason = missing();
if (reason === undefined) {
  const types = run(process.execPath, [find('typescript/bin/tsc'), '-p', FOLDER]);
  report('types', types.ok, types.output);
  // By the command that a deploy builds with.
  const built = run('sh', ['-c', settings.build.command], { cwd: FOLDER });
  report(settings.build.command, built.ok, built.output);
  const files = readdirSync(join(FOLDER, 'dist')).map((name) => join(FOLDER, 'dist', name));
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  report(`${size} bytes, gzipped, of at most ${BYTES_MAX}`, size < BYTES_MAX);
  if (process.platform === 'linux') {
    const { ready, evaluated } = await startOf(workerd(), files, settings);
    // Figures to read: how long something takes says more of the machine than of the code, and fails nothing.
    report(
      `ready in workerd after ${ready.toFixed(0)} ms of the processor, of which ${evaluated.toFixed(0)} to evaluate it; ${START_AIM_MS} is the aim`,
      true,
    );
  }
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
