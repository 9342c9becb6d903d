import { checkDrift } from '../../checks/drift/check.js';
import { DRIFT_RULES } from '../../checks/drift/rules.js';
import { Usage } from '../../checks/drift/usage.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import type { FlagValues } from '../flags.js';
import { profilesWith, readVendor } from '../vendors.js';
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
    return checkDrift({
      vendor,
      from,
      to,
      usage: await readUsage(vendor, values),
      unreleased: values['proposed'] === true,
    });
  },
};

async function readUsage(vendor: VendorProfile, values: FlagValues): Promise<Usage | undefined> {
  const recordings = (values['recording'] ?? []) as readonly string[];
  const coverage = values['coverage'];
  if (recordings.length === 0 && coverage === undefined) return undefined;
  const usage = new Usage(vendor);
  for (const file of recordings) await usage.readRecording(file, (values['base-url'] ?? []) as readonly string[]);
  if (typeof coverage === 'string') await usage.readCoverage(coverage);
  return usage;
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
