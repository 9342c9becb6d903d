import { resolve } from 'node:path';
import { reaches, withoutRules } from '../checks/report.js';
import { GreenroomError } from '../errors.js';
import { BASELINE_FLAGS, readKnowing, type Knowing } from './checks/baseline.js';
import type { CheckCommand } from './checks/command.js';
import { readOwnVendors, VENDORS_FLAG } from './settings/config.js';
import { FAIL_ON, readLevel } from './settings/fail-level.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { interruptible } from './terminal/interrupted.js';
import { misread, print, readOutlets, REPORTER_FLAG, unknown, writeReports, type Outlet } from './terminal/outlets.js';
import { assertOwnFile, readFiles } from './settings/own-file.js';
import { outletsIn, reportingEnd, reportingFailure } from './checks/unmade.js';
import { warn } from './terminal/say.js';

/** Every kind of check is a module of its own, loaded when it is called. */
const CHECKS: Readonly<Record<string, () => Promise<{ readonly command: CheckCommand }>>> = {
  traffic: () => import('./checks/traffic.js'),
  receiver: () => import('./checks/receiver.js'),
  provider: () => import('./checks/provider.js'),
  scenarios: () => import('./checks/scenarios.js'),
  drift: () => import('./checks/drift.js'),
};

const SHARED: readonly Flag[] = [
  REPORTER_FLAG,
  { name: 'output', value: 'FILE', writes: true, help: 'where the only reporter writes, instead of standard output' },
  { name: 'off', value: 'RULE', many: true, help: 'switch a rule off' },
  FAIL_ON,
  ...BASELINE_FLAGS,
  VENDORS_FLAG,
  HELP,
];

const FINDINGS = 1;
const NOT_MADE = 2;

const PRINTED = [{ name: 'pretty', flag: '--reporter', file: undefined }] as const;

/** `greenroom check KIND …`: 0 if all is well, 1 if there are findings that count, 2 if not all was checked; wrong use throws. */
export async function run(args: readonly string[]): Promise<number> {
  const [kind, ...rest] = args;
  if (kind === '--help') return print(`${overview()}\n`);
  const unread = { check: kind ?? 'check', subject: 'the command line' };
  const ready = await reportingFailure(
    unread,
    () => outletsIn(SHARED, args),
    () => prepare(kind, rest),
  );
  if (typeof ready === 'string') return print(ready);
  const { command, words, outlets } = ready;
  const asked = { check: kind!, subject: words.map(withoutPassword).join(', ') };
  const work = (signal?: AbortSignal): Promise<number> => reportingEnd(asked, outlets, () => check(ready, signal));
  return command.isInterruptible ? interruptible(work) : work();
}

/** A check that is ready to be made. */
interface Ready {
  readonly command: CheckCommand;
  readonly words: readonly string[];
  readonly values: FlagValues;
  readonly outlets: readonly Outlet[];
  readonly failOn: 'error' | 'warning';
  /** Marks the findings that are known. */
  readonly know: Knowing;
}

/** Reads the command line; gives the help if that is all that is asked for. Throws USAGE. */
async function prepare(kind: string | undefined, args: readonly string[]): Promise<Ready | string> {
  const command = await load(kind);
  const flags = [...command.flags, ...SHARED];
  const { values, words } = readWords(`check ${kind}`, flags, args);
  if (values['help'] === true) return renderHelp(command.usage, flags);
  const outlets = readOutlets(values, readFiles(flags, values, words), { ifNone: ['pretty'] });
  const names = command.rules.map(({ name }) => name);
  for (const rule of offIn(values))
    if (!names.includes(rule)) throw unknown('switch off', rule, names, 'there is no such rule');
  const fresh = values['write-baseline'];
  if (typeof fresh === 'string') {
    assertOwnFile('--write-baseline', fresh, readFiles(flags, { ...values, baseline: undefined }, words));
    if (outlets.some(({ file }) => file !== undefined && resolve(file) === resolve(fresh)))
      throw misread(`a reporter and --write-baseline write to ${fresh}. Give each its file`);
  }
  const know = readKnowing(values, kind!, command.rules);
  return { command, words, values, outlets, failOn: readLevel(values['fail-on']), know };
}

async function load(kind: string | undefined): Promise<CheckCommand> {
  if (kind === undefined) {
    throw new GreenroomError(
      'USAGE',
      `Failed to check: expected one of ${Object.keys(CHECKS).join(', ')}, was nothing. greenroom check traffic --help shows how.`,
    );
  }
  const found = Object.hasOwn(CHECKS, kind) ? CHECKS[kind] : undefined;
  if (!found) throw unknown('check', kind, Object.keys(CHECKS), 'there is no such check');
  return (await found()).command;
}

async function check({ command, words, values, outlets, failOn, know }: Ready, signal?: AbortSignal): Promise<number> {
  const made = await command.check(words, values, await readOwnVendors(values), signal);
  const { report, isWritten: isKept } = await know(withoutRules(made, offIn(values)));
  const isWritten = await writeReports(outlets, report, failOn);
  const isPrinted = outlets.some(({ name, file }) => name === 'pretty' && file === undefined);
  // What was found is not lost with the file.
  if (!isWritten && outlets.every(({ file }) => file !== undefined)) await writeReports(PRINTED, report, failOn);
  else if (!isPrinted) for (const { message } of report.unmade ?? []) warn(message);
  if (report.unmade) return NOT_MADE;
  if (report.findings.some((finding) => reaches(finding, failOn))) return FINDINGS;
  return isWritten && isKept ? 0 : NOT_MADE;
}

const offIn = (values: FlagValues): readonly string[] => (values['off'] ?? []) as readonly string[];

/** The address without the password that it may hold. */
function withoutPassword(word: string): string {
  if (!/^https?:/.test(word) || !URL.canParse(word)) return word;
  const url = new URL(word);
  url.username = url.password = '';
  return url.href;
}

const overview = (): string =>
  `greenroom check ${Object.keys(CHECKS).join('|')} …: contract checks; each has its --help`;
