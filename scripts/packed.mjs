// The package as users get it: packed once, installed into folders of their own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', '--ignore-scripts'];

/** Runs a program to its end; what it printed is shown if it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (done.status === 0) return done.stdout;
  throw new Error(
    `${command} ${args.join(' ')} ended with ${done.status ?? done.error?.message}\n${done.stdout ?? ''}${done.stderr ?? ''}`,
  );
}

/** A folder outside the repository; `remove` takes it away. */
export function makeFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `greenroom-${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Packs what is built already and gives the tarball's path; CI names one that all of its steps share. */
export function pack(folder) {
  const { GREENROOM_TARBALL: shared } = process.env;
  if (shared) return shared;
  run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** Installs the tarball, and what else the folder's package.json asks for. */
export function install(folder, tarball) {
  run('npm', ['install', ...QUIET, tarball], { cwd: folder });
}

/** Adds packages of the registry, which package.json does not ask for. */
export function add(folder, ...names) {
  run('npm', ['install', ...QUIET, '--no-save', ...names], { cwd: folder });
}

export const writeProject = (folder) =>
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
