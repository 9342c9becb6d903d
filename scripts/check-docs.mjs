// Runs every code block of the pages: README and its like, docs/ and the examples' READMEs, with the package as users install it.
// The rules stand in CONTRIBUTING.md. docs/recipes are tests of their own (test/recipes).
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import yaml from 'yaml';
import { readBlocks } from './docs/blocks.mjs';
import { freePort } from '../build/server/host/free-port.js';
import { install, makeFolder, pack, writeProject } from './packed.mjs';

const LIMIT_MS = 60_000;
const ROOT = resolve(import.meta.dirname, '..');
const CODE = ['js', 'ts'];
const DATA = { json: JSON.parse, yaml: yaml.parse, yml: yaml.parse };

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .map((name) => join(folder, name))
      .filter((name) => name.endsWith('.md') && !/node_modules|docs\/recipes\//.test(name)),
  ),
].sort();
const only = process.argv[2];
const blocks = pages
  .filter((page) => only === undefined || page === only)
  .flatMap((page) => readBlocks(join(ROOT, page)).map((block) => ({ ...block, page })));

// Somebody else may be served on the ports that the pages name: here they are others.
for (const named of ['4747', '3123']) {
  const port = String(await freePort({ reserved: true }));
  for (const block of blocks) block.text = block.text.replaceAll(new RegExp(`\\b${named}\\b`, 'g'), port);
  const url = `http://127.0.0.1:${port}`;
  // The address stands for the usual one, which nobody has to name: exec is not led there.
  if (named === '4747')
    Object.assign(process.env, { GREENROOM_PORT: port, GREENROOM_URL: url, GREENROOM_EXEC_URL: url });
}

const { folder, remove } = makeFolder('docs');
process.once('exit', remove);
const failures = [];
const counts = {};
const where = ({ page, line }) => `${page}:${line}`;
const fail = (block, reason) => failures.push(`${where(block)} ${reason}`);
const count = (what) => (counts[what] = (counts[what] ?? 0) + 1);

const toRun = blocks.filter((block) => {
  if (block.language === '') fail(block, 'says no language: name it after the fence');
  else if (block.mark === 'not run' && !block.says) fail(block, 'is not run, and nobody says why');
  else if (block.mark === 'not run') count(`not run (${where(block)}: ${block.says})`);
  else return true;
  return false;
});

prepareProject();
const code = joinContinued(toRun.filter(({ language }) => CODE.includes(language)));
code.forEach(writeCode);
await Promise.all([runSessions(), checkTypes().then(runCode)]);
toRun.filter(({ language }) => ![...CODE, 'sh', 'text'].includes(language)).forEach(readData);

for (const [what, times] of Object.entries(counts)) console.log(`${String(times).padStart(4)}  ${what}`);
for (const failure of failures) console.error(`\nFailed: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);

/** The package from its tarball; other packages that the blocks import come from this repository. */
function prepareProject() {
  writeProject(folder);
  install(folder, pack(folder));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    const target = join(folder, 'node_modules', name);
    if (!name.startsWith('.') && !existsSync(target)) symlinkSync(join(ROOT, 'node_modules', name), target);
  }
  symlinkSync(join(ROOT, 'node_modules/vitest/vitest.mjs'), join(folder, 'node_modules/.bin/vitest'));
  const bin = join(folder, 'shims');
  mkdirSync(bin);
  // A server that a page has just started may need a moment; an answer of 4xx or 5xx is a fault of the page.
  const flags = '--silent --show-error --fail-with-body --retry 20 --retry-connrefused --retry-delay 1';
  writeFileSync(join(bin, 'curl'), `#!/bin/sh\nPATH="\${PATH#${bin}:}"\nexec curl ${flags} "$@"\n`);
  chmodSync(join(bin, 'curl'), 0o755);
}

/** A block that continues the one before it is one module with it. */
function joinContinued(all) {
  const modules = [];
  for (const block of all) {
    if (block.mark === 'continues') modules.at(-1).text += `\n${block.text}`;
    else modules.push({ ...block });
  }
  return modules;
}

function writeCode(block) {
  const name = `${block.page.replaceAll(/[^a-z0-9]+/gi, '-')}-${block.line}`;
  block.isTest = /from 'vitest'/.test(block.text);
  const file = block.name ?? `${name}${block.isTest ? '.test' : ''}.${block.language === 'ts' ? 'ts' : 'mjs'}`;
  block.source = join(folder, file);
  block.file = block.isTest ? block.source : join(folder, `${name}.run.mjs`);
  writeFileSync(block.source, block.text);
  if (!block.isTest)
    writeFileSync(
      block.file,
      transformSync(block.text, { loader: block.language, target: 'node20', format: 'esm' }).code,
    );
}

