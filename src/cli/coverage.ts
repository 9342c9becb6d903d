import { renderCoverage } from '../checks/coverage/text.js';
import { formatInstant } from '../clock/instant.js';
import { wallClock } from '../clock/real-time.js';
import type { CoverageReport } from '../contracts/coverage/coverage.js';
import { coverage } from '../contracts/coverage/report.js';
import { readOwnVendors, VENDORS_FLAG } from './settings/config.js';
import { HELP, readWords, renderHelp, type Flag, type FlagValues } from './settings/flags.js';
import { MIN, readMin, tooLittle } from './settings/min.js';
import { assertOwnFile, readFiles } from './settings/own-file.js';
import { callControl, REMOTE_FLAGS } from './remote.js';
import { profilesWith, readVendor, VENDOR_NAMES } from './settings/vendors.js';
import { writeOut } from './terminal/write-out.js';
import { say, tell } from './terminal/say.js';

const USAGE = `greenroom coverage [FILE…] says what of the vendors' contracts was exercised, and what to add next: from a running
greenroom, or from recordings (HAR files, and what /_greenroom/requests, /timeline and /deliveries give; - is standard
input).`;

const OF_ONE: Flag = { name: 'workspace', value: 'ID', help: 'what this one has seen (all that the server has seen)' };

const FLAGS: readonly Flag[] = [
  { name: 'provider', value: 'NAME', help: `${VENDOR_NAMES} alone` },
  MIN,
  { name: 'json', help: 'print the report as JSON' },
  { name: 'html', value: 'FILE', writes: true, help: 'also write a page that stands alone' },
  { name: 'base-url', value: 'PROVIDER=URL', many: true, help: 'with files: another host of a vendor' },
  VENDORS_FLAG,
  ...REMOTE_FLAGS.map((flag) => (flag.name === 'workspace' ? OF_ONE : flag)),
  HELP,
];

const TOO_LITTLE = 1;

/** `greenroom coverage`: 0, or 1 below `--min`. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, words } = readWords('coverage', FLAGS, args);
  if (values['help'] === true) {
    say(renderHelp(USAGE, FLAGS));
    return 0;
  }
  const min = readMin(values['min']);
  if (typeof values['html'] === 'string') assertOwnFile('--html', values['html'], readFiles(FLAGS, values, words));
  const report = await (words.length === 0 ? fromServer(values) : fromFiles(words, values));
  const isEnough = report.percent >= min;
  const judged = { ...report, min, ok: isEnough };
  say(values['json'] === true ? `${JSON.stringify(judged, null, 2)}\n` : renderCoverage(report));
  const page = values['html'];
  if (typeof page === 'string') {
    const { renderCoveragePage } = await import('../checks/coverage/html.js');
    const text = renderCoveragePage(report, { title: 'Contract coverage', at: formatInstant(wallClock()) });
    writeOut('--html', page, text);
  }
  if (isEnough) return 0;
  tell(tooLittle(report.percent, min));
  return TOO_LITTLE;
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
