// Makes the union of the library's scenario names, so that editors complete them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../src/contracts/control/scenario-names.ts', import.meta.url);

const names = readdirSync(new URL('../fixtures/scenarios', import.meta.url))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();
const text =
  '/** The scenarios that come with greenroom. Made by `node scripts/scenario-names.mjs` from fixtures/scenarios. */\n' +
  `export type LibraryScenario =\n${names.map((name) => `  | '${name}'`).join('\n')};\n`;

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write(
    'scenario-names.ts is not what fixtures/scenarios holds. Run: node scripts/scenario-names.mjs\n',
  );
  process.exitCode = 1;
}
