import { isAbsolute } from 'node:path';
import { reasonOf } from '../errors.js';

/** True if a file could not be read because there is none. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Why a file that somebody named could not be read, as the end of a sentence; of one that is not there, where it was looked for. */
export function whyUnread(file: string, error: unknown): string {
  if (!isAbsent(error)) return reasonOf(error);
  return `there is no such file${isAbsolute(file) ? '' : ` in ${process.cwd()}`}`;
}
