import { resolve } from 'node:path';
import { REPORTERS } from '../../checks/reporters/reporter.js';
import type { Report } from '../../checks/report.js';
import { formatInstant } from '../../clock/instant.js';
import { wallClock } from '../../clock/real-time.js';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import { VERSION } from '../../server/version.js';
import { hasColors } from './colors.js';
import type { Flag, FlagValues } from '../settings/flags.js';
import { assertOwnFile } from '../settings/own-file.js';
import { fromWorkspace } from './workspace-paths.js';
import { assertWritable, writeOut, written } from './write-out.js';

export const REPORTER_FLAG: Flag = {
  name: 'reporter',
  value: 'NAME[=FILE]',
  many: true,
  writes: true,
  help: 'pretty, json, junit, sarif, github; several may be given',
};

/** Where a report goes, and in which form. */
export interface Outlet {
  readonly name: string;
  /** The flag that names the file. */
  readonly flag: '--reporter' | '--output';
  /** Standard output if there is none. */
  readonly file: string | undefined;
}

/** Where the flags want the report. Throws USAGE, also for a file that could not be written, or is read. */
export function readOutlets(
  values: FlagValues,
  read: readonly string[],
  { ifNone = [] }: { readonly ifNone?: readonly string[] } = {},
): Outlet[] {
  const outlets = outletsOf(values, ifNone);
  for (const { flag, file } of outlets)
    if (file !== undefined) {
      assertWritable(flag, file);
      assertOwnFile(flag, file, read);
    }
  return outlets;
}

/** What a command line names as reporters; the short form of one is a flag of its own. */
export const reportersIn = ({ reporter, junit }: FlagValues): readonly string[] => [
  ...((reporter ?? []) as readonly string[]),
  ...(junit === undefined ? [] : [`junit=${String(junit)}`]),
];

/** The outlets of a command line that is wrong somewhere: those that can be told of it. */
export function outletsDespite(values: FlagValues, read: readonly string[]): readonly Outlet[] {
  const { output } = values;
  const given = reportersIn(values);
  const alone = (output === undefined ? given : given.filter((text) => text.includes('='))).map((text) => [text]);
  const candidates: FlagValues[] = [
    ...(output === undefined ? [] : [values]),
    ...alone.map((texts) => ({ reporter: texts })),
  ];
  return candidates.reduce<readonly Outlet[]>((kept, candidate) => {
    try {
      const all = [...kept, ...readOutlets(candidate, read, { ifNone: ['pretty'] })];
      assertApart(all);
      return all;
    } catch {
      // It is what is wrong, or a part of it.
      return kept;
    }
  }, []);
}

function outletsOf(values: FlagValues, ifNone: readonly string[]): Outlet[] {
  const given = (values['reporter'] ?? ifNone) as readonly string[];
  const outlets = given.map((text) => {
    const [name = '', ...file] = text.split('=');
    if (!Object.hasOwn(REPORTERS, name))
      throw unknown('report as', name, Object.keys(REPORTERS), 'there is no such reporter');
    if (text === `${name}=`)
      throw misread(
        `expected a file after --reporter ${text}, was nothing. For instance: --reporter ${text}report.txt`,
      );
    return { name, flag: '--reporter' as const, file: file.length === 0 ? undefined : file.join('=') };
  });
  assertApart(outlets);
  const output = values['output'] as string | undefined;
  if (output === undefined) return outlets;
  const [only, another] = outlets;
  if (another || only?.file !== undefined)
    throw misread('--output belongs to one reporter. Give each its file: --reporter junit=report.xml');
  return [{ ...only!, flag: '--output', file: output }];
}

/** One target takes one report; but what GitHub reads are lines that may stand among others on standard output. */
function assertApart(outlets: readonly Outlet[]): void {
  const targets = outlets.map(({ name, file }) =>
    file === undefined ? (name === 'github' ? 'the log of GitHub' : 'standard output') : resolve(file),
  );
  const twice = targets.find((target, index) => targets.indexOf(target) !== index);
  if (twice !== undefined)
    throw misread(`two reporters write to ${twice}. Give each its file: --reporter junit=report.xml`);
}

export const misread = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read the command line: ${reason}.`);

/** Writes a report wherever it is wanted, whatever comes of the others. Gives whether all of it was written. */
export async function writeReports(
  outlets: readonly Outlet[],
  report: Report,
  failOn: 'error' | 'warning',
): Promise<boolean> {
  let isWritten = true;
  for (const outlet of outlets) {
    isWritten = (await written(() => writeReport(outlet, report, failOn))) && isWritten;
    if (outlet.name === 'github') isWritten = (await written(() => writeSummary(report))) && isWritten;
  }
  return isWritten;
}

/** Reports of which the files are looked for from the root of the checkout. */
const PLACED: ReadonlySet<string> = new Set(['github', 'sarif']);

/** Writes a report to its one outlet. Throws USAGE if that cannot be written. */
export async function writeReport(
  { name, flag, file }: Outlet,
  report: Report,
  failOn: 'error' | 'warning',
): Promise<void> {
  const { render } = await REPORTERS[name]!();
  const colors = file === undefined && hasColors(process.stdout);
  const told = PLACED.has(name) ? fromWorkspace(report) : report;
  const text = render(told, { version: VERSION, failOn, at: formatInstant(wallClock()), colors });
  if (file === undefined) print(text);
  else writeOut(flag, file, text);
}

async function writeSummary(report: Report): Promise<void> {
  const page = process.env['GITHUB_STEP_SUMMARY'];
  if (page === undefined || page === '') return;
  const { renderSummary } = await import('../../checks/reporters/github.js');
  writeOut('the summary', page, renderSummary(fromWorkspace(report)), { append: true });
}

export function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

export function unknown(verb: string, word: string, known: readonly string[], what: string): GreenroomError {
  const meant = nearest(word, known);
  return new GreenroomError(
    'USAGE',
    `Failed to ${verb} "${word}": ${what}. ${meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean "${meant}"?`}`,
  );
}
