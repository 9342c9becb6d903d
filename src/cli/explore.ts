import { join } from 'node:path';
import { parseDuration } from '../clock/duration.js';
import { monotonic } from '../clock/real-time.js';
import { GreenroomError } from '../errors.js';
import { Exploration } from '../explore/searching/exploration.js';
import { isGreen } from '../explore/searching/blind.js';
import type { ExploreOptions } from '../explore/options.js';
import type { ExploreReport } from '../explore/report/report.js';
import { writeStory } from '../explore/stories/story.js';
import { isTerminal } from './terminal/colors.js';
import { endSoon } from './terminal/end-soon.js';
import { checkReport } from './explore/check-report.js';
import { APP_FLAGS, appWords, makeReady, splitCommand } from './explore/setup.js';
import { assertRunner, testOf } from './explore/write-test.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { interruptible } from './terminal/interrupted.js';
import { print, readOutlets, REPORTER_FLAG, reportersIn, writeReports, type Outlet } from './terminal/outlets.js';
import { assertOwnFile, readFiles } from './settings/own-file.js';
import { outletsIn, reportingEnd, reportingFailure } from './checks/unmade.js';
import { assertWritable, writeOut, writeWhole, written } from './terminal/write-out.js';
import { clear, say, tell, warn } from './terminal/say.js';

const USAGE = `greenroom explore plays many worlds against your app, and finds the failure that nobody thought of:

  greenroom explore http://127.0.0.1:3000/hooks/attendee --act act.json --state http://127.0.0.1:3000/meetings/{id} -- node app.js

The app is started with the variables of greenroom exec, and stopped at the end; without a command it must run already.
Each finding is saved as a story, which greenroom replay plays again. The exit code is 1 if something was found, and 2 if the
app could not be explored. Ctrl-C stops the search, which tells what it has found and ends with 130; a second one ends at once.`;

const FLAGS: readonly Flag[] = [
  ...APP_FLAGS,
  { name: 'scenario', value: 'NAME', many: true, help: 'explore this scenario; all that fit if none is said' },
  { name: 'executions', value: 'N', help: 'how many executions are played (300, or as many as the time allows)' },
  { name: 'time', value: 'DURATION', help: 'end after this real time, such as 60s' },
  { name: 'seed', value: 'N', help: 'decides what is played (1)' },
  {
    name: 'without',
    value: 'KIND',
    many: true,
    help: 'a kind of fault that is not tried, such as lost; may be repeated',
  },
  { name: 'save', value: 'DIR', writes: true, help: 'where stories are saved (greenroom-stories)' },
  { name: 'write-test', value: 'RUNNER', help: 'also write a test for each story: vitest, jest, node or pytest' },
  { name: 'workers', value: 'N', help: 'how many apps are started, each with a greenroom of its own (1)' },
  REPORTER_FLAG,
  { name: 'junit', value: 'FILE', writes: true, help: 'short for --reporter junit=FILE' },
  {
    name: 'html',
    value: 'FILE',
    writes: true,
    help: 'write the report as the inspector: each finding once more, beside its quiet life',
  },
  { name: 'json', help: 'print the report as one object' },
  HELP,
];

const FOUND = 1;
const NOT_EXPLORED = 2;
const FOLDER = 'greenroom-stories';

/** `greenroom explore`. */
export async function run(args: readonly string[]): Promise<number> {
  const { own, command } = splitCommand(args);
  const about = { check: 'explore', command: 'greenroom explore' };
  const loose = (): readonly Outlet[] => outletsIn(FLAGS, own);
  const wanted = await reportingFailure({ ...about, subject: 'the command line' }, loose, () => prepare(own, command));
  if (typeof wanted === 'string') return print(wanted);
  const { outlets, url } = wanted;
  return interruptible((signal) => reportingEnd({ ...about, subject: url }, outlets, () => explore(wanted, signal)));
}

/** Reads the command line; gives the help if that is all that is asked for. Throws USAGE. */
function prepare(own: readonly string[], command: readonly string[]): Wanted | string {
  const { values, words } = readWords('explore', FLAGS, own);
  if (values['help'] === true) return renderHelp(USAGE, FLAGS);
  const [url, extra] = words;
  if (url === undefined || extra !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to read the command line: expected the URL of the app's webhook endpoint, was ${extra === undefined ? 'none' : `also "${extra}"`}. greenroom explore --help shows how.`,
    );
  const runner = values['write-test'] as string | undefined;
  if (runner !== undefined) assertRunner(runner);
  const read = [...readFiles(FLAGS, values, []), ...command];
  const outlets = readOutlets({ reporter: reportersIn(values) }, read);
  assertWritable('--save', folderOf(values), 'folder');
  const page = values['html'];
  if (typeof page === 'string') {
    assertWritable('--html', page);
    assertOwnFile('--html', page, read);
  }
  return { values, outlets, url, command };
}

interface Wanted {
  readonly values: FlagValues;
  readonly outlets: readonly Outlet[];
  readonly url: string;
  readonly command: readonly string[];
}

