import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GreenroomError } from '../errors.js';
import { makeFolders } from './make-folders.js';

/** Writes a file that a flag names, and makes its folders. Throws USAGE if it cannot be written. */
export function writeOut(flag: string, file: string, text: string, { append = false } = {}): void {
  try {
    makeFolders(dirname(file));
    if (append) appendFileSync(file, text);
    else writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GreenroomError(
      'USAGE',
      `Failed to write ${flag} ${file}: expected a file that can be written, ${reason}.`,
    );
  }
}
