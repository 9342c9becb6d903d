import { statSync, type BigIntStats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GreenroomError } from '../../errors.js';
import type { Flag, FlagValues } from './flags.js';

/** Everything on a command line that may name a file that is read. */
export const readFiles = (flags: readonly Flag[], values: FlagValues, words: readonly string[]): readonly string[] => [
  ...words,
  ...flags
    .filter(({ value, writes }) => value !== undefined && !writes)
    .flatMap(({ name }) => [values[name] ?? []].flat())
    .filter((given) => typeof given === 'string'),
];

/** Refuses to write over what is read: before there is something to lose. Throws USAGE. */
export function assertOwnFile(flag: string, path: string, read: readonly string[]): void {
  const same = read.find((one) => isSame(one, path));
  const folder = read.find((one) => path.endsWith('.json') && isSame(one, dirname(resolve(path)), 'folder'));
  if (same === undefined && folder === undefined) return;
  const was = same === undefined ? `one in ${folder}, of which each .json file is read` : `${same}, which is read`;
  throw new GreenroomError(
    'USAGE',
    `Failed to write ${flag} ${path}: expected a file of its own, was ${was}. Name another one.`,
  );
}

/** What is at a path, if that can be said: whoever reads or writes there says why it cannot. */
export function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** True for two names of one file or folder, however they are written. */
function isSame(one: string, other: string, kind: 'file' | 'folder' = 'file'): boolean {
  const [first, second] = [one, other].map(lookAt);
  if (!first || !second || first.dev !== second.dev || first.ino !== second.ino) return false;
  return kind === 'file' ? first.isFile() : first.isDirectory();
}