/** Explores until it is done or interrupted, and tells what was found in both cases. */
async function explore(wanted: Wanted, signal: AbortSignal): Promise<number> {
  const { values, url, command } = wanted;
  const seed = wholeNumber(values, 'seed', 1);
  const workers = wholeNumber(values, 'workers', 1);
  const options = {
    ...(values['executions'] === undefined ? {} : { executions: wholeNumber(values, 'executions', 300) }),
    ...list(values, 'scenario', 'scenarios'),
    ...list(values, 'without', 'without'),
    ...(values['time'] === undefined ? {} : { time: String(values['time']) }),
    progress: progressOf(values),
    record: values['html'] !== undefined,
    signal,
  };
  signal.addEventListener('abort', tellInterrupted);
  const ready = await makeReady(values, { url, command }, { seed, workers, signal });
  if (ready.couldFollow) warn(COULD_FOLLOW);
  try {
    const exploration = new Exploration(ready.stage, { ...ready.options, ...options });
    const report = await ready.telling(() => exploration.run());
    const isWritten = await tellReport(report, wanted);
    if (report.findings.length > 0) return FOUND;
    return isGreen(report) && isWritten ? 0 : NOT_EXPLORED;
  } finally {
    await ready.close();
    endSoon();
  }
}

const COULD_FOLLOW =
  'The app keeps its own time. With --lockstep its clock and its timers follow: messages that never come are tried too, and it is given a day to mend what a failed call left.';

function tellInterrupted(): void {
  clear();
  warn('Interrupted: the search stops, and tells what it has found. Interrupt it again to end at once.');
}

/** Saves what was found, and writes the report wherever it is wanted. Gives whether all of it was written. */
async function tellReport(report: ExploreReport, { values, outlets, url, command }: Wanted): Promise<boolean> {
  clear();
  const folder = folderOf(values);
  const { text, html, ...data } = report;
  const words = appWords(values, { url, command });
  const runner = values['write-test'] as string | undefined;
  let isWritten = await written(() => save(report, folder));
  if (runner !== undefined) isWritten &&= await written(() => saveTests(report, { runner, folder, words }));
  isWritten = (await writeReports(outlets, checkReport(report, url), 'error')) && isWritten;
  const isTold = outlets.some(({ name, file }) => file === undefined && name !== 'github');
  if (values['json'] === true) say(`${JSON.stringify(data)}\n`);
  else if (!isTold) say(text(lineOf(words)));
  const page = values['html'];
  if (typeof page !== 'string') return isWritten;
  const render = (): Promise<void> =>
    writeWhole('--html', page, [html(lineOf(appWords(values, { url, command }, true)))]);
  if (!(await written(render))) return false;
  warn(`The report is in ${page}, too: open it in a browser.`);
  return isWritten;
}

const folderOf = ({ save: folder }: FlagValues): string => (typeof folder === 'string' ? folder : FOLDER);

const lineOf = (words: readonly string[]): string => words.map(shown).join(' ');

const shown = (word: string): string => (/^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const list = (values: FlagValues, flag: string, option: string): object =>
  values[flag] === undefined ? {} : { [option]: values[flag] };

function wholeNumber(values: FlagValues, name: string, ifNone: number): number {
  const given = values[name];
  if (given === undefined) return ifNone;
  if (/^\d{1,15}$/.test(String(given)) && Number(given) > 0) return Number(given);
  throw new GreenroomError(
    'USAGE',
    `Failed to read --${name}: expected a whole number from 1 on, was "${String(given)}".`,
  );
}

/** Saves each story under its hash, and tells the finding where. */
function save({ findings }: ExploreReport, folder: string): void {
  for (const finding of findings) {
    const file = join(folder, `${finding.hash}.json`);
    writeOut('--save', file, writeStory(finding.story));
    finding.file = file;
  }
}

function saveTests(
  { findings }: ExploreReport,
  { runner, folder, words }: { readonly runner: string; readonly folder: string; readonly words: readonly string[] },
): void {
  for (const finding of findings) {
    const [name, text] = testOf(finding, runner, words);
    writeOut('--write-test', join(folder, name), text);
  }
}

const BETWEEN_LINES_MS = 2000;

/** Tells how far it is: on one line of a terminal, else a plain line now and then. */
function progressOf(values: FlagValues): NonNullable<ExploreOptions['progress']> {
  const started = monotonic();
  const budget = typeof values['time'] === 'string' ? (parseDuration(values['time']) ?? 0) / 1000 : undefined;
  let last = Number.NEGATIVE_INFINITY;
  return (line, about) => {
    if (about === 'finding') {
      clear();
      return warn(line);
    }
    const left =
      budget === undefined ? '' : `, ${Math.max(0, Math.round((budget - (monotonic() - started)) / 1000))} s left`;
    if (isTerminal(process.stderr)) {
      clear();
      tell(`${line}${left}`);
    } else if (monotonic() - last >= BETWEEN_LINES_MS) {
      last = monotonic();
      warn(`${line}${left}`);
    }
  };
}
