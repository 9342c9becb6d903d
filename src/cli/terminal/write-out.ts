import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GreenroomError, reasonOf } from '../../errors.js';
import { makeFolders } from '../../server/host/make-folders.js';
import { warn } from './say.js';

/** Refuses a file, or a folder for files, that could not be written: before there is something to lose. Throws USAGE. */
export function assertWritable(flag: string, path: string, kind: 'file' | 'folder' = 'file'): void {
  const wanted = resolve(path);
  let there = wanted;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    accessSync(there, constants.W_OK);
    const isFolder = statSync(there).isDirectory();
    if (isFolder === (kind === 'folder' || there !== wanted)) return;
    throw new Error(there === wanted ? `it is a ${isFolder ? 'folder' : 'file'}` : `${there} is a file`);
  } catch (error) {
    const isAbove = there !== wanted && error instanceof Error && 'code' in error;
    throw cannotWrite(flag, path, isAbove ? new Error(`${reasonOf(error)} for ${there}`) : error, kind);
  }
}

/** Does what writes, and tells it where that fails, so that the rest is written all the same. Gives whether it was. */
export async function written(write: () => unknown): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!(error instanceof GreenroomError)) throw error;
    warn(error.message);
    return false;
  }
}

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

function cannotWrite(flag: string, path: string, error: unknown, kind: 'file' | 'folder' = 'file'): GreenroomError {
  return new GreenroomError(
    'USAGE',
    `Failed to write ${flag} ${path}: expected a ${kind} that can be written${kind === 'folder' ? ' to' : ''}, ${reasonOf(error)}.`,
  );
}
