import { GreenroomError } from '../../errors.js';
import type { TokenHashes } from '../shared/tokens.js';
import { replaceAll, type RunLines } from './store.js';

/** What is to be known of workspaces beyond their runs. */
export interface Directory {
  /** How many were made: their numbers are not given again. */
  readonly count: number;
  /** Credentials that let nobody in any more, each with its vendor. */
  readonly retired: readonly string[];
  readonly tokens: TokenHashes;
}

/** Keeps it, as lines of what is new. */
export class DirectoryLog {
  readonly #lines: RunLines;
  #waiting = '';
  #isBeginning = false;

  constructor(lines: RunLines) {
    this.#lines = lines;
  }

  begin(all: Directory): void {
    this.#isBeginning = true;
    this.#waiting = lineOf(all);
  }

  add(change: Partial<Directory>): void {
    this.#waiting += lineOf(change);
  }

  /** Writes what waits. Throws what the host says if it cannot; then all of it still waits. */
  flush(): void {
    if (this.#isBeginning) replaceAll(this.#lines, [this.#waiting]);
    else if (this.#waiting !== '') this.#lines.append(this.#waiting);
    this.#isBeginning = false;
    this.#waiting = '';
  }

  close(): void {
    this.#lines.close();
  }
}

const lineOf = (change: Partial<Directory>): string => `${JSON.stringify(change)}\n`;

/** `name` is told in errors. Throws USAGE with the line that is wrong. */
export function readDirectory(lines: Iterable<string>, name: string): Directory {
  let [count, number] = [0, 0];
  const retired: string[] = [];
  const tokens: Record<string, string | null> = {};
  for (const text of lines) {
    number++;
    try {
      const { count: more = 0, retired: keys = [], tokens: hashes = {} } = JSON.parse(text) as Partial<Directory>;
      Object.assign(tokens, hashes);
      count = Math.max(count, more);
      retired.push(...keys);
    } catch {
      throw new GreenroomError(
        'USAGE',
        `Failed to read ${name}: line ${number} is not as greenroom writes it. Without this file no workspace is lost: move it away to go on.`,
      );
    }
  }
  return { count, retired, tokens };
}
