import { isAbsolute } from 'node:path';
import { reasonOf } from '../errors.js';

/** Why a file that somebody named could not be read, as the end of a sentence; of one that is not there, where it was looked for. */
export function whyUnread(file: string, error: unknown): string {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return reasonOf(error);
  return `there is no such file${isAbsolute(file) ? '' : ` in ${process.cwd()}`}`;
}
