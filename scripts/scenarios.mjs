// Makes fixtures/scenario.schema.json, and the table in docs/scenarios.md. `--check` only compares; `--record` first plays
// every scenario of the library and writes down what each vendor makes of it. Run after the build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format } from 'prettier';
import { expectedOf, scenarioFileFor } from '../build/contracts/control/scenario.js';
import { VENDOR_LIST } from '../build/contracts/vendors.js';
import { fitsRange } from '../build/contracts/versions/versions.js';
import { unsupportedWords } from '../build/server/scenarios/unsupported.js';
import { makeServer } from '../build/server/server.js';

// The checks are part of the command's bundle alone.
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../src/checks/scenario-run.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const { openScenarioRun } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const FOLDER = new URL('../fixtures/scenarios/', import.meta.url);
const SCHEMA = new URL('../fixtures/scenario.schema.json', import.meta.url);
const PAGE = new URL('../docs/scenarios.md', import.meta.url);
const [BEGIN, END] = ['<!-- begin of the library -->', '<!-- end of the library -->'];
const VENDORS = { cronofy: 'Cronofy', attendee: 'Attendee' };

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();
const fileOf = (name) => new URL(`${name}.json`, FOLDER);
const read = (name) => JSON.parse(readFileSync(fileOf(name), 'utf8'));
const pretty = (text, parser) => format(text, { parser, singleQuote: true, printWidth: 120 });

async function record() {
  const room = makeServer({});
  const url = 'http://greenroom.localhost';
  const fetch = async (request) => {
    const headers = new Headers(request.headers);
    headers.set('host', 'localhost');
    return room.app.fetch(new Request(request, { headers }));
  };
  for (const name of names) {
    const { expected: known = {}, ...file } = read(name);
    if (file.plays === false) continue;
    const { fit } = await (await openScenarioRun({ url, fetch })).put(name, file);
    const expected = {};
    for (const vendor of Object.keys(VENDORS)) {
      if (fit[vendor].some(({ never }) => never)) continue;
      if (file[vendor === 'cronofy' ? 'attendee' : 'cronofy']?.event) continue;
      const profile = profileOf(vendor);
      const play = async (settings) => (await openScenarioRun({ url, fetch }, settings)).play(profile, name, file);
      expected[vendor] = await inVersions(profile, known[vendor], play);
    }
    writeFileSync(fileOf(name), await pretty(JSON.stringify({ ...file, expected }), 'json'));
  }
  room.close();
}

const profileOf = (vendor) => VENDOR_LIST.find(({ name }) => name === vendor);

/** What a vendor makes of a story; where the file tells versions apart, in the oldest known version of each of its ranges. */
async function inVersions({ name, versions }, known, play) {
  if (known === undefined || Array.isArray(known)) return play({});
  const played = Object.keys(known).map(async (range) => {
    const { version } = versions.known.find((one) => fitsRange(one.version, range));
    return [range, await play({ [name]: { version } })];
  });
  return Object.fromEntries(await Promise.all(played));
}

/** The last state of the first agent of each vendor. */
function outcome(file) {
  const { expected = {} } = file;
  const last = (steps) => steps.findLast(({ times, agent }) => times === undefined && agent === undefined);
  return Object.entries(VENDORS).map(([vendor]) => {
    const steps = expectedOf(expected[vendor], profileOf(vendor).contract.version);
    const step = steps && last(steps);
    const untold = unsupportedWords(file, VENDOR_LIST)[vendor].length > 0;
    return step ? `\`${step.state}${step.sub_type ? ` / ${step.sub_type}` : ''}\`${untold ? ' (1)' : ''}` : '–';
  });
}

function table() {
  const rows = names.map((name) => {
    const file = read(name);
    return `| \`${name}\` | ${file.description} | ${outcome(file).join(' | ')} |`;
  });
  return ['| Scenario | Story | Cronofy ends in | Attendee ends in |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

if (process.argv.includes('--record')) await record();
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'greenroom scenario',
  ...scenarioFileFor(VENDOR_LIST),
};
const page = readFileSync(PAGE, 'utf8');
const [before, after] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))];
const texts = new Map([
  [SCHEMA, await pretty(JSON.stringify(schema), 'json')],
  [PAGE, await pretty(`${before}${BEGIN}\n\n${table()}\n\n${after}`, 'markdown')],
]);
for (const [file, text] of texts) {
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${file.pathname} is not what the library says. Run: node scripts/scenarios.mjs\n`);
    process.exitCode = 1;
  }
}
