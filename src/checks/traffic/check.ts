import type { VendorName } from '../../contracts/contract.js';
import type { Finding } from '../finding.js';
import type { Report } from '../report.js';
import { Findings } from './collect.js';
import { JOURNAL_ORIGIN, readExchange, type Exchange } from './exchange.js';
import { judge, type JudgeOptions } from './judge.js';
import { readEntries } from './read.js';
import { TRAFFIC_RULES } from './rules.js';
import { vendorsAt } from './vendors.js';

export interface TrafficOptions extends JudgeOptions {
  /** `provider=URL` of hosts besides the vendors' own. */
  readonly baseUrls: readonly string[];
}

type Counts = Record<VendorName | 'others' | 'unreadable', number>;

/** Judges every exchange of these recordings with either vendor. Throws USAGE for what cannot be read. */
export async function checkTraffic(files: readonly string[], options: TrafficOptions): Promise<Report> {
  const vendorOf = vendorsAt(options.baseUrls);
  const findings = new Findings();
  const counts: Counts = { cronofy: 0, attendee: 0, others: 0, unreadable: 0 };
  let local: string | undefined;
  for (const file of files) {
    let number = 0;
    for await (const entry of readEntries(file)) {
      const exchange = readExchange(entry, ++number);
      const addressed = exchange && vendorOf(exchange);
      counts[exchange ? (addressed?.contract.provider ?? 'others') : 'unreadable']++;
      if (exchange && !addressed) local ??= localOrigin(exchange);
      if (!exchange || !addressed) continue;
      for (const finding of judge(exchange, addressed, file, options)) findings.add(finding);
    }
  }
  if (counts.cronofy + counts.attendee === 0) findings.add(nothing(files[0]!, counts, local));
  return {
    check: 'traffic',
    subject: files.join(', '),
    summary: summarize(counts, findings.dropped),
    rules: TRAFFIC_RULES,
    findings: findings.list(),
  };
}

function summarize({ cronofy, attendee, others, unreadable }: Counts, dropped: number): string {
  const parts = [
    `${cronofy} exchanges with Cronofy`,
    `${attendee} with Attendee`,
    `${others} with others`,
    ...(unreadable > 0 ? [`${unreadable} entries that are no exchange`] : []),
    ...(dropped > 0 ? [`${dropped} further findings that are not shown`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** What was not read at all was not judged; calls of others were, and found to be none of ours. */
function nothing(file: string, { others, unreadable }: Counts, local: string | undefined): Finding {
  const { name, title, severity } = TRAFFIC_RULES.find((rule) => rule.name === 'nothing-to-check')!;
  const finding = { rule: name, where: { file } };
  if (others > 0) {
    const flags = local === undefined ? 'attendee=https://…' : `cronofy=${local} --base-url attendee=${local}`;
    const advice = `Name the hosts that stand for the vendors with --base-url ${flags}.`;
    return { ...finding, severity: 'warning', message: `${title}.`, advice };
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
