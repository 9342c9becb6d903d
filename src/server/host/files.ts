import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GreenroomError } from '../../errors.js';
import type { Folder } from '../host.js';

/** A folder below `fixtures` of this package, wherever in it this code was built to. */
export function fixturesFolder(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const fixtures = join(folder, 'fixtures');
    if (existsSync(fixtures)) return join(fixtures, name);
    if (folder === dirname(folder))
      throw new Error('the folder fixtures is missing from this installation of greenroom');
  }
}

/** See {@link Host.folder}. */
export function openFolder(path: string): Folder {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new GreenroomError('USAGE', `Failed to read the scenarios: there is no folder ${path}.`);
  if (!stats.isDirectory())
    throw new GreenroomError('USAGE', `Failed to read the scenarios: expected a folder, was a file: ${path}.`);
  return folderAt(path);
}

export const folderAt = (path: string): Folder => ({
  names: () => (existsSync(path) ? readdirSync(path) : []),
  has: (name) => existsSync(join(path, name)),
  text: (name) => readFileSync(join(path, name), 'utf8'),
  bytes: (name) => readFileSync(join(path, name)),
  place: (name) => join(path, name),
});
