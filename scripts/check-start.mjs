// `npm start` on what is there: it must serve, pass flags through, and the second time install and build nothing. And what
// makes a start slow must not come back; this is told by what it loads and makes, not by time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundleStart } from './bundles.mjs';

/** The packages in the bundle of `start`. */
const PACKAGES = ['@hono/node-server', '@sinclair/typebox', 'hono'];
/** Its compiled code is kept; without that, twenty kilobytes take about a millisecond to be compiled. */
const MAX_BYTES = 800_000;
/** So many chunks of the library may an import load; each takes some third of a millisecond. */
const MAX_FILES = 60;
/** The files that a start loads. */
const FILES = ['greenroom.js'];

/** Arguments that have Node tell what it loads. */
const WATCHED = ['--import', './scripts/start-watch.mjs'];

async function serve(command, env = {}) {
  const child = spawn(command[0], [...command.slice(1), '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, ...env },
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes('"url"') && text.endsWith('\n')) break;
  }
  const { url } = JSON.parse(text.trim().split('\n').at(-1));
  const health = await fetch(`${url}/_greenroom/health`);
  process.kill(-Number(child.pid), 'SIGTERM');
  await once(child, 'close');
  if (health.status !== 200) throw new Error(`${command[0]} start serves, but its health is ${health.status}`);
}

function expectNone(what, found, advice) {
  if (found.length > 0) throw new Error(`start ${what}: expected nothing, was ${found.join(', ')}. ${advice}`);
}

async function checkBundle() {
  const { metafile } = await bundleStart({ write: false });
  const [{ bytes, inputs }] = Object.values(metafile.outputs);
  const packages = Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const others = [...new Set(packages)].filter((name) => !PACKAGES.includes(name));
  expectNone('carries other packages than it needs', others, 'Load them when they are used.');
  if (bytes > MAX_BYTES) throw new Error(`start has ${bytes} bytes: expected at most ${MAX_BYTES}.`);
}

async function checkWhatIsLoaded() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-start-'));
  const report = join(folder, 'report');
  try {
    await serve(['node', ...WATCHED, 'dist/bin/greenroom.js'], { START_REPORT: report });
    const { intl, functions, required, ofNode } = JSON.parse(readFileSync(report, 'utf8'));
    const imported = readFileSync(`${report}.files`, 'utf8').trim().split('\n');
    const others = [...imported, ...required].map((url) => basename(url)).filter((name) => !FILES.includes(name));
    expectNone('loads other files than its own', others, 'Put them into its bundle, or load them when they are used.');
    expectNone('has Node load', ofNode, 'Each takes milliseconds: see src/cli/stand-ins.');
    expectNone("makes objects of Intl's", intl, 'Each takes up to 20 ms at first: make it when it is used.');
    const compiled = functions === 0 ? [] : [`${functions} functions from text`];
    expectNone('compiles schemas', compiled, 'Compile a schema when it is first asked.');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every file of tests imports the library anew: it must not be read module by module. */
async function checkLibrary() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-import-'));
  const report = join(folder, 'report');
  try {
    const child = spawn('node', [...WATCHED, 'dist/testing.js'], {
      stdio: 'inherit',
      env: { ...process.env, START_REPORT: report },
    });
    await once(child, 'close');
    const own = readFileSync(`${report}.files`, 'utf8')
      .split('\n')
      .filter((url) => url.includes('/dist/'))
      .filter((url) => !url.includes('/node_modules/'));
    if (own.length === 0 || own.length > MAX_FILES)
      throw new Error(`greenroom/testing loads ${own.length} files of its own: expected 1 to ${MAX_FILES}.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NPM_START = ['npm', 'start', '--silent', '--'];
await serve(NPM_START);
const built = statSync('dist/.built-from').mtimeMs;
await serve(NPM_START);
if (statSync('dist/.built-from').mtimeMs !== built) throw new Error('the second npm start built again');
await checkBundle();
await checkWhatIsLoaded();
await checkLibrary();
console.log('npm start serves; a second time it builds nothing; it loads and makes nothing that it does not use');
