import { findKnown } from '../../contracts/find-operation.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { Finding, Place } from '../finding.js';
import { counted, type Report } from '../report.js';
import { assertSomeLeft, withEach } from '../unmade.js';
import { nameOfFile, STDIN } from '../stdin.js';
import { Findings } from './collect.js';
import { JOURNAL_ORIGIN, readExchange, type Exchange } from './exchange.js';
import { judge, type JudgeOptions } from './judge.js';
import { JudgedVersions, newerThanKnown } from '../versions.js';
import { readPlaced } from './read.js';
import { TRAFFIC_RULES, type TrafficRule } from './rules.js';
import { vendorsAt, type Addressed } from './vendors.js';

export interface TrafficOptions extends JudgeOptions {
  readonly vendors: readonly VendorProfile[];
  /** `provider=URL` of hosts besides the vendors' own. */
  readonly baseUrls: readonly string[];
  /** The versions that were named; else recordings say them. */
  readonly versions?: ReadonlyMap<string, string>;
}

interface Counts {
  /** Exchanges with each vendor, by its name. */
  readonly vendors: Map<string, number>;
  others: number;
  /** Calls that a vendor has and no contract describes, among the others. */
  readonly unserved: Set<string>;
  unreadable: number;
  /** Bodies of calls of a vendor that a recording does not hold. */
  bodiless: number;
}

/** Judges every exchange of these recordings with a vendor. Throws USAGE if none of them can be read. */
export async function checkTraffic(files: readonly string[], options: TrafficOptions): Promise<Report> {
  const { vendors } = options;
  const judged = new JudgedVersions(options.versions);
  const vendorOf = vendorsAt(vendors, options.baseUrls, judged);
  const findings = new Findings();
  const counts: Counts = {
    vendors: new Map(vendors.map(({ name }) => [name, 0])),
    others: 0,
    unserved: new Set(),
    unreadable: 0,
    bodiless: 0,
  };
  let local: string | undefined;
  const unmade = await withEach(files, async (file) => {
    let number = 0;
    for await (const { value, line } of readPlaced(file)) {
      const exchange = readExchange(value, ++number);
      const called = exchange && vendorOf(exchange);
      const unserved = called && findKnown(called.contract, exchange.method, called.path);
      if (unserved) counts.unserved.add(`${unserved.method} ${unserved.path}`);
      const addressed = unserved ? undefined : called;
      count(counts, exchange, addressed);
      if (exchange && !called) local ??= localOrigin(exchange);
      if (!exchange || !addressed) continue;
      counts.bodiless += missingBodies(exchange);
      for (const finding of judge(exchange, addressed, placeIn(file, line), options))
        findings.add(inItsVersion(finding, judged.newer.get(addressed.contract.provider)));
    }
  });
  if ([...counts.vendors.values()].every((number) => number === 0)) {
    assertSomeLeft(files, unmade);
    const read = files.find((one) => unmade.every(({ file }) => file !== one));
    findings.add(nothing(read === STDIN ? undefined : read, counts, vendors, local));
  }
  return {
    check: 'traffic',
    subject: files.map(nameOfFile).join(', '),
    summary: summarize(counts, vendors, findings.dropped),
    rules: TRAFFIC_RULES,
    findings: findings.list(),
    ...(unmade.length === 0 ? {} : { unmade }),
  };
}

/** Standard input is no file to which anybody could go. */
const placeIn = (file: string, line: number | undefined): Place =>
  file === STDIN ? {} : { file, ...(line === undefined ? {} : { line }) };

/** Faults in every version of a vendor. */
const OF_ANY_VERSION: ReadonlySet<string> = new Set<TrafficRule>([
  'missing-auth',
  'wrong-auth-scheme',
  'placeholder-auth',
  'secret-in-url',
  'plain-http',
  'request-not-json',
]);

/** What a newer server does otherwise is no fault. */
const inItsVersion = (finding: Finding, newer: string | undefined): Finding =>
  newer === undefined || OF_ANY_VERSION.has(finding.rule) ? finding : newerThanKnown(finding, newer);

function count(counts: Counts, exchange: Exchange | undefined, addressed: Addressed | undefined): void {
  const name = addressed?.contract.provider;
  if (!exchange) counts.unreadable++;
  else if (name === undefined) counts.others++;
  else counts.vendors.set(name, counts.vendors.get(name)! + 1);
}

const missingBodies = ({ request, response }: Exchange): number =>
  [request, response].filter((message) => message && message.body === undefined).length;

function summarize(counts: Counts, vendors: readonly VendorProfile[], dropped: number): string {
  const { others, unserved, unreadable, bodiless } = counts;
  const of = (name: string): number => counts.vendors.get(name)!;
  const parts = [
    ...vendors.map(({ name, title }, i) => `${i === 0 ? counted(of(name), 'exchange') : of(name)} with ${title}`),
    `${others} with others${unserved.size > 0 ? ` (${[...unserved].join(', ')}: the vendor has it, greenroom has no contract of it)` : ''}`,
    ...(unreadable > 0 ? [`${unreadable} ${unreadable === 1 ? 'entry that is' : 'entries that are'} no exchange`] : []),
    ...(bodiless > 0 ? [`${bodiless} ${bodiless === 1 ? 'body' : 'bodies'} not recorded, and not judged`] : []),
    ...(dropped > 0 ? [`${counted(dropped, 'further finding')} that ${dropped === 1 ? 'is' : 'are'} not shown`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** What was not judged does not pass, unless it is a vendor's and greenroom that lacks the contract of it. */
function nothing(
  file: string | undefined,
  { others, unserved, unreadable }: Counts,
  vendors: readonly VendorProfile[],
  local: string | undefined,
): Finding {
  const { name, title, severity } = TRAFFIC_RULES.find((rule) => rule.name === 'nothing-to-check')!;
  const finding = { rule: name, where: file === undefined ? {} : { file } };
  if (unserved.size > 0)
    return {
      ...finding,
      severity: 'note',
      message: 'Nothing was judged: greenroom has no contract of the calls that are there.',
      advice: 'Record calls of operations that greenroom serves, too.',
    };
  if (others > 0) {
    const flags =
      local === undefined
        ? `${vendors.at(-1)?.name}=https://…`
        : vendors.map(({ name }) => `${name}=${local}`).join(' --base-url ');
    const advice = `Name the hosts that stand for the vendors with --base-url ${flags}.`;
    return { ...finding, severity, message: `${title}: nothing was judged.`, advice };
  }
  return {
    ...finding,
    severity,
    message: `The recording has no call at all${unreadable > 0 ? ': none of its entries is one' : ''}.`,
    expected: 'entries that have a request',
    advice: 'Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines of their entries.',
  };
}

const THIS_MACHINE = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Where a call to this machine went; a journal's paths are at no address. */
const localOrigin = ({ url: { hostname, origin } }: Exchange): string | undefined =>
  THIS_MACHINE.test(hostname) && origin !== JOURNAL_ORIGIN ? origin : undefined;
