import fs from 'node:fs';
import path from 'node:path';
import { GreenroomError, reasonOf } from '../../errors.js';
import type { Rewriting, RunLines, RunStore } from '../history/store.js';
import { makeFolders } from './make-folders.js';
import { lockFolder, type RunLock } from './run-lock.js';

export interface RunFolderOptions {
  readonly dir: string;
  /** Waits until the disk itself has what was written: for the loss of power. */
  readonly sync?: boolean;
}

const LOCK = 'lock';
export const ENDING = '.run.jsonl';
/** A file on its way to take the place of another. */
const FRESH = '.new';
const DIRECTORY = 'workspaces.jsonl';
/** Bytes that are read at a time. */
const CHUNK = 2 ** 20;
/** Lines of one turn mostly take less. */
const SCRATCH = 2 ** 17;
/** Runs hold credentials of tests: nobody else is to read them. */
const [FOLDER_MODE, FILE_MODE] = [0o700, 0o600];

/**
 * Opens a folder of runs, and makes it if there is none; `warn` hears what is waited for. Throws USAGE if another process has
 * it, or for no folder.
 */
export async function openRunFolder(
  { dir, sync = false }: RunFolderOptions,
  warn: (text: string) => void = () => undefined,
): Promise<RunStore> {
  const nameOf = (id: string): string => path.join(dir, fileOf(id));
  const directory = path.join(dir, DIRECTORY);
  const lock = await lockIn(dir, warn);
  const names = fs.readdirSync(dir);
  for (const name of names) if (name.endsWith(ENDING + FRESH)) fs.rmSync(path.join(dir, name), { force: true });
  return {
    name: dir,
    ids: () => names.filter((name) => name.endsWith(ENDING)).map(idIn),
    nameOf,
    read: (id, warn) => wholeLines(nameOf(id), cutOff(nameOf(id), warn)),
    open: (id) => openLines(nameOf(id), sync, lock),
    remove(id) {
      lock.assertHeld();
      fs.rmSync(nameOf(id), { force: true });
    },
    directory: {
      name: directory,
      read: (warn) => (fs.existsSync(directory) ? wholeLines(directory, cutOff(directory, warn)) : []),
      open: () => openLines(directory, sync, lock),
    },
    close: lock.release,
  };
}

async function lockIn(dir: string, warn: (text: string) => void): Promise<RunLock> {
  try {
    makeFolders(dir, FOLDER_MODE);
    if (isOpenToOthers(dir)) warn(openness(dir));
    return await lockFolder(path.join(dir, LOCK), dir, warn);
  } catch (error) {
    throw error instanceof GreenroomError ? error : cannot(dir, error);
  }
}

const [GROUP_WRITES, ALL_WRITE] = [0o020, 0o002];

/** True for a folder that is no matter of one user, or of one group that the user is of. Systems without modes say so of none. */
function isOpenToOthers(dir: string): boolean {
  const { mode, gid } = fs.statSync(dir);
  if (process.getegid === undefined) return false;
  return (mode & ALL_WRITE) !== 0 || ((mode & GROUP_WRITES) !== 0 && gid !== process.getegid());
}

/** It is told and not refused: some file systems, such as those of other systems in a container, know no other mode. */
const openness = (dir: string): string =>
  `Others on this machine can write to the data folder ${dir}: they can take runs away, and put others there. chmod 700 '${dir}' closes it to them.`;

