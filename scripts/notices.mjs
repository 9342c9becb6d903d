// The licences of the packages that the bundles hold copies of: each asks that its text goes with them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^licen[cs]e(\.\w+)?$/i;

/** The folders of the packages of which some bytes are in what esbuild made. */
function packagesIn(results) {
  const inputs = results
    .flatMap(({ metafile }) => Object.values(metafile.outputs))
    .flatMap(({ inputs: those }) => Object.entries(those));
  const folders = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 && PACKAGE.exec(path)?.[0]) || []);
  return [...new Set(folders)].sort((a, b) => a.localeCompare(b));
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => LICENCE.test(entry));
  if (!file)
    throw new Error(`${name}: expected a file with its licence in ${folder}, was none: bundle another package`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}

/** Writes them into one file. `results` are those of esbuild, with their metafiles. */
export function writeNotices(path, results) {
  const head = 'Files of this folder hold copies of parts of these packages, under the licences that follow.\n';
  writeFileSync(path, [head, ...packagesIn(results).map(noticeOf)].join('\n'));
}
