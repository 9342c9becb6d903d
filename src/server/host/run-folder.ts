import fs from 'node:fs';
import path from 'node:path';
import { GreenroomError } from '../../errors.js';
import type { Rewriting, RunLines, RunStore } from '../history/store.js';
import { makeFolders } from './make-folders.js';

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

/** Opens a folder of runs, and makes it if there is none. Throws USAGE if another process has it, or for no folder. */
export function openRunFolder({ dir, sync = false }: RunFolderOptions): RunStore {
  const nameOf = (id: string): string => path.join(dir, fileOf(id));
  const directory = path.join(dir, DIRECTORY);
  try {
    makeFolders(dir, FOLDER_MODE);
  } catch (error) {
    throw cannot(dir, error);
  }
  const unlock = lock(path.join(dir, LOCK), dir);
  const names = fs.readdirSync(dir);
  for (const name of names) if (name.endsWith(ENDING + FRESH)) fs.rmSync(path.join(dir, name), { force: true });
  return {
    name: dir,
    ids: () => names.filter((name) => name.endsWith(ENDING)).map(idIn),
    nameOf,
    read: (id, warn) => wholeLines(nameOf(id), cutOff(nameOf(id), warn)),
    open: (id) => openLines(nameOf(id), sync),
    remove: (id) => fs.rmSync(nameOf(id), { force: true }),
    directory: {
      name: directory,
      read: (warn) => (fs.existsSync(directory) ? wholeLines(directory, cutOff(directory, warn)) : []),
      open: () => openLines(directory, sync),
    },
    close: unlock,
  };
}

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

function openLines(file: string, sync: boolean): RunLines {
  let fd: number | undefined;
  let size = 0;
  let isTorn = false;
  /** A part of a line would make the next one unreadable. */
  const mend = (fd: number): void => {
    fs.ftruncateSync(fd, size);
    isTorn = false;
  };
  return {
    append(text) {
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
    rewrite: () =>
      rewriteLines(file, sync, () => {
        if (fd !== undefined) fs.closeSync(fd);
        fd = undefined;
        isTorn = false;
      }),
    close() {
      if (fd !== undefined) fs.closeSync(fd);
      fd = undefined;
    },
  };
}

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

/** `replaced` hears when the old lines are no more. */
function rewriteLines(file: string, sync: boolean, replaced: () => void): Rewriting {
  const fresh = file + FRESH;
  const fd = fs.openSync(fresh, 'w', FILE_MODE);
  let waiting = '';
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
      fs.renameSync(fresh, file);
      replaced();
      if (sync) syncFolder(path.dirname(file));
      fs.closeSync(fd);
    },
    drop() {
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

/** One process at a time: the file names it. That of a process which is no more counts for nothing. */
function lock(file: string, dir: string): () => void {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}\n`;
  for (let tries = 0; ; tries++) {
    try {
      fs.writeFileSync(file, mine, { flag: 'wx', mode: FILE_MODE });
      return () => fs.rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 3) throw cannot(dir, error);
    }
    const [pid = '', start = ''] = readIfThere(file).trim().split(' ');
    if (isRunning(Number(pid), start)) {
      throw new GreenroomError(
        'USAGE',
        `Failed to open the data folder ${dir}: the process ${pid} has it. End that process, or give another folder with --data.`,
        { pid: Number(pid) },
      );
    }
    fs.rmSync(file, { force: true });
  }
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** True if the process is there, and is the same: numbers are given again. */
function isRunning(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const present = startOf(pid);
  return start === '' || present === undefined || present === start;
}

/** When a process began, where the system says so: the 22nd field, after a name that may hold spaces. */
function startOf(pid: number): string | undefined {
  const status = readIfThere(`/proc/${pid}/stat`);
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
}

function cannot(dir: string, error: unknown): GreenroomError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOTDIR' || code === 'EEXIST' ? 'it is no folder' : message;
  return new GreenroomError(
    'USAGE',
    `Failed to open the data folder ${dir}: ${reason}. Give one that can be written to with --data.`,
  );
}
