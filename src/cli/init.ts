import { GreenroomError } from '../errors.js';
import { HELP, readFlags, renderHelp, type Flag } from './settings/flags.js';
import { planFor, type Plan } from './init/plan.js';
import { readProject } from './init/project.js';
import { chooseRunner, quote, RUNNER_NAMES } from './init/runners.js';
import { writeNew, type Outcome } from './init/write.js';
import { say } from './terminal/say.js';

const USAGE = `greenroom init writes what a project needs to begin: a test that passes, a settings file, and a CI job if the project is
on GitHub or in git. It asks nothing, and changes no file that is there.`;

const FLAGS: readonly Flag[] = [
  { name: 'dir', value: 'DIR', help: 'the folder of the project (this one)' },
  { name: 'runner', value: 'NAME', help: `${RUNNER_NAMES.join(', ')} (the one that package.json names)` },
  { name: 'dry-run', help: 'print what would be written, and write nothing' },
  HELP,
];

/** `greenroom init`: 0 if all files are there at the end; throws USAGE for wrong use, and if one cannot be written. */
export async function run(args: readonly string[]): Promise<number> {
  const values = readFlags('init', FLAGS, args);
  if (values['help'] === true) return print(renderHelp(USAGE, FLAGS));
  const isDryRun = values['dry-run'] === true;
  const folder = (values['dir'] ?? '.') as string;
  const project = readProject(folder);
  const plan = planFor(project, chooseRunner(project, values['runner'] as string | undefined));
  const outcomes = plan.files.map((file) => writeNew(project.folder, file, isDryRun));
  print(renderReport(folder, plan, outcomes, isDryRun));
  const failed = outcomes.filter(({ result }) => result === 'failed').length;
  if (failed === 0) return 0;
  const message = `Failed to write ${failed} of ${outcomes.length} files: expected a folder that can be written, was not for those above. Mend it and run greenroom init again: it writes only what is missing.`;
  throw new GreenroomError('USAGE', message);
}

function print(text: string): number {
  say(text);
  return 0;
}

/** Files written, left alone and failed, and the next steps; of a dry run, the texts too. `folder` is as it was given. */
function renderReport(folder: string, plan: Plan, outcomes: readonly Outcome[], isDryRun: boolean): string {
  const of = (wanted: Outcome['result']) => outcomes.filter(({ result }) => result === wanted);
  const run = folder === '.' ? [plan.run] : [`cd ${quote(folder)}`, plan.run];
  return [
    `greenroom init, ${plan.reading}\n`,
    section(isDryRun ? 'Would be written' : 'Written', rows(of('written'))),
    section('There already, left alone', rows(of('there'))),
    section('Not written', rows(of('failed'))),
    plan.withoutJob === undefined ? '' : `\nNo CI job: ${plan.withoutJob}.\n`,
    of('failed').length > 0 ? '' : section('By hand', plan.byHand) + section('Run it', run),
    ...(isDryRun ? of('written').map(({ path, text }) => `\n--- ${path}\n${text}`) : []),
  ].join('');
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;

function rows(files: readonly Outcome[]): readonly string[] {
  const width = Math.max(...files.map(({ path }) => path.length));
  return files.map(({ path, note }) => `${path.padEnd(width)}  ${note}`.trimEnd());
}
