import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { after, waited, wallClock } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';

/** A process that has a folder, as its lock names it. */
interface Holder {
  readonly pid: number;
  /** When it began, where the system says so. */
  readonly start?: string | undefined;
  readonly host?: string;
  /** See {@link placeOf}; absent in locks of greenrooms that did not write it, which knew of no other place. */
  readonly place?: string;
  /** No other lock has it. */
  readonly id?: string;
}

/** The hold of this process on a folder. */
export interface RunLock {
  /** Throws STORE_FAILED if the folder is another's by now, or is no more. */
  readonly assertHeld: () => void;
  readonly release: () => void;
}

/** A holder writes its lock anew so often, to be seen alive from where its number means nothing. */
const BEAT_MS = 2000;
/** A lock that was not written for so long, as seen by who wants it, is that of a dead process. */
const STILL_MS = 10_000;
const LOOK_MS = 250;
/** A beat is missing, and a person is told what is waited for. */
const LATE_MS = 3000;
/** A holder that has not come to its beat for so long looks whether it still has the folder before it writes. */
const TRUSTED_MICROS = (STILL_MS / 2) * 1000;
/** The lock names processes, and the folder is for its owner alone. */
const FILE_MODE = 0o600;

/**
 * Has a folder for this process alone. That of a dead process is taken: at once where its number says that it is dead, and
 * after {@link STILL_MS} without a beat where it ran elsewhere; `warn` hears of that wait. Throws USAGE if a live one has it, and
 * what the system says if there can be no lock.
 */
export async function lockFolder(file: string, dir: string, warn: (text: string) => void): Promise<RunLock> {
  const mine = { ...present(), id: randomUUID() };
  for (;;) {
    const found = create(file, textOf(mine, 0));
    if (found === undefined) return held(file, dir, mine);
    const holder = holderIn(found);
    if (holder && isOfHere(holder)) {
      if (isRunning(holder)) throw taken(dir, holder);
    } else if (await isAlive({ file, dir, found, warn })) throw taken(dir, holderIn(read(file) ?? '') ?? holder);
    // Another may have been quicker; if both were, the first write of one finds it out.
    if (read(file) === found) fs.rmSync(file, { force: true });
  }
}

