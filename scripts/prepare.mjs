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
const run = (...args) => {
  // What is printed belongs on stderr: stdout is for the ready line of --json.
  const { status } = spawnSync(args[0], args.slice(1), {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
};

const installStamp = join('node_modules', '.greenroom-installed');
const lock = hashOf(['package-lock.json']);
if (!stampIs(installStamp, lock)) {
  // Not `npm ci`: it fails where a registry lacks a platform's optional binary that this machine does not need.
  run('npm', 'install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
  writeFileSync(installStamp, lock);
}

if (process.argv.includes('--build')) {
  const buildStamp = join('dist', '.built-from');
  const sources = hashOf([
    ...filesIn('src'),
    'scripts/build.mjs',
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
