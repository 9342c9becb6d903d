import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing, or none; gives those that it made, the uppermost first. Throws as
 * mkdir does. It goes one by one, because Node's recursive mkdir never ends where a file system says ENOENT, as /proc does.
 */
export function makeFolders(folder: string, mode?: number): readonly string[] {
  if (existsSync(folder) || dirname(folder) === folder) return [];
  const above = makeFolders(dirname(folder), mode);
  try {
    mkdirSync(folder, mode);
    return [...above, folder];
  } catch (error) {
    // Another process may have made it since.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return above;
    removeFolders(above);
    throw error;
  }
}

/** Takes away what {@link makeFolders} has made, if nothing was put there. */
export function removeFolders(made: readonly string[]): void {
  for (const folder of made.toReversed()) rmdirSync(folder);
}
