import type { Report } from '../../checks/report.js';
import { unmadeReport } from '../../checks/unmade.js';
import { readDespite, type Flag } from '../settings/flags.js';
import { outletsDespite, writeReport, writeReports, type Outlet } from '../terminal/outlets.js';
import { lookAt, readFiles } from '../settings/own-file.js';
import { written } from '../terminal/write-out.js';

/** What a check is about, as its report says it. */
export type Asked = Pick<Report, 'check' | 'command' | 'subject'>;

/** Where a command line wants its reports, which is wrong somewhere. */
export function outletsIn(flags: readonly Flag[], args: readonly string[]): readonly Outlet[] {
  const { values, words } = readDespite(flags, args);
  return outletsDespite(values, readFiles(flags, values, words));
}

/** Does work, and where it fails has every report say so: whatever stood in its file is of another run. */
export async function reportingFailure<T>(
  asked: Asked,
  outlets: () => readonly Outlet[],
  work: () => Promise<T> | T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // At a terminal the reason is told once, in the end.
    const told = outlets().filter(({ name, file }) => name !== 'pretty' || file !== undefined);
    await writeReports(told, unmadeReport(asked, error), 'error');
    throw error;
  }
}

/** The same for a check that begins, and may be killed: until it has come to its end, the reports of earlier runs say that it has not. */
export async function reportingEnd<T>(asked: Asked, outlets: readonly Outlet[], work: () => Promise<T>): Promise<T> {
  const begun = unmadeReport(asked, new Error('The check was begun, and has not come to its end.'));
  for (const outlet of outlets)
    if (outlet.file !== undefined && isFile(outlet.file)) await written(() => writeReport(outlet, begun, 'error'));
  return reportingFailure(asked, () => outlets, work);
}

const isFile = (path: string): boolean => lookAt(path)?.isFile() === true;
