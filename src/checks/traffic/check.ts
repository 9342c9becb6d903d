import type { ProviderName } from '../../contracts/contract.js';
import type { Finding } from '../finding.js';
import type { Report } from '../report.js';
import { Findings } from './collect.js';
import { readExchange } from './exchange.js';
import { judge, type JudgeOptions } from './judge.js';
import { readEntries } from './read.js';
import { TRAFFIC_RULES } from './rules.js';
import { vendorsAt } from './vendors.js';

export interface TrafficOptions extends JudgeOptions {
  /** `provider=URL` of hosts besides the vendors' own. */
  readonly baseUrls: readonly string[];
}

type Counts = Record<ProviderName | 'others' | 'unreadable', number>;

/** Judges every exchange of these recordings with either vendor. Throws USAGE for what cannot be read. */
export async function checkTraffic(files: readonly string[], options: TrafficOptions): Promise<Report> {
  const vendorOf = vendorsAt(options.baseUrls);
  const findings = new Findings();
  const counts: Counts = { cronofy: 0, attendee: 0, others: 0, unreadable: 0 };
  for (const file of files) {
    let number = 0;
    for await (const entry of readEntries(file)) {
      const exchange = readExchange(entry, ++number);
      const addressed = exchange && vendorOf(exchange);
      counts[exchange ? (addressed?.contract.provider ?? 'others') : 'unreadable']++;
      if (!addressed) continue;
      for (const finding of judge(exchange, addressed, file, options)) findings.add(finding);
    }
  }
  if (counts.cronofy + counts.attendee === 0) findings.add(nothing(files[0]!));
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

function nothing(file: string): Finding {
  const { name, title, severity, advice } = TRAFFIC_RULES.find((rule) => rule.name === 'nothing-to-check')!;
  return { rule: name, severity, message: `${title}.`, where: { file }, advice };
}
