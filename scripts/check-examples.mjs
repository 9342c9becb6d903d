// Runs the examples as a user would: each in a folder of its own, with the package from its tarball.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exploreExample } from './explored-example.mjs';
import { add, install, makeFolder, pack, run } from './packed.mjs';
import { pythonWith } from './python.mjs';

/** Runs that are compared. */
const DAYS = Number(process.env.GREENROOM_LIVES ?? 2);
const EXAMPLES = resolve(import.meta.dirname, '..', 'examples');
const { folder, remove } = makeFolder('examples');
process.once('exit', remove);

const notes = copy('meeting-notes');
const tarball = pack(folder);
install(notes, tarball);
const bin = (name) => join(notes, 'node_modules', '.bin', name);

step('Vitest', () => run(bin('vitest'), ['run'], { cwd: notes }));
step('a vendor of its own', () => {
  const own = copy('own-vendor');
  install(own, tarball);
  run(join(own, 'node_modules', '.bin', 'vitest'), ['run'], { cwd: own });
});
step('exec --lockstep', () => compareDays(notes, 'test/lockstep/day.js'));
step('exec --lockstep, with Express and a worker process', () => {
  const express = copy('express-worker');
  install(express, tarball);
  compareDays(express, 'test/day.js');
});
step('node:test', () => run(process.execPath, ['--test', 'test/node-test/'], { cwd: notes }));
step('Playwright, without a browser', () => run(bin('playwright'), ['test'], { cwd: notes }));
const python = pythonWith(folder, ['pytest', 'flask', 'requests']);
step('pytest', () => {
  if (python === undefined) return 'skipped: there is no Python with venv, or no PyPI';
  const env = { ...process.env, MEETING_NOTES: notes, PYTHONDONTWRITEBYTECODE: '1' };
  run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], { cwd: copy('python-pytest'), env });
});
step('pytest, with an app in Flask', () => {
  if (python === undefined) return 'skipped: there is no Python with venv, or no PyPI';
  const flask = copy('python-flask');
  install(flask, tarball);
  const greenroom = join(flask, 'node_modules', '.bin', 'greenroom');
  run(greenroom, ['init', '--runner', 'pytest'], { cwd: flask });
  renameSync(join(flask, 'tests', 'greenroom', 'conftest.py'), join(flask, 'tests', 'conftest.py'));
  const pytest = [python, '-m', 'pytest', '-q', '-W', 'error'];
  run(python, pytest.slice(1), { cwd: flask });
  run(greenroom, ['exec', '--fail-on-violations', '--', ...pytest], { cwd: flask });
});
await withServer((url) =>
  step('curl', () => run(join(copy('curl'), 'walk.sh'), [], { env: { ...process.env, GREENROOM_URL: url } })),
);

const tryRun = (program, words, cwd) => spawnSync(program, words, { cwd, encoding: 'utf8' });
const began = performance.now();
writeFileSync(join(notes, 'explored.config.js'), 'export default {};');
add(notes, 'jest@30');
const jest = [join(notes, 'node_modules/jest/bin/jest.js'), '--runTestsByPath'];
await exploreExample(notes, bin, {
  vitest: (file, cwd) => tryRun(bin('vitest'), ['run', '--config', 'explored.config.js', file], cwd),
  node: (file, cwd) => tryRun(process.execPath, ['--test', file], cwd),
  jest: (file, cwd) => tryRun(process.execPath, [...jest, file], cwd),
  ...(python === undefined
    ? {}
    : { pytest: (file, cwd) => tryRun(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file], cwd) }),
});
console.log(`  explore, and the tests that it writes: passed in ${((performance.now() - began) / 1000).toFixed(1)} s`);

function copy(name) {
  const target = join(folder, name);
  cpSync(join(EXAMPLES, name), target, { recursive: true, filter: (path) => !/node_modules|__pycache__/.test(path) });
  return target;
}

/** Each run of a program in lockstep prints the same. */
function compareDays(cwd, program) {
  const words = ['exec', '--quiet', '--lockstep', '--start', '2026-01-01T09:00:00Z', '--', process.execPath, program];
  const day = () => run(bin('greenroom'), words, { cwd });
  const first = day();
  for (let i = 1; i < DAYS; i++) {
    const other = day();
    if (other !== first) throw new Error(`${program} gave two timelines:\n${first}\n${other}`);
  }
}

function step(name, work) {
  const began = performance.now();
  const remark = work();
  const passed = typeof remark === 'string' && remark.startsWith('skipped');
  console.log(`  ${name}: ${passed ? remark : `passed in ${((performance.now() - began) / 1000).toFixed(1)} s`}`);
}

async function withServer(work) {
  const server = spawn(bin('greenroom'), ['--port', '0', '--clock', 'frozen', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await new Promise((resolve) => server.stdout.once('data', resolve));
  try {
    work(JSON.parse(String(ready)).url);
  } finally {
    server.kill('SIGTERM');
  }
}