/** Some systems take capital letters for small ones: `A` is `+a`. */
const fileOf = (id: string): string => `${id.replace(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`)}${ENDING}`;
const idIn = (file: string): string =>
  file.slice(0, -ENDING.length).replace(/\+(.)/g, (_, letter: string) => letter.toUpperCase());

const cutOff = (file: string, warn: (text: string) => void) => (bytes: number, start: number) => {
  warn(`The last line of ${file} was never finished: its ${bytes} bytes are dropped. No call was answered for it.`);
  fs.truncateSync(file, start);
};

/** The lines of a file. Of one that nobody finished writing, `torn` hears how long it is and where it begins. */
export function* wholeLines(
  file: string,
  torn: (bytes: number, start: number) => void = () => undefined,
): Generator<string> {
  const fd = fs.openSync(file, 'r');
  const chunk = Buffer.alloc(CHUNK);
  let rest: Buffer[] = [];
  let end = 0;
  try {
    for (let size = fs.readSync(fd, chunk); size > 0; size = fs.readSync(fd, chunk)) {
      let start = 0;
      for (let at = chunk.indexOf(10); at !== -1 && at < size; at = chunk.indexOf(10, start)) {
        const line = Buffer.concat([...rest, chunk.subarray(start, at)]);
        rest = [];
        start = at + 1;
        end += line.length + 1;
        yield line.toString();
      }
      if (start < size) rest.push(Buffer.from(chunk.subarray(start, size)));
    }
  } finally {
    fs.closeSync(fd);
  }
  const bytes = rest.reduce((sum, { length }) => sum + length, 0);
  if (bytes > 0) torn(bytes, end);
}

function openLines(file: string, sync: boolean, lock: RunLock): RunLines {
  let fd: number | undefined;
  let size = 0;
  let isTorn = false;
  /** What was there and is gone is not made anew: without its first lines nobody can read it. */
  const wasThere = fs.existsSync(file);
  const assertThere = (): void => {
    const isThere = fd === undefined ? !wasThere || fs.existsSync(file) : fs.fstatSync(fd).nlink > 0;
    if (!isThere) throw deleted(file);
  };
  /** A part of a line would make the next one unreadable. */
  const mend = (fd: number): void => {
    fs.ftruncateSync(fd, size);
    isTorn = false;
  };
  const close = (): void => {
    if (fd !== undefined) fs.closeSync(fd);
    fd = undefined;
  };
  return {
    append(text) {
      lock.assertHeld();
      assertThere();
      if (fd === undefined) {
        fd = fs.openSync(file, 'a', FILE_MODE);
        ({ size } = fs.fstatSync(fd));
      }
      if (isTorn) mend(fd);
      const { bytes, length } = bytesOf(text);
      isTorn = true;
      try {
        writeAll(fd, bytes, length);
        if (sync) fs.fdatasyncSync(fd);
      } catch (error) {
        mend(fd);
        throw error;
      }
      isTorn = false;
      size += length;
    },
    rewrite() {
      lock.assertHeld();
      assertThere();
      return rewriteLines(file, { sync, lock }, (fresh) => {
        close();
        fd = fresh;
        ({ size } = fs.fstatSync(fresh));
        isTorn = false;
      });
    },
    close,
  };
}

/** A file that was deleted takes lines still, and nobody can read them. */
const deleted = (file: string): GreenroomError =>
  new GreenroomError(
    'STORE_FAILED',
    `Failed to write to ${file}: it was deleted under the process that has it. Calls are refused from now on. What is in memory can still be read, such as a snapshot; then end this process, and start another one.`,
  );

/** Where the bytes of a text stand for the moment: to make room for them each time takes as long as to write them. */
let scratch: Buffer | undefined;
/** Of UTF-8, for a part of a text. */
const BYTES_MAX = 3;

function bytesOf(text: string): { readonly bytes: Buffer; readonly length: number } {
  if (text.length * BYTES_MAX > SCRATCH) {
    const bytes = Buffer.from(text);
    return { bytes, length: bytes.length };
  }
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH);
  return { bytes: scratch, length: scratch.write(text) };
}

interface Writing {
  readonly sync: boolean;
  readonly lock: RunLock;
}

/** `replaced` hears when the old lines are no more, and gets the file to which more can be added. */
function rewriteLines(file: string, { sync, lock }: Writing, replaced: (fd: number) => void): Rewriting {
  const fresh = file + FRESH;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
  const fd = fs.openSync(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, FILE_MODE);
  let waiting = '';
  let isReplaced = false;
  const write = (): void => {
    writeAll(fd, Buffer.from(waiting));
    waiting = '';
  };
  return {
    add(text) {
      waiting += text;
      if (waiting.length >= CHUNK) write();
    },
    finish() {
      write();
      if (sync) fs.fsyncSync(fd);
      lock.assertHeld();
      fs.renameSync(fresh, file);
      isReplaced = true;
      replaced(fd);
      if (sync) syncFolder(path.dirname(file));
    },
    drop() {
      if (isReplaced) return;
      fs.closeSync(fd);
      fs.rmSync(fresh, { force: true });
    },
  };
}

/** The new name of a file is of the folder, not of the file. */
function syncFolder(dir: string): void {
  const fd = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Buffer, length = bytes.length): void {
  for (let written = 0; written < length;) written += fs.writeSync(fd, bytes, written, length - written);
}

function cannot(dir: string, error: unknown): GreenroomError {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOTDIR' || code === 'EEXIST' ? 'it is no folder' : reasonOf(error);
  return new GreenroomError(
    'USAGE',
    `Failed to open the data folder ${dir}: ${reason}. Give one that can be written to with --data.`,
  );
}
