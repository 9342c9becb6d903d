import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder below `fixtures` of this package, wherever in it this code was built to. */
export function fixturesFolder(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = join(folder, 'fixtures', name);
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) throw new Error(`fixtures/${name} is missing from this installation of greenroom`);
  }
}
