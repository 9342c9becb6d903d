import { readdirSync, readFileSync } from 'node:fs';
import { delayed, monotonic } from '../../clock/real-time.js';
import { onOneLine } from '../../contracts/visible.js';
import { listed } from '../parent.js';

/** What ends with its command needs a moment for it. */
const ENDING_MS = 500;
const LOOK_AGAIN_MS = 50;
const WIDEST = 60;

interface Leaving {
  /** The processes that a probe tells of. */
  readonly probed: () => readonly number[];
  /** Stands in the environment of all that the command started. */
  readonly mark: string;
  /** What they lose now, in words. */
  readonly ends: string;
}

/** The processes that a command has left behind, as a sentence; nothing if it has left none. */
export async function tellLeft({ probed, mark, ends }: Leaving): Promise<string> {
  const until = monotonic() + ENDING_MS;
  const look = (): ReadonlyMap<number, string> => named(new Set([...probed(), ...marked(mark)]));
  let found = look();
  for (; found.size > 0 && monotonic() < until; found = look()) await delayed(LOOK_AGAIN_MS);
  if (found.size === 0) return '';
  const names = [...found].map(([pid, name]) => `${name} (${pid})`).join(', ');
  const one = found.size === 1;
  return `The command has left ${one ? 'a process' : `${found.size} processes`} behind, and ${ends}: ${onOneLine(names)}. To end ${one ? 'it' : 'them'}: kill ${[...found.keys()].join(' ')}`;
}

function named(pids: ReadonlySet<number>): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const pid of pids) {
    const words = listed(pid)?.command.replaceAll('\0', ' ').trim() ?? '';
    if (words !== '') names.set(pid, words.length > WIDEST ? `${words.slice(0, WIDEST)}\u2026` : words);
  }
  return names;
}

/** The processes with this in their environment. Linux alone tells; elsewhere those are known that have a probe. */
function marked(mark: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) && environmentOf(name).includes(`${mark}\0`) ? Number(name) : [],
  );
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It is somebody else's, or has ended meanwhile.
    return '';
  }
}
