// What users do with the packed tarball: type-check against it with every supported compiler, install it with the
// oldest npm, run it on every supported Node, and live the runs of each Node again on the others. What the registry does not have is skipped, with a line that says so.
// Run after the build.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, pack } from './packed.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const COMPILERS = ['5.9', '6.0', '7.0'];
const NODES = ['20', '22', '24', '26'];
/** It needs a later Node than the oldest that we support. */
const NEWEST = { vitest: '5', node: '26', typescript: '6.0' };
/** The one that Node 20 brings: it reads optional peers otherwise than later ones. */
const OLDEST_NPM = 'npm@10.8.2';
const STRICT = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};
/** The last compiler that finds packages as Node 10 did. */
const LAST_OF_NODE10 = '5.9';
const RESOLUTIONS = [
  { name: 'nodenext', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'bundler', options: { module: 'esnext', moduleResolution: 'bundler' } },
];

/** Each is a package whose declarations others read, and which has one door. */
const ALONE = readdirSync(join(ROOT, 'test/consumers/alone'));

const { folder, remove } = makeFolder('consumers');
process.once('exit', remove);
const tarball = pack(folder);
const failures = [];
const skipped = [];

function run(command, args, cwd = folder) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
}

const installIn = (cwd, ...packages) =>
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error', ...packages],
    cwd,
  );
const install = (...packages) => installIn(folder, ...packages);

const isOwn = (version) => process.version.startsWith(`v${version}.`);

