import {
  COVERAGE_KINDS,
  type CoverageItem,
  type CoverageKind,
  type CoverageReport,
  type ProviderCoverage,
  type Share,
} from '../../contracts/coverage/coverage.js';
import { KIND_COLUMNS, KIND_TITLES, labelOf } from './labels.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --line: #d0d7de; --good: #116329; --gap: #9a3412; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --line: #30363d; --good: #7ee787; --gap: #ffa657; }
}
body { color: var(--ink); background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1.5rem; }
caption { text-align: left; font-weight: 600; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
ul.variants { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0; padding: 0; }
.hit { color: var(--good); }
.miss { color: var(--gap); }
progress { width: 8rem; }
`;

/** Coverage as one page that stands alone: no scripts, nothing from elsewhere, readable without colours. */
export function renderCoveragePage(report: CoverageReport, { title, at }: { title: string; at: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p>${report.covered} of ${report.total} exercised, ${report.percent} %. Made at <time datetime="${at}">${at}</time>.</p>
${renderSummary(report)}
${renderNext(report)}
${report.providers.map(renderProvider).join('\n')}
</main>
</body>
</html>
`;
}

function renderSummary({ providers }: CoverageReport): string {
  const rows = providers.flatMap(({ provider, kinds, ...share }) => [
    shareRow(provider, 'all', share),
    ...COVERAGE_KINDS.map((kind) => shareRow(provider, KIND_TITLES[kind], kinds[kind])),
  ]);
  return `<table>
<caption>Shares</caption>
<thead><tr><th scope="col">Vendor</th><th scope="col">What</th><th scope="col">Exercised</th><th scope="col">Of</th><th scope="col">Share</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

const shareRow = (provider: string, what: string, { covered, total, percent }: Share): string =>
  `<tr><th scope="row">${provider}</th><td>${escape(what)}</td><td class="number">${covered}</td><td class="number">${total}</td><td><progress max="100" value="${percent}" aria-label="${escape(`${provider}, ${what}`)}"></progress> ${percent} %</td></tr>`;

function renderNext({ next }: CoverageReport): string {
  if (next.length === 0) return '<p>Nothing is missing.</p>';
  const steps = next.map(
    ({ provider, how, covers }) =>
      `<li>${escape(how)} <span>(${provider}, ${covers.length} more)</span>
<details><summary>What it covers</summary><ul>${covers.map((key) => `<li><code>${escape(labelOf(key))}</code></li>`).join('')}</ul></details></li>`,
  );
  return `<h2>Next</h2>\n<ol>\n${steps.join('\n')}\n</ol>`;
}

const renderProvider = ({ provider, kinds }: ProviderCoverage): string =>
  `<h2>${provider}</h2>\n${COVERAGE_KINDS.map((kind) => renderKind(provider, kind, kinds[kind].items)).join('\n')}`;

function renderKind(provider: string, kind: CoverageKind, items: readonly CoverageItem[]): string {
  const [name, variant] = KIND_COLUMNS[kind];
  const byName = new Map<string, CoverageItem[]>();
  for (const item of items) byName.set(item.name, [...(byName.get(item.name) ?? []), item]);
  const rows = [...byName].map(
    ([title, variants]) =>
      `<tr><th scope="row"><code>${escape(title)}</code></th><td><ul class="variants">${variants.map(renderVariant).join('')}</ul></td></tr>`,
  );
  return `<table>
<caption>${escape(`${provider}: ${KIND_TITLES[kind]}`)}</caption>
<thead><tr><th scope="col">${name}</th><th scope="col">${variant}</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

const renderVariant = ({ variant, count }: CoverageItem): string =>
  count > 0
    ? `<li class="hit">✓ <code>${escape(variant || 'sent')}</code> ${count}×</li>`
    : `<li class="miss">✗ <code>${escape(variant || 'sent')}</code> missing</li>`;

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => NAMED[sign]!);
