import { resolve } from 'node:path';
import { REPORTERS } from '../checks/reporters/reporter.js';
import { reaches, withoutRules, type Report } from '../checks/report.js';
import { formatInstant } from '../clock/instant.js';
import { wallClock } from '../clock/real-time.js';
import { nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import { VERSION } from '../server/version.js';
import type { CheckCommand } from './checks/command.js';
import { readOwnVendors, VENDORS_FLAG } from './config.js';
import { readWords, renderHelp, type Flag, type FlagValues } from './flags.js';
import { writeOut } from './write-out.js';

/** Every kind of check is a module of its own, loaded when it is called. */
const CHECKS: Readonly<Record<string, () => Promise<{ readonly command: CheckCommand }>>> = {
  traffic: () => import('./checks/traffic.js'),
  receiver: () => import('./checks/receiver.js'),
  provider: () => import('./checks/provider.js'),
  scenarios: () => import('./checks/scenarios.js'),
};

const SHARED: readonly Flag[] = [
  {
    name: 'reporter',
    value: 'NAME[=FILE]',
    many: true,
    help: 'pretty, json, junit, sarif, github; several may be given',
  },
  { name: 'output', value: 'FILE', help: 'where the only reporter writes, instead of standard output' },
  { name: 'off', value: 'RULE', many: true, help: 'switch a rule off' },
  { name: 'fail-on', value: 'LEVEL', help: 'error (the default) or warning: what makes the exit code 1' },
  VENDORS_FLAG,
  { name: 'help', help: 'this text' },
];

const FINDINGS = 1;

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
  const outlets = readOutlets(values);
  const off = (values['off'] ?? []) as readonly string[];
  const names = command.rules.map(({ name }) => name);
  for (const rule of off) if (!names.includes(rule)) throw unknown('switch off', rule, names, 'there is no such rule');
  const failOn = readLevel(values['fail-on']);
  const report = withoutRules(await command.check(words, values, await readOwnVendors(values)), off);
  for (const outlet of outlets) await write(outlet, report, failOn);
  return report.findings.some((finding) => reaches(finding, failOn)) ? FINDINGS : 0;
}

const overview = (): string =>
  `greenroom check ${Object.keys(CHECKS).join('|')} …: contract checks; each has its --help`;

interface Outlet {
  readonly name: string;
  /** The flag that names the file. */
  readonly flag: '--reporter' | '--output';
  /** Standard output if there is none. */
  readonly file: string | undefined;
}

function readOutlets(values: FlagValues): Outlet[] {
  const given = (values['reporter'] ?? ['pretty']) as readonly string[];
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
  if (another || only!.file !== undefined)
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

const misread = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read the command line: ${reason}.`);

function readLevel(value: FlagValues[string]): 'error' | 'warning' {
  if (value === undefined || value === 'error') return 'error';
  if (value === 'warning') return 'warning';
  throw misread(`expected error or warning for --fail-on, was "${String(value)}"`);
}

async function write({ name, flag, file }: Outlet, report: Report, failOn: 'error' | 'warning'): Promise<void> {
  const { render } = await REPORTERS[name]!();
  const colors = file === undefined && process.stdout.isTTY && !process.env['NO_COLOR'];
  const text = render(report, { version: VERSION, failOn, at: formatInstant(wallClock()), colors });
  if (file === undefined) print(text);
  else writeOut(flag, file, text);
  const page = process.env['GITHUB_STEP_SUMMARY'];
  if (name !== 'github' || page === undefined || page === '') return;
  const { renderSummary } = await import('../checks/reporters/github.js');
  writeOut('the summary', page, renderSummary(report), { append: true });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function unknown(verb: string, word: string, known: readonly string[], what: string): GreenroomError {
  const meant = nearest(word, known);
  return new GreenroomError(
    'USAGE',
    `Failed to ${verb} "${word}": ${what}. ${meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean "${meant}"?`}`,
  );
}
