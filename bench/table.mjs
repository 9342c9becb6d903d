// The tables of a run, for the terminal and for docs/bench.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, platform } from 'node:os';

const PAGE = 'docs/bench.md';
const OPEN = (part) => `<!-- figures: ${part} -->\n`;
const CLOSE = '<!-- end of figures -->';

/** A table in Markdown, with a line on when and on what it was taken. */
export function render({ head, rows, notes = [] }, taken) {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const table = [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
  const list = notes.map((note) => `- ${note}\n`).join('');
  return `${table}\n\n${list === '' ? '' : `${list}\n`}${taken}\n`;
}

/** The machine in plain words. */
export const machine = () => {
  const cores = availableParallelism();
  const busy = loadavg()[0].toFixed(1);
  return `Taken on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${platform()}, ${cores} cores, on average ${busy} programs at work on them.`;
};

/** Puts what was measured in the place of what stood there. */
export function write(part, text) {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(OPEN(part));
  if (from === -1) throw new Error(`${PAGE} has no place for ${part}: expected a line ${OPEN(part).trim()}`);
  const to = page.indexOf(CLOSE, from);
  writeFileSync(PAGE, `${page.slice(0, from)}${OPEN(part)}\n${text}\n${page.slice(to)}`);
}