/** Makes the lock; returns the text of one that is there. */
function create(file: string, text: string): string | undefined {
  for (;;) {
    try {
      const fd = fs.openSync(file, 'wx', FILE_MODE);
      try {
        fs.writeSync(fd, text);
      } catch (error) {
        fs.rmSync(file, { force: true });
        throw error;
      } finally {
        fs.closeSync(fd);
      }
      return undefined;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const found = read(file);
    if (found !== undefined) return found;
  }
}

/** A lock as it was found. */
interface Found {
  readonly file: string;
  readonly dir: string;
  readonly found: string;
  readonly warn: (text: string) => void;
}

/** Waits for a sign of life of a process that cannot be looked at; one that lets the folder go is none. */
async function isAlive({ file, dir, found, warn }: Found): Promise<boolean> {
  for (let looks = 1; looks <= STILL_MS / LOOK_MS; looks++) {
    await waited(LOOK_MS);
    const text = read(file);
    if (text !== found) return text !== undefined;
    if (looks === LATE_MS / LOOK_MS) warn(stillness(dir, found));
  }
  return false;
}

const stillness = (dir: string, found: string): string =>
  `The data folder ${dir} is locked by ${nameOf(holderIn(found))}, which cannot be looked at from here: it is taken if that gives no sign of life for ${STILL_MS / 1000} seconds.`;

/** The hold, with its beat. */
function held(file: string, dir: string, mine: Holder): RunLock {
  let beats = 0;
  let lastBeat = Number.NEGATIVE_INFINITY;
  let lost: GreenroomError | undefined;
  const beat = (): void => {
    if (lost) return;
    const found = beatOnce(file, mine, beats + 1);
    if (!found || found.holder.id !== mine.id) lost = noMore(dir, found?.holder);
    else if (found.hasBeaten) [beats, lastBeat] = [beats + 1, wallClock()];
  };
  let cancel = after(BEAT_MS, function again() {
    try {
      beat();
    } catch {
      // A lock that cannot be read is told of by the next write.
    }
    if (!lost) cancel = after(BEAT_MS, again);
  });
  return {
    assertHeld() {
      // A process that stood still may have been taken for dead. The clock on the wall goes on while a machine sleeps.
      if (Math.abs(wallClock() - lastBeat) > TRUSTED_MICROS) beat();
      if (lost) throw lost;
    },
    release() {
      cancel();
      if (holderIn(textIfThere(file))?.id === mine.id) fs.rmSync(file, { force: true });
    },
  };
}

/** Whose a lock is; `hasBeaten` if it was written anew. */
interface Beat {
  readonly holder: Holder;
  readonly hasBeaten: boolean;
}

/** Writes the lock anew if it is still that of `mine`; returns `undefined` if there is none. Throws what the system says. */
function beatOnce(file: string, mine: Holder, beats: number): Beat | undefined {
  // It is read and written as one file: what another has put in its place meanwhile is not touched.
  const fd = openIfThere(file);
  if (fd === undefined) return undefined;
  try {
    const holder = holderIn(fs.readFileSync(fd, 'utf8')) ?? NOBODY;
    return { holder, hasBeaten: holder.id === mine.id && isWritten(fd, textOf(mine, beats)) };
  } finally {
    fs.closeSync(fd);
  }
}

/** Of a lock that names no process. */
const NOBODY: Holder = { pid: 0 };

/** A disk without room refuses a beat: the lock is looked at before each write then. */
function isWritten(fd: number, text: string): boolean {
  try {
    return fs.writeSync(fd, text, 0) > 0;
  } catch {
    return false;
  }
}

/** On a disk that can only be read, for reading. */
function openIfThere(file: string): number | undefined {
  for (const flags of ['r+', 'r']) {
    try {
      return fs.openSync(file, flags);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (flags === 'r') throw error;
    }
  }
  return undefined;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The number of beats only grows, so that a text is never shorter than the one before. */
const textOf = (holder: Holder, beats: number): string => `${JSON.stringify({ ...holder, beats })}\n`;

/** `undefined` for a text that names nobody, such as that of a lock that is being written. */
function holderIn(text: string): Holder | undefined {
  const [, pid, start] = /^(\d+) (\d*)\n$/.exec(text) ?? [];
  if (pid !== undefined) return { pid: Number(pid), start };
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return Number.isInteger(holder?.pid) ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Throws USAGE for a folder, and what the system says of a lock that cannot be read; `undefined` if there is none. */
function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code !== 'EISDIR') throw error;
    throw new GreenroomError(
      'USAGE',
      `Failed to lock the data folder: expected a file ${file}, or nothing of that name, was a folder. Move it away, or give another folder with --data.`,
    );
  }
}

/** This process. */
const present = (): Holder => ({
  pid: process.pid,
  start: lifeOf(process.pid)[1],
  host: os.hostname(),
  place: placeOf(),
});

/** Where a number means one process: a machine from one start of it to the next, and there a container. */
const placeOf = (): string => [textIfThere('/proc/sys/kernel/random/boot_id').trim(), namespace()].join(' ');

function namespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

const isOfHere = ({ host, place }: Holder): boolean =>
  place === undefined || (place === placeOf() && host === os.hostname());

function textIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** True if the process is there, and is the same: numbers are given again. */
function isRunning({ pid, start = '' }: Holder): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const [state, begun] = lifeOf(pid);
  return state !== ENDED && (start === '' || begun === undefined || begun === start);
}

/** The state of a process that has ended, and whose parent has not asked how: in many containers nobody ever does. */
const ENDED = 'Z';

/** The state of a process and when it began, where the system says so: the third and the 22nd field, after a name that may hold spaces. */
function lifeOf(pid: number): readonly [state: string | undefined, start: string | undefined] {
  const status = textIfThere(`/proc/${pid}/stat`);
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return [fields[0], fields[19]];
}

function nameOf(holder: Holder | undefined): string {
  if (!holder || holder.pid <= 0) return 'another process';
  const { pid, host } = holder;
  return isOfHere(holder) ? `the process ${pid}` : `the process ${pid} of the host ${host}`;
}

const taken = (dir: string, holder: Holder | undefined): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to open the data folder ${dir}: ${nameOf(holder)} has it. End that process, or give another folder with --data.`,
    holder ? { pid: holder.pid, ...(holder.host === undefined ? {} : { host: holder.host }) } : {},
  );

function noMore(dir: string, holder: Holder | undefined): GreenroomError {
  const reason = holder
    ? `${nameOf(holder)} has the folder now, and had seen no sign of life of this one`
    : 'its file lock is gone, or the folder is';
  return new GreenroomError(
    'STORE_FAILED',
    `Failed to write to ${dir}: ${reason}. Calls are refused from now on. End this process, and start another one once nobody has the folder.`,
  );
}
