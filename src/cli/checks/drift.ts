import { checkDrift } from '../../checks/drift/check.js';
import { DRIFT_RULES } from '../../checks/drift/rules.js';
import { Usage } from '../../checks/drift/usage.js';
import type { Unmade } from '../../checks/report.js';
import { assertSomeLeft, withEach } from '../../checks/unmade.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import type { FlagValues } from '../settings/flags.js';
import { profilesWith, readVendor } from '../settings/vendors.js';
import type { CheckCommand } from './command.js';

/** The vendor whose versions people ask for: the last that comes with greenroom. */
const USUAL = VENDOR_LIST.at(-1)!;

/** `greenroom check drift FROM..TO`. */
export const command: CheckCommand = {
  usage: `greenroom check drift ${USUAL.versions!.base}..latest says what is otherwise for an app in another version of a vendor; with a
recording or a coverage report of the app, also what of it the app touches.`,
  flags: [
    { name: 'provider', value: 'NAME', help: `the vendor (${USUAL.name})` },
    { name: 'recording', value: 'FILE', many: true, help: 'calls of the app: HAR, journal, timeline or deliveries' },
    { name: 'coverage', value: 'FILE', help: 'what greenroom coverage --json wrote for the tests of the app' },
    { name: 'base-url', value: 'PROVIDER=URL', many: true, help: 'with recordings: another host of the vendor' },
    { name: 'proposed', help: 'also what is proposed, or not proven to be released' },
  ],
  rules: DRIFT_RULES,
  check: async ([range, another], values, own = []) => {
    const vendor = readVendor(values['provider'] ?? USUAL.name, profilesWith(own));
    const [from, to] = readRange(vendor, another ?? range);
    const { usage, unmade = [] } = (await readUsage(vendor, values)) ?? {};
    const report = checkDrift({ vendor, from, to, usage, unreleased: values['proposed'] === true });
    return unmade.length === 0 ? report : { ...report, unmade };
  },
};

/** What the app does, as far as the files can be read that show it. */
async function readUsage(
  vendor: VendorProfile,
  values: FlagValues,
): Promise<{ readonly usage: Usage; readonly unmade: readonly Unmade[] } | undefined> {
  const recordings = (values['recording'] ?? []) as readonly string[];
  const reports = [values['coverage'] ?? []].flat() as readonly string[];
  const files = [...recordings, ...reports];
  if (files.length === 0) return undefined;
  const usage = new Usage(vendor);
  const baseUrls = (values['base-url'] ?? []) as readonly string[];
  const unmade = [
    ...(await withEach(recordings, (file) => usage.readRecording(file, baseUrls))),
    ...(await withEach(reports, (file) => usage.readCoverage(file))),
  ];
  assertSomeLeft(files, unmade);
  return { usage, unmade };
}

function readRange({ title, versions }: VendorProfile, given: string | undefined): [from: string, to: string] {
  if (!versions) throw usage(`expected a vendor that has versions, was ${title}.`);
  const [, ...ends] = /^(.+)\.\.(.+)$/.exec(given ?? '') ?? [];
  if (ends.length === 0)
    throw usage(
      `expected two versions, such as ${versions.base}..${versions.newest}, was ${JSON.stringify(given) ?? 'nothing'}.`,
    );
  const [from, to] = ends.map((end) => {
    const read = versions.read(end);
    if ('fault' in read) throw usage(read.fault);
    return read.version;
  });
  return [from!, to!];
}

const usage = (reason: string): GreenroomError => new GreenroomError('USAGE', `Failed to check the drift: ${reason}`);
