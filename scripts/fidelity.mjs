// Makes docs/fidelity.md: what of each vendor greenroom knows, and how. `--check` only compares. Run after the build.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as contracts from '../dist/contracts/index.js';
import { VENDOR_LIST } from '../build/contracts/vendors.js';
import { certaintyOf } from '../build/contracts/versions/dated-change.js';

const FILE = new URL('../docs/fidelity.md', import.meta.url);
const BASES = ['documented', 'observed', 'assumed'];

const cell = (text = '') => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |\n`;
const table = (headings, rows) =>
  row(...headings) + row(...headings.map(() => '---')) + rows.map((cells) => row(...cells)).join('');

const HEADINGS = ['What', 'Basis', 'Source', 'Read', 'What exactly', 'Setting'];
const evidenceRow = (what, { basis, source, date, note, setting }) => [
  what,
  basis,
  source,
  date,
  note,
  setting === undefined
    ? ''
    : setting
        .split(', ')
        .map((name) => `\`${name}\``)
        .join(', '),
];

function renderOperation({ method, path, summary, responses, evidence }) {
  const rows = [
    ...evidence.map((one) => evidenceRow('call', one)),
    ...Object.entries(responses).map(([status, response]) =>
      evidenceRow(`${status}: ${response.description}`, response.evidence),
    ),
  ];
  return `### \`${method} ${path}\`\n\n${summary}.\n\n${table(HEADINGS, rows)}\n`;
}

const renderWebhook = ({ type, summary, evidence }) =>
  `### \`${type}\`\n\n${summary}.\n\n${table(
    HEADINGS,
    evidence.map((one) => evidenceRow('webhook', one)),
  )}\n`;

const renderKnown = (calls) =>
  calls.length === 0
    ? ''
    : `### Known, and not served\n\n${table(
        ['Call', 'Basis', 'Source', 'Read'],
        calls.map(({ method, path, evidence: { basis, source, date } }) => [
          `\`${method} ${path}\``,
          basis,
          source,
          date,
        ]),
      )}\n`;

function renderContract({ title, version, operations, known = [], webhooks }) {
  const all = [
    ...operations.flatMap(({ evidence, responses }) => [
      ...evidence,
      ...Object.values(responses).map((response) => response.evidence),
    ]),
    ...webhooks.flatMap(({ evidence }) => evidence),
  ];
  const counts = BASES.map((basis) => `${all.filter((one) => one.basis === basis).length} ${basis}`).join(', ');
  return (
    `## ${title}, ${version}\n\n${operations.length} operations, ${webhooks.length} webhooks; claims: ${counts}.\n\n` +
    `${operations.map(renderOperation).join('')}${renderKnown(known)}${webhooks.map(renderWebhook).join('')}`
  );
}

/** How much of a change greenroom plays. */
function playedOf(changes) {
  const why = changes.flatMap(({ kind, why }) => (kind === 'unplayed' ? [why] : []));
  return why.length === changes.length ? `no: ${why.join('; ')}` : 'yes';
}

/** The settings that a change brings, or that say what nobody knows of it. */
const settingsOf = ({ changes, evidence: { setting } }) =>
  [
    ...new Set([
      ...changes.flatMap((one) => (one.kind === 'switch' ? [one.setting] : [])),
      ...(setting ? [setting] : []),
    ]),
  ]
    .map((name) => `\`${name}\``)
    .join(', ');

const renderVersions = ({ title, versions }) =>
  `## Changes between versions of ${title}\n\n` +
  `${versions.base} is served if nothing is said; ${versions.oldest} to ${versions.newest} can be asked for ([versions.md](versions.md)).\n\n` +
  table(
    ['Version', 'Day', 'Basis', 'Source', 'What exactly'],
    versions.known.map(({ version, day, evidence: { basis, source, note } }) => [version, day, basis, source, note]),
  ) +
  '\n' +
  table(
    ['Change', 'What is so then', 'Certainty', 'Kinds', 'Played', 'Basis', 'Source', 'What exactly', 'Setting'],
    versions.changes.map((change) => [
      `\`${change.id}\``,
      change.ends === undefined ? change.says : `${change.says} From ${change.until} on: ${change.ends}`,
      certaintyOf(change),
      [...new Set(change.changes.map(({ kind }) => kind))].join(', '),
      playedOf(change.changes),
      change.evidence.basis,
      change.evidence.source,
      change.evidence.note,
      settingsOf(change),
    ]),
  ) +
  '\n';

const isContract = (value) => typeof value === 'object' && value !== null && 'operations' in value;

const text =
  '# What greenroom knows, and how\n\n' +
  'Made by `node scripts/fidelity.mjs` from the contracts; do not edit. *Documented*: the vendor says so. *Observed*: seen\n' +
  'on the wire or in public code. *Assumed*: nobody says; the setting, where there is one, changes it.\n\n' +
  Object.values(contracts)
    .filter(isContract)
    .toSorted((a, b) => (a.provider < b.provider ? 1 : -1))
    .map(renderContract)
    .join('') +
  VENDOR_LIST.filter(({ versions }) => versions)
    .map(renderVersions)
    .join('')
    .trimEnd() +
  '\n';

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write(
    'docs/fidelity.md is not what the contracts say. Run: npm run build && node scripts/fidelity.mjs\n',
  );
  process.exitCode = 1;
}
