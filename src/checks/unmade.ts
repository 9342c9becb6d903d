import { GreenroomError, messageOf } from '../errors.js';
import type { Report, Unmade } from './report.js';
import { STDIN } from './stdin.js';

/** Does work with each file. What fails of one is told of it alone, and the others have their work done. */
export async function withEach(
  files: readonly string[],
  work: (file: string) => Promise<void>,
): Promise<readonly Unmade[]> {
  const unmade: Unmade[] = [];
  for (const file of files) {
    try {
      await work(file);
    } catch (error) {
      if (!(error instanceof GreenroomError)) throw error;
      unmade.push({ ...(file === STDIN ? {} : { file }), message: error.message });
    }
  }
  return unmade;
}

/** Throws USAGE, with each reason, if nothing is left of what was to be checked. */
export function assertSomeLeft(files: readonly string[], unmade: readonly Unmade[]): void {
  if (files.length === 0 || unmade.length < files.length) return;
  throw new GreenroomError(
    'USAGE',
    unmade.map(({ message }) => message),
    { unmade },
  );
}

/** The report of a check that could not be made at all. */
export const unmadeReport = (about: Pick<Report, 'check' | 'command' | 'subject'>, error: unknown): Report => ({
  ...about,
  summary: 'Nothing was judged.',
  rules: [],
  findings: [],
  unmade: partsOf(error) ?? [{ message: messageOf(error) }],
});

const partsOf = (error: unknown): readonly Unmade[] | undefined =>
  error instanceof GreenroomError ? (error.details['unmade'] as readonly Unmade[] | undefined) : undefined;
