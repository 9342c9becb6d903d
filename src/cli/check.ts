import { reaches, withoutRules } from '../checks/report.js';
import { GreenroomError } from '../errors.js';
import type { CheckCommand } from './checks/command.js';
import { readOwnVendors, VENDORS_FLAG } from './config.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './flags.js';
import { interruptible } from './interrupted.js';
import { misread, print, readOutlets, REPORTER_FLAG, unknown, writeReports } from './outlets.js';

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
  { name: 'output', value: 'FILE', help: 'where the only reporter writes, instead of standard output' },
  { name: 'off', value: 'RULE', many: true, help: 'switch a rule off' },
  { name: 'fail-on', value: 'LEVEL', help: 'error (the default) or warning: what makes the exit code 1' },
  VENDORS_FLAG,
  HELP,
];

const FINDINGS = 1;
const NOT_WRITTEN = 2;

const PRINTED = [{ name: 'pretty', flag: '--reporter', file: undefined }] as const;

/** `greenroom check KIND …`: 0 if all is well, 1 if there are findings that count; wrong use throws. */
export async function run(args: readonly string[]): Promise<number> {
  const [kind, ...rest] = args;
  if (kind === '--help') return print(`${overview()}\n`);
  if (kind === undefined) {
    throw new GreenroomError(
      'USAGE',
      `Failed to check: expected one of ${Object.keys(CHECKS).join(', ')}, was nothing. greenroom check traffic --help shows how.`,
    );
  }
  const load = Object.hasOwn(CHECKS, kind) ? CHECKS[kind] : undefined;
  if (!load) throw unknown('check', kind, Object.keys(CHECKS), 'there is no such check');
  const { command } = await load();
  const flags = [...command.flags, ...SHARED];
  const { values, words } = readWords(`check ${kind}`, flags, rest);
  if (values['help'] === true) return print(renderHelp(command.usage, flags));
  const work = (signal?: AbortSignal): Promise<number> => check(command, words, values, signal);
  return command.isInterruptible ? interruptible(work) : work();
}

async function check(
  command: CheckCommand,
  words: readonly string[],
  values: FlagValues,
  signal?: AbortSignal,
): Promise<number> {
  const outlets = readOutlets(values, ['pretty']);
  const off = (values['off'] ?? []) as readonly string[];
  const names = command.rules.map(({ name }) => name);
  for (const rule of off) if (!names.includes(rule)) throw unknown('switch off', rule, names, 'there is no such rule');
  const failOn = readLevel(values['fail-on']);
  const report = withoutRules(await command.check(words, values, await readOwnVendors(values), signal), off);
  const isWritten = await writeReports(outlets, report, failOn);
  // What was found is not lost with the file.
  if (!isWritten && outlets.every(({ file }) => file !== undefined)) await writeReports(PRINTED, report, failOn);
  if (report.findings.some((finding) => reaches(finding, failOn))) return FINDINGS;
  return isWritten ? 0 : NOT_WRITTEN;
}

const overview = (): string =>
  `greenroom check ${Object.keys(CHECKS).join('|')} …: contract checks; each has its --help`;

function readLevel(value: FlagValues[string]): 'error' | 'warning' {
  if (value === undefined || value === 'error') return 'error';
  if (value === 'warning') return 'warning';
  throw misread(`expected error or warning for --fail-on, was "${String(value)}"`);
}
