import { coverageCheck } from '../checks/coverage/report.js';
import { renderCoverage } from '../checks/coverage/text.js';
import { formatInstant } from '../clock/instant.js';
import { wallClock } from '../clock/real-time.js';
import type { CoverageReport } from '../contracts/coverage/coverage.js';
import { coverage, coverageOfCalled } from '../contracts/coverage/report.js';
import { readOwnVendors, VENDORS_FLAG } from './settings/config.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { MIN, readMin, tooLittle } from './settings/min.js';
import { assertOwnFile, readFiles } from './settings/own-file.js';
import { outletsIn, reportingEnd, reportingFailure } from './checks/unmade.js';
import { callControl, REMOTE_FLAGS, serverUrl, workspaceOf } from './remote.js';
import { profilesWith, readVendor, VENDOR_NAMES } from './settings/vendors.js';
import { print, readOutlets, REPORTER_FLAG, writeReports, type Outlet } from './terminal/outlets.js';
import { writeOut, written } from './terminal/write-out.js';
import { say, tell } from './terminal/say.js';

const USAGE = `greenroom coverage [FILE…] says what of the vendors' contracts was exercised, and what to add next: from a running
greenroom, or from recordings (HAR files, and what /_greenroom/requests, /timeline and /deliveries give; - is standard
input).`;

const OF_ONE: Flag = { name: 'workspace', value: 'ID', help: 'what this one has seen (all that the server has seen)' };

const FLAGS: readonly Flag[] = [
  { name: 'provider', value: 'NAME', help: `${VENDOR_NAMES} alone (those that were called)` },
  MIN,
  { name: 'json', help: 'print the report as JSON' },
  REPORTER_FLAG,
  { name: 'html', value: 'FILE', writes: true, help: 'also write a page that stands alone' },
  { name: 'base-url', value: 'PROVIDER=URL', many: true, help: 'with files: another host of a vendor' },
  VENDORS_FLAG,
  ...REMOTE_FLAGS.map((flag) => (flag.name === 'workspace' ? OF_ONE : flag)),
  HELP,
];

const TOO_LITTLE = 1;
const NOT_WRITTEN = 2;
const ABOUT = { check: 'coverage', command: 'greenroom coverage' };

/** `greenroom coverage`: 0, or 1 below `--min`, or 2 if not all of its reports could be written. */
export async function run(args: readonly string[]): Promise<number> {
  const loose = (): readonly Outlet[] => outletsIn(FLAGS, args);
  const wanted = await reportingFailure({ ...ABOUT, subject: 'the command line' }, loose, () => prepare(args));
  if (typeof wanted === 'string') return print(wanted);
  return reportingEnd({ ...ABOUT, subject: subjectOf(wanted) }, wanted.outlets, () => measure(wanted));
}

interface Wanted {
  readonly values: FlagValues;
  readonly files: readonly string[];
  readonly outlets: readonly Outlet[];
  readonly min: number;
}

/** Reads the command line; gives the help if that is all that is asked for. Throws USAGE. */
function prepare(args: readonly string[]): Wanted | string {
  const { values, words } = readWords('coverage', FLAGS, args);
  if (values['help'] === true) return renderHelp(USAGE, FLAGS);
  const min = readMin(values['min']);
  const read = readFiles(FLAGS, values, words);
  if (typeof values['html'] === 'string') assertOwnFile('--html', values['html'], read);
  return { values, files: words, outlets: readOutlets(values, read), min };
}

/** Files, or a server with the workspace that is meant. */
function subjectOf({ values, files }: Wanted): string {
  if (files.length > 0) return files.join(', ');
  const workspace = workspaceOf(values);
  return `${serverUrl(values)}${workspace === undefined ? '' : `, workspace ${workspace}`}`;
}

async function measure(wanted: Wanted): Promise<number> {
  const { values, files, outlets, min } = wanted;
  const whole = await (files.length === 0 ? fromServer(values) : fromFiles(files, values));
  const report = values['provider'] === undefined ? withoutUncalled(whole) : whole;
  const isEnough = report.percent >= min;
  const isTold = outlets.some(({ name, file }) => file === undefined && name !== 'github');
  if (values['json'] === true) say(`${JSON.stringify({ ...report, min, ok: isEnough }, null, 2)}\n`);
  else if (!isTold) say(`${renderCoverage(report)}${leftOut(whole, report)}`);
  let isWritten = await writeReports(outlets, coverageCheck(report, subjectOf(wanted), min), 'error');
  const page = values['html'];
  if (typeof page === 'string') isWritten = (await written(() => writePage(page, report))) && isWritten;
  if (!isEnough) tell(tooLittle(report.percent, min));
  if (!isWritten) return NOT_WRITTEN;
  return isEnough ? 0 : TOO_LITTLE;
}

/** An app of one vendor is not judged by the contracts of others. Where nobody was called, all are there to be chosen from. */
function withoutUncalled(whole: CoverageReport): CoverageReport {
  const called = coverageOfCalled(whole);
  return called.providers.length === 0 ? whole : called;
}

function leftOut(whole: CoverageReport, { providers }: CoverageReport): string {
  const shown = new Set(providers.map(({ provider }) => provider));
  const names = whole.providers.map(({ provider }) => provider).filter((name) => !shown.has(name));
  return names.length === 0
    ? ''
    : `\nNobody called ${names.join(' or ')}, which is left out: --provider NAME has it all the same.\n`;
}

async function writePage(page: string, report: CoverageReport): Promise<void> {
  const { renderCoveragePage } = await import('../checks/coverage/html.js');
  const text = renderCoveragePage(report, { title: 'Contract coverage', at: formatInstant(wallClock()) });
  writeOut('--html', page, text);
}

async function fromServer(values: FlagValues): Promise<CoverageReport> {
  const provider = values['provider'];
  // The server has the last word: it may serve vendors that no settings file here names.
  const query = typeof provider === 'string' ? `?provider=${encodeURIComponent(provider)}` : '';
  return JSON.parse(await callControl(values, `/coverage${query}`)) as CoverageReport;
}

async function fromFiles(files: readonly string[], values: FlagValues): Promise<CoverageReport> {
  const own = await readOwnVendors(values);
  const vendors = profilesWith(own);
  const chosen = values['provider'] === undefined ? vendors : [readVendor(values['provider'], vendors)];
  const [{ countsOf }, { rehearse }, { makeServer }] = await Promise.all([
    import('../checks/coverage/read.js'),
    import('../server/rehearsal.js'),
    import('../server/server.js'),
  ]);
  const counts = await countsOf(files, vendors, (values['base-url'] ?? []) as readonly string[]);
  const names = chosen.map(({ name }) => name);
  return coverage(chosen, counts, await rehearse(makeServer({ vendors: own }), names));
}
