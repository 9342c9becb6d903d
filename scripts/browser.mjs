// The browser of the inspector's tests, pictures and bench: a Chromium of this machine, or Debian's, which is installed where
// it can be. As a program it prints where that is; as a global setup of Vitest it tells the tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const ADVICE = 'Install Chromium (on Debian: apt-get install chromium), or name the program of one in CHROME_BIN.';

const isRoot = () => process.getuid?.() === 0;
const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
const lookForBrowser = () => NAMES.map(onPath).find((path) => path !== undefined);

/** The path of a Chromium, and the flags that it needs here: it refuses its sandbox to root. */
export function findBrowser() {
  const given = process.env.CHROME_BIN;
  if (given && !existsSync(given)) throw new Error(`CHROME_BIN is ${given}, and there is no such file. ${ADVICE}`);
  const path = given || (lookForBrowser() ?? installBrowser());
  return { path, flags: isRoot() ? ['--no-sandbox'] : [] };
}

function installBrowser() {
  const missing = `There is no browser: ${NAMES.join(', ')} are not on PATH.`;
  if (!isRoot() || onPath('apt-get') === undefined) throw new Error(`${missing} ${ADVICE}`);
  process.stderr.write(`${missing} Installing Debian's chromium with apt-get, which takes a minute or two.\n`);
  aptGet('update');
  const failure = aptGet('install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  const path = lookForBrowser();
  if (path === undefined) throw new Error(`apt-get could not install chromium (${failure}). ${ADVICE}`);
  return path;
}

/** The last line that it printed. */
function aptGet(...words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { stdout, stderr } = spawnSync('apt-get', ['--quiet', ...words], { encoding: 'utf8', env });
  return `${stdout}\n${stderr}`.trim().split('\n').at(-1);
}

/** Vitest calls it once, before the tests. */
export default function tellTests({ provide }) {
  provide('browser', findBrowser());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${findBrowser().path}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
