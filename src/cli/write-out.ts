import { appendFileSync, closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { GreenroomError } from '../errors.js';
import { makeFolders } from '../server/host/make-folders.js';

/** Writes a file that a flag names, and makes its folders. Throws USAGE if it cannot be written. */
export function writeOut(flag: string, file: string, text: string, { append = false } = {}): void {
  try {
    makeFolders(dirname(file));
    if (append) appendFileSync(file, text);
    else writeFileSync(file, text);
  } catch (error) {
    throw cannotWrite(flag, file, error);
  }
}

/** The same for a text in pieces, which may be long: the file is there when it is whole, and until then what was there before. */
export async function writeWhole(
  flag: string,
  file: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string>,
): Promise<void> {
  const fresh = `${file}.${process.pid}.part`;
  try {
    makeFolders(dirname(file));
    const to = openSync(fresh, 'w');
    try {
      for await (const piece of pieces) writeAll(to, typeof piece === 'string' ? Buffer.from(piece) : piece);
    } finally {
      closeSync(to);
    }
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw cannotWrite(flag, file, error);
  }
}

function writeAll(to: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(to, bytes, done);
}

function cannotWrite(flag: string, file: string, error: unknown): GreenroomError {
  const reason = error instanceof Error ? error.message : String(error);
  return new GreenroomError(
    'USAGE',
    `Failed to write ${flag} ${file}: expected a file that can be written, ${reason}.`,
  );
}
