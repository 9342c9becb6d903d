import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders, removeFolders } from '../../server/host/make-folders.js';
import { reasonOf } from '../../errors.js';

/** A file that shall be there: its path in the project with `/`, and its purpose in a few words. */
export type PlannedFile = { readonly path: string; readonly text: string; readonly purpose: string };

/** A file after the attempt; `note` is the purpose of one that is written, and the reason why one could not be. */
export type Outcome = PlannedFile & { readonly result: 'written' | 'there' | 'failed'; readonly note: string };

/** Writes a file whole or not at all, unless there is something of its name: a file, a folder, or a link to nowhere. */
export function writeNew(folder: string, file: PlannedFile, isDryRun: boolean): Outcome {
  const target = join(folder, file.path);
  try {
    if (lstatSync(target, { throwIfNoEntry: false })) return { ...file, result: 'there', note: '' };
    if (!isDryRun) create(target, file.text);
    return { ...file, result: 'written', note: file.purpose };
  } catch (error) {
    return { ...file, result: 'failed', note: reasonOf(error) };
  }
}

function create(target: string, text: string): void {
  const made = makeFolders(dirname(target));
  try {
    writeFileSync(target, text, { flag: 'wx' });
  } catch (error) {
    // Somebody may have made it since: then it is theirs.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) rmSync(target, { force: true });
    removeFolders(made);
    throw error;
  }
}
