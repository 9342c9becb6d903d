import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { against, baselineOf, readBaseline, writeBaseline, type Baseline } from '../../checks/baseline.js';
import { counted, type Report, type Rule } from '../../checks/report.js';
import { isAbsent, whyUnread } from '../../checks/unread.js';
import { GreenroomError } from '../../errors.js';
import type { Flag, FlagValues } from '../settings/flags.js';
import { assertWritable, writeOut, written } from '../terminal/write-out.js';
import { tell } from '../terminal/say.js';

export const BASELINE_FLAGS: readonly Flag[] = [
  { name: 'baseline', value: 'FILE', help: 'findings that are known: they are told, and fail nothing' },
  {
    name: 'write-baseline',
    value: 'FILE',
    writes: true,
    help: 'write the findings of now as such a file; with --baseline, in its place',
  },
];

/** What is done with findings that are known. */
export type Knowing = (report: Report) => Promise<{ readonly report: Report; readonly isWritten: boolean }>;

/** Reads what the flags say of known findings, before there is something to lose. Throws USAGE. */
export function readKnowing({ baseline, ...values }: FlagValues, check: string, rules: readonly Rule[]): Knowing {
  const fresh = values['write-baseline'];
  if (typeof fresh === 'string') {
    assertWritable('--write-baseline', fresh);
    return (report) => knowAll(report, fresh, rules);
  }
  if (typeof baseline !== 'string') return async (report) => ({ report, isWritten: true });
  const known = readFrom(baseline, check);
  const folder = folderOf(baseline);
  return async (report) => ({ report: against(report, known, { folder, rules }), isWritten: true });
}

const folderOf = (file: string): string => dirname(resolve(file));

function readFrom(file: string, check: string): Baseline {
  const read = readBaseline(textOf(file), check);
  if (typeof read !== 'string') return read;
  throw cannotRead(file, `expected what --write-baseline writes, but ${read}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const advice = isAbsent(error) ? `. --write-baseline ${file} makes it` : '';
    throw cannotRead(file, whyUnread(file, error) + advice);
  }
}

const cannotRead = (file: string, why: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read --baseline ${file}: ${why}.`);

/** Has everything known that is found now; of a part nobody would know what it leaves out. */
async function knowAll(
  report: Report,
  file: string,
  rules: readonly Rule[],
): Promise<{ readonly report: Report; readonly isWritten: boolean }> {
  if (report.unmade) {
    tell(`--write-baseline ${file} was left as it was, for not everything could be checked.\n`);
    return { report, isWritten: false };
  }
  const folder = folderOf(file);
  const known = baselineOf(report, folder);
  if (!(await written(() => writeOut('--write-baseline', file, writeBaseline(known)))))
    return { report, isWritten: false };
  tell(`${counted(known.findings.length, 'finding')} in ${file}: --baseline ${file} tells them, and does not fail.\n`);
  return { report: against(report, known, { folder, rules }), isWritten: true };
}
