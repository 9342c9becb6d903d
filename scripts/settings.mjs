// Makes the tables of settings in docs/<vendor>.md from the profiles of the vendors. `--check` only compares. Run after
// the build. A page without the marks gets them around the table under its heading "Settings".
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { settingRows } from '../build/contracts/settings.js';
import { VENDOR_LIST } from '../build/contracts/vendors.js';

const [BEGIN, END] = ['<!-- begin of the settings -->', '<!-- end of the settings -->'];
const HEADINGS = ['Setting', 'Default', 'Default if strict', 'Assumed', 'Effect'];

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const show = (value) => {
  if (value === undefined) return '';
  if (!Array.isArray(value)) return code(value);
  return value.length === 0 ? 'none' : value.map(code).join(' ');
};
const row = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function tableOf({ settings, access }) {
  const rows = settingRows(settings).map(({ name, description, default: value, strict, assumed }) => [
    code(name),
    name in access.schema.properties ? 'made for each workspace' : show(value),
    show(strict),
    assumed ? 'yes' : '',
    description,
  ]);
  return [HEADINGS, HEADINGS.map(() => '---'), ...rows].map(row).join('\n');
}

/** The page before and after its table. */
function around(page, file) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin >= 0 && end > begin) return [page.slice(0, begin), page.slice(end + END.length)];
  const found = /^## Settings\n[^#]*?(^\|[^]*?)(?=\n(?!\|))/m.exec(page);
  if (!found) throw new Error(`${file} has no table under a heading "## Settings"`);
  const start = found.index + found[0].length - found[1].length;
  return [page.slice(0, start), page.slice(start + found[1].length)];
}

for (const vendor of VENDOR_LIST) {
  const file = new URL(`../docs/${vendor.name}.md`, import.meta.url);
  const page = readFileSync(file, 'utf8');
  const [before, after] = around(page, `docs/${vendor.name}.md`);
  const filepath = fileURLToPath(file);
  const options = { ...(await resolveConfig(filepath)), filepath };
  const text = await format(`${before}${BEGIN}\n\n${tableOf(vendor)}\n\n${END}${after}`, options);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (text !== page) {
    process.stderr.write(
      `docs/${vendor.name}.md is not what the settings say. Run: npm run build && node scripts/settings.mjs\n`,
    );
    process.exitCode = 1;
  }
}