async function checkTypes() {
  const files = code.filter(({ language }) => language === 'ts').map(({ source }) => source);
  if (files.length === 0) return;
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { code: exit, printed } = await start(process.execPath, [tsc, '-p', folder, '--preserveSymlinks']);
  if (exit !== 0) failures.push(`The types of ts blocks:\n${printed}`);
}

async function runCode() {
  for (const block of code.filter(({ isTest, mark }) => !isTest && mark !== 'server')) await runModule(block);
  const tests = code.filter(({ isTest }) => isTest);
  if (tests.length === 0) return;
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const { code: exit, printed } = await start(process.execPath, [vitest, 'run', '--root', folder]);
  tests.forEach(() => count('ts and js blocks run as tests'));
  if (exit !== 0) failures.push(`The tests in ${tests.map(where).join(', ')}:\n${printed}`);
}

async function runModule(block) {
  const { code: exit, printed } = await start(process.execPath, [block.file]);
  count(`${block.language} blocks run`);
  if (exit !== 0) fail(block, `ended with ${exit}:\n${printed}`);
}

/** The sh blocks of a page are one session; blocks of code that want a server, and texts that a command prints, follow. */
async function runSessions() {
  for (const page of pages) {
    const session = toRun.filter((block) => block.page === page && block.language === 'sh');
    if (session.length > 0) {
      const script = session.map(({ line, text }) => `AT=${line}\n${text}\n`).join('');
      const { code: exit, printed } = await start('bash', [
        '-c',
        `set -euo pipefail\ntrap 'echo "near line $AT"' ERR\n${script}`,
      ]);
      session.forEach(() => count('sh blocks run'));
      if (exit !== 0) failures.push(`The sh blocks of ${page} ended with ${exit}:\n${printed}`);
    }
  }
  for (const block of code.filter(({ mark }) => mark === 'server')) await withServer(() => runModule(block));
  for (const block of toRun.filter(({ language }) => language === 'text')) await compare(block);
}

async function withServer(work) {
  const server = spawn('npx', ['--no-install', 'greenroom', '--clock', 'frozen', '--json'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((ready) => server.stdout.once('data', ready));
  try {
    await work();
  } finally {
    process.kill(-Number(server.pid), 'SIGTERM');
    await new Promise((ended) => server.once('close', ended));
  }
}

/** A text is what a command prints, but for durations, and for lines left out where it says `…`. */
async function compare(block) {
  if (block.mark !== 'prints') return fail(block, 'is text: say which command prints it, or why it is not run');
  const { code: exit, printed } = await start('bash', ['-c', block.says]);
  count('texts compared');
  const pattern = block.text
    .split('\n')
    .map((line) =>
      line === '…'
        ? '(?:.*\\n)*?'
        : `${line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\d+(\\.\d+)?( ?)m?s\b/g, '\\d+(?:\\.\\d+)?$2m?s')}\\n`,
    )
    .join('');
  if (exit !== 0 || !new RegExp(pattern).test(printed)) fail(block, `is not what "${block.says}" prints:\n${printed}`);
}

function readData(block) {
  const read = DATA[block.language];
  if (block.language === 'python') return readPython(block);
  if (!read) return fail(block, `is ${block.language}, which nobody here can run: say why it is not run`);
  try {
    read(block.text);
    count(`${block.language} blocks parsed`);
  } catch (error) {
    fail(block, `does not parse: ${error.message}`);
  }
}

function readPython(block) {
  const { status, error, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    input: block.text,
    encoding: 'utf8',
  });
  if (error) return count('python blocks skipped: there is no python3');
  count('python blocks parsed');
  if (status !== 0) fail(block, stderr);
}

/** Runs to the end and ends what it left running. */
function start(command, args) {
  const env = { ...process.env, NO_COLOR: '1', PATH: `${join(folder, 'shims')}:${process.env.PATH}` };
  const child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (printed += chunk));
  return new Promise((resolve) => {
    const timer = setTimeout(endGroup, LIMIT_MS);
    child.once('exit', (exit, signal) => {
      clearTimeout(timer);
      endGroup();
      resolve({ code: exit ?? signal, printed });
    });
  });
  function endGroup() {
    try {
      process.kill(-Number(child.pid), 'SIGTERM');
    } catch {
      // It is over, and left nobody behind.
    }
  }
}
