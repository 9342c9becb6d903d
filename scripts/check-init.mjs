// `greenroom init` as a newcomer runs it, from the packed tarball: in an empty folder, and in projects of every runner. The
// test that it writes must pass with the command that it prints, and a second run must leave all as it is. Run after the build.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import yaml from 'yaml';
import { install, makeFolder, pack, run } from './packed.mjs';

const LIMIT = { timeout: 60_000, killSignal: 'SIGKILL' };
const MODULES = resolve(import.meta.dirname, '..', 'node_modules');
const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

const { folder, remove } = makeFolder('init');
process.once('exit', remove);
const tarball = pack(folder);
// It takes its time, beside the others.
const venv = join(folder, 'venv');
const pytest = installPytest(venv);

const first = join(folder, 'empty');
mkdirSync(first);
step('an empty folder, node:test', () => {
  install(first, tarball);
  check(first);
});

// The runner of this repository is there already; npm would take links away again.
let others;
step('npm install of Jest and Playwright', () => (others = addPackages('jest@30', '@playwright/test@1')));
for (const name of ['vitest', '@types', '.bin/vitest']) link(join(MODULES, name), join(first, 'node_modules', name));

step('Vitest, TypeScript', () => {
  const project = make('vitest', { type: 'module', devDependencies: { vitest: '*' } }, { isTypeScript: true });
  mkdirSync(join(project, '.github'));
  check(project);
  runJob(project);
});
step('Vitest, JavaScript', () => check(make('vitest-js', { devDependencies: { vitest: '*' } })));
step('node:test, ES modules', () => check(make('node', { type: 'module' })));
step('node:test, CommonJS', () => check(make('node-cjs', {})));

step('Jest, ES modules', () => others ?? check(make('jest', { type: 'module', devDependencies: { jest: '*' } })));
step('Jest, CommonJS', () => others ?? check(make('jest-cjs', { devDependencies: { jest: '*' } })));
step('Playwright, TypeScript, without a browser', () => {
  const manifest = { devDependencies: { '@playwright/test': '*' } };
  return others ?? check(make('playwright', manifest, { isTypeScript: true }));
});
step('the types of the tests in TypeScript', () => others ?? checkTypes('vitest/test', 'playwright/tests'));
const hasPytest = await pytest;
step('pytest', () => {
  if (!hasPytest) return 'skipped: there is no Python with venv, or no PyPI';
  const project = make('python', { devDependencies: { greenroom: '*' } });
  writeFileSync(join(project, 'requirements.txt'), 'pytest\n');
  return check(project, { PATH: `${join(venv, 'bin')}${delimiter}${process.env.PATH}`, PYTHONDONTWRITEBYTECODE: '1' });
});

/** A project beside the first one, with what is installed there. */
function make(name, manifest, { isTypeScript = false } = {}) {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, ...manifest }));
  if (isTypeScript) writeFileSync(join(project, 'tsconfig.json'), '{}');
  link(join(first, 'node_modules'), join(project, 'node_modules'));
  return project;
}

function link(target, path) {
  if (!existsSync(path)) symlinkSync(target, path, 'junction');
}

function check(project, environment = {}) {
  const options = { cwd: project, env: { ...process.env, ...environment }, ...LIMIT };
  const init = () => run('node_modules/.bin/greenroom', ['init'], options);
  const [, command] = /^Run it\n {2}(.+)\n/m.exec(init()) ?? [];
  const written = snapshot(project);
  const printed = stripVTControlCharacters(run('bash', ['-c', `{ ${command}; } 2>&1`], options));
  if (!/\b1 passed|\bpass 1\b/.test(printed)) throw new Error(`${command} ran no test:\n${printed}`);
  if (init().includes('Written')) throw new Error(`A second run wrote in ${project}`);
  if (snapshot(project) !== written) throw new Error(`A second run changed what was there in ${project}`);
}

/** In one program: the compiler reads the package's types once. */
function checkTypes(...folders) {
  const include = folders.map((name) => join(folder, name));
  writeFileSync(join(first, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include }));
  run(process.execPath, [join(MODULES, 'typescript/bin/tsc'), '-p', first], LIMIT);
}

/** The files that init writes, as they are now. */
function snapshot(project) {
  return readdirSync(project)
    .filter((name) => name !== 'node_modules')
    .flatMap((name) => [name, ...listUnder(project, name)])
    .filter((path) => /greenroom[^/]*\.\w+$|conftest\.py$/.test(path))
    .sort()
    .map((path) => `${path}\n${readFileSync(join(project, path), 'utf8')}`)
    .join('\n');
}

function listUnder(project, name) {
  if (!statSync(join(project, name)).isDirectory()) return [];
  return readdirSync(join(project, name), { recursive: true }).map((path) => join(name, path));
}

/** Runs the steps of the CI job that follow the installation. */
function runJob(project) {
  const { jobs } = yaml.parse(readFileSync(join(project, '.github/workflows/greenroom.yml'), 'utf8'));
  const steps = jobs.greenroom.steps.filter((one) => one.run && one.name !== 'Install');
  if (steps.length !== 3) throw new Error(`The job has ${steps.length} steps beside the installation`);
  for (const { run: script, env } of steps)
    run('bash', ['-e', '-c', script], { cwd: project, env: { ...process.env, CI: 'true', ...env }, ...LIMIT });
}

/** Nothing if they are there, a remark if the registry does not have them. */
function addPackages(...specs) {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', '--ignore-scripts'];
  const added = spawnSync('npm', ['install', ...flags, ...specs], { cwd: first, ...LIMIT, timeout: 120_000 });
  return added.status === 0 ? undefined : 'skipped: the registry does not have it';
}

/** Whether Python and pytest are there, in an environment of their own. */
function installPytest(place) {
  const pip = `"${place}/bin/python" -m pip install --quiet --disable-pip-version-check pytest`;
  const child = spawn('sh', ['-c', `python3 -m venv "${place}" && exec ${pip}`], { stdio: 'ignore', ...LIMIT });
  // Nothing may be written into the folder once it is gone.
  process.prependOnceListener('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve) => child.once('close', (code) => resolve(code === 0)));
}

function step(name, work) {
  const began = performance.now();
  const remark = work();
  console.log(`  ${name}: ${remark ?? `passed in ${((performance.now() - began) / 1000).toFixed(1)} s`}`);
}
