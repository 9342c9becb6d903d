// Runs before `npm start` and `npm test`: installs and builds what is missing or out of date, and nothing else.
// It must work on a fresh clone, so it uses nothing but Node and npm.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hashOf = (paths) => {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
};
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
const stampIs = (path, value) => existsSync(path) && readFileSync(path, 'utf8') === value;
/** Runs a program to its end and gives its exit code. */
const attempt = (...args) => {
  // What is printed belongs on stderr: stdout is for the ready line of --json.
  const { status } = spawnSync(args[0], args.slice(1), {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return status ?? 1;
};
const run = (...args) => {
  const status = attempt(...args);
  if (status !== 0) process.exit(status);
};

const INSTALL_FLAGS = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
const installStamp = join('node_modules', '.greenroom-installed');
const lock = hashOf(['package-lock.json']);
/** True if npm itself has noted that all of the lock file is there, but for what is optional. */
const isInstalled = () => {
  const noted = join('node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const [{ packages: wanted }, { packages: there }] = ['package-lock.json', noted].map((path) =>
    JSON.parse(readFileSync(path, 'utf8')),
  );
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional }]) =>
      path === '' || optional || (there[path]?.version === version && there[path].integrity === integrity),
  );
};
if (!stampIs(installStamp, lock) && isInstalled()) writeFileSync(installStamp, lock);
if (!stampIs(installStamp, lock)) {
  if (attempt('npm', 'ci', ...INSTALL_FLAGS) !== 0) {
    process.stderr.write('npm ci failed: trying npm install --no-save, which puts up with more (decisions/0004).\n');
    run('npm', 'install', '--no-save', ...INSTALL_FLAGS);
  }
  writeFileSync(installStamp, lock);
}

if (process.argv.includes('--build')) {
  const buildStamp = join('dist', '.built-from');
  const sources = hashOf([
    ...filesIn('src'),
    'scripts/build.mjs',
    'scripts/bundles.mjs',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
  ]);
  if (!stampIs(buildStamp, sources)) {
    run(process.execPath, 'scripts/build.mjs');
    mkdirSync('dist', { recursive: true });
    writeFileSync(buildStamp, sources);
  }
}