function report(what, { ok, output }) {
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${what}`);
  if (ok) return;
  failures.push(what);
  console.log(output);
}

/** Those that can be had, each under a name of its own so that all versions stand side by side. */
function installVersions(wanted) {
  const named = ({ alias, spec }) => `${alias}@npm:${spec}`;
  // One by one only if all at once does not go: every call of npm costs seconds.
  if (install(...wanted.map(named)).ok) return wanted;
  return wanted.filter((one) => {
    if (install(named(one)).ok) return true;
    skipped.push(one.spec);
    console.log(`skip  ${one.spec}: the registry does not have it for this machine`);
    return false;
  });
}

function prepare() {
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  const installed = install(tarball, '@types/node@20');
  if (!installed.ok) throw new Error(installed.output);
  for (const file of ['declared.ts', 'doors.ts', 'hooks.ts', 'own-vendor.ts', 'runners.ts', 'life.mjs'])
    copyFileSync(join(ROOT, 'test/consumers', file), join(folder, file));
  mkdirSync(join(folder, 'alone'));
  for (const file of ALONE) copyFileSync(join(ROOT, 'test/consumers/alone', file), join(folder, 'alone', file));
  const old = { ...STRICT, target: 'es2021', module: 'commonjs', moduleResolution: 'node10' };
  writeFileSync(join(folder, 'hooks.node10.json'), JSON.stringify({ compilerOptions: old, files: ['hooks.ts'] }));
  for (const { name, options } of RESOLUTIONS) {
    const compilerOptions = { ...STRICT, ...options };
    // The declarations of the runners are theirs to keep right.
    const doors = { compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: ['doors.ts'] };
    const runners = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ['runners.ts'] };
    writeFileSync(join(folder, `doors.${name}.json`), JSON.stringify(doors));
    // A program of its own: what it declares of its vendor would hold in the others, too.
    writeFileSync(join(folder, `own-vendor.${name}.json`), JSON.stringify({ ...doors, files: ['own-vendor.ts'] }));
    writeFileSync(join(folder, `runners.${name}.json`), JSON.stringify(runners));
    // A package of a workspace, whose declarations others read.
    const emits = {
      ...compilerOptions,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: 'declared',
    };
    const declared = { compilerOptions: { ...emits, skipLibCheck: true }, files: ['declared.ts'] };
    writeFileSync(join(folder, `declared.${name}.json`), JSON.stringify(declared));
    // A program a file: with another door in it, the compiler would find names there that one door does not lead to.
    for (const file of ALONE) {
      const alone = { compilerOptions: { ...emits, rootDir: '.', skipLibCheck: true }, files: [`alone/${file}`] };
      writeFileSync(join(folder, `alone.${file}.${name}.json`), JSON.stringify(alone));
    }
  }
}

/** The runners that this repository tests with are those of the consumer: to install them again would take minutes. */
function linkRunners() {
  for (const name of ['vitest', 'expect', 'msw']) {
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
}

function typeCheck(version) {
  const compiler = join(folder, 'node_modules', `typescript-${version}`, 'bin/tsc');
  for (const program of [
    'doors.nodenext',
    'doors.bundler',
    'own-vendor.nodenext',
    'runners.nodenext',
    'declared.nodenext',
    ...ALONE.map((file) => `alone.${file}.nodenext`),
    ...(version === LAST_OF_NODE10 ? ['hooks.node10'] : []),
  ])
    report(`TypeScript ${version}: ${program}`, run(process.execPath, [compiler, '-p', `${program}.json`]));
}

const nodeOf = (version) =>
  isOwn(version) ? process.execPath : join(folder, 'node_modules', `node-${version}`, 'bin/node');

function live(version) {
  const result = run(nodeOf(version), ['life.mjs', `life-${version}`]);
  report(`Node ${version}: ${result.ok ? result.output.trim() : 'a whole life'}`, result);
}

/** What happened in a run is the same, byte for byte, wherever it was made. */
function liveAgain(version, makers) {
  const command = [join('node_modules', 'greenroom', 'dist/bin/greenroom.js'), 'replay'];
  for (const maker of makers) {
    const { ok, output } = run(nodeOf(version), [...command, `life-${maker}.jsonl`]);
    const timeline = readFileSync(join(folder, `life-${maker}.txt`), 'utf8');
    report(`Node ${version}: replays the run of Node ${maker}`, { ok: ok && output.startsWith(timeline), output });
  }
}

/** A project of its own, with the newest of what it tests with. */
function testWithNewest() {
  const project = join(folder, 'newest');
  const spec = `vitest@${NEWEST.vitest}`;
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}');
  if (!installIn(project, tarball, spec, `@types/node@${NEWEST.node}`).ok) {
    skipped.push(spec);
    return console.log(`skip  ${spec}: the registry does not have it`);
  }
  copyFileSync(join(ROOT, 'test/consumers/newest.test.ts'), join(project, 'newest.test.ts'));
  const compilerOptions = { ...STRICT, module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['newest.test.ts'] }));
  const compiler = join(folder, 'node_modules', `typescript-${NEWEST.typescript}`, 'bin/tsc');
  const what = `Vitest ${NEWEST.vitest}`;
  report(`${what}: TypeScript ${NEWEST.typescript}`, run(process.execPath, [compiler, '-p', project]));
  const command = [join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--root', project];
  report(`${what}: Node ${NEWEST.node}`, run(nodeOf(NEWEST.node), command, project));
}

/** Into an empty folder, where npm must work out the whole tree by itself. */
function installByOldestNpm() {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{"private": true}');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  report(`${OLDEST_NPM}: installs`, run('npx', ['--yes', OLDEST_NPM, 'install', ...options, tarball], empty));
}

prepare();
installByOldestNpm();
const others = NODES.filter((version) => !isOwn(version));
const had = installVersions([
  ...COMPILERS.map((version) => ({ version, alias: `typescript-${version}`, spec: `typescript@~${version}.0` })),
  ...others.map((version) => ({
    version,
    alias: `node-${version}`,
    spec: `node-${process.platform}-${process.arch}@${version}`,
  })),
]).map(({ version }) => version);
linkRunners();
COMPILERS.filter((version) => had.includes(version)).forEach(typeCheck);
const nodes = NODES.filter((version) => isOwn(version) || had.includes(version));
nodes.forEach(live);
if (nodes.includes(NEWEST.node)) testWithNewest();
for (const version of nodes) liveAgain(version, nodes);
const summary = skipped.length === 0 ? '' : `, ${skipped.length} skipped (${skipped.join(', ')})`;
console.log(`${failures.length === 0 ? 'all consumers are served' : `${failures.length} failed`}${summary}`);
process.exitCode = failures.length === 0 ? 0 : 1;
