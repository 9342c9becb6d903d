import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GreenroomError, reasonOf } from '../../errors.js';
import type { Folder, InspectorPage } from '../host.js';

/** A folder below `fixtures` of this package. */
export const fixturesFolder = (name: string): string => join(packageFolder(), 'fixtures', name);

/** What Python loads when it starts, if PYTHONPATH has this folder. */
export const pythonFolder = (): string => join(packageFolder(), 'python');

/** Where this package is, wherever in it this code was built to. */
function packageFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'fixtures'))) return folder;
    if (folder === dirname(folder))
      throw new Error('the folder fixtures is missing from this installation of greenroom');
  }
}

/** See {@link Host.inspectorPage}. */
export function inspectorPage(): InspectorPage {
  const folder = join(packageFolder(), 'dist', 'inspector');
  const [script, style] = ['page.js', 'style.css'].map((name) => join(folder, name)) as [string, string];
  if (existsSync(script)) return { script: readFileSync(script, 'utf8'), style: readFileSync(style, 'utf8') };
  throw new GreenroomError(
    'USAGE',
    `Failed to show the inspector: expected its page at ${script}, was nothing. npm run build makes it.`,
  );
}

/** See {@link Host.folder}. */
export function openFolder(path: string): Folder {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw new GreenroomError('USAGE', `Failed to read the scenarios: there is no folder ${path}.`);
    if (!stats.isDirectory())
      throw new GreenroomError('USAGE', `Failed to read the scenarios: expected a folder, was a file: ${path}.`);
    readdirSync(path);
    return folderAt(path);
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    const reason = `expected a folder that can be read, was ${path}: ${reasonOf(error)}`;
    throw new GreenroomError('USAGE', `Failed to read the scenarios: ${reason}.`);
  }
}

/** The text of a file. Throws for what is none, such as a pipe or a device, which may have no end. */
export function readTextFile(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no regular file');
  return readFileSync(path, 'utf8');
}

export const folderAt = (path: string): Folder => ({
  names: () => (existsSync(path) ? readdirSync(path) : []),
  has: (name) => existsSync(join(path, name)),
  text: (name) => readTextFile(join(path, name)),
  bytes: (name) => readFileSync(join(path, name)),
  place: (name) => join(path, name),
});
