// Sends what Schemathesis makes up from the three exported documents to a greenroom of its own, for less than five
// minutes once that is installed.
// Fails on a 5xx of greenroom's own and on an answer that its document does not describe; docs/fuzz.md explains the rest.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGreenroom } from '../dist/index.js';

const PACKAGE = 'schemathesis==4.32.5';
/** The runs have 220 seconds of their own; what hangs is ended. */
const LONGEST_MS = 300_000;
const CHECKS = [
  'no_fault_of_its_own',
  'response_schema_conformance',
  'content_type_conformance',
  'status_code_conformance',
];
/** Calls that last for as long as they are asked to, and one for whose end every advance waits, up to half a minute. */
const LASTING = ['followTimeline', 'waitForDeliveries', 'hold'];

const folder = mkdtempSync(join(tmpdir(), 'greenroom-fuzz-'));
const bin = (name) => join(folder, 'venv', process.platform === 'win32' ? 'Scripts' : 'bin', name);

/** Runs a program to its end, and gives its exit code. */
const run = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', timeout: LONGEST_MS, ...options });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });

async function install() {
  const quiet = { stdio: 'ignore' };
  const python = process.platform === 'win32' ? 'python' : 'python3';
  return (
    (await run(python, ['-m', 'venv', join(folder, 'venv')], quiet)) === 0 &&
    (await run(bin('python'), ['-m', 'pip', 'install', '--quiet', PACKAGE], quiet)) === 0
  );
}

/** Sends cases to one document's calls for so many seconds. */
async function fuzz(room, name, seconds, headers) {
  const path = `/_greenroom/contracts/${name}.openapi.json`;
  const file = join(folder, `${name}.json`);
  writeFileSync(file, await (await room.fetch(path)).text());
  process.stdout.write(`== ${name}\n`);
  const args = [
    ...`run --seed 7 --request-timeout 10 --suppress-health-check all --no-color --warnings off`.split(' '),
    ...`--max-time ${seconds} --checks ${CHECKS.join(',')} --url ${room.url}`.split(' '),
    ...LASTING.flatMap((id) => ['--exclude-operation-id', id]),
    ...headers.flatMap((header) => ['--header', header]),
    file,
  ];
  const env = {
    ...process.env,
    SCHEMATHESIS_HOOKS: 'fuzz_checks',
    PYTHONPATH: fileURLToPath(new URL('.', import.meta.url)),
  };
  return run(bin('schemathesis'), args, { cwd: folder, env });
}

try {
  if (await install()) {
    const room = await startGreenroom();
    const codes = [
      await fuzz(room, 'attendee', 80, [`Authorization: Token ${room.attendee.api_key}`]),
      await fuzz(room, 'cronofy', 60, [`Authorization: Bearer ${room.cronofy.access_token}`]),
      await fuzz(room, 'control', 80, ['Greenroom-Workspace: default']),
    ];
    await room.close();
    process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
  } else {
    process.stderr.write(
      `npm run fuzz needs Python 3.10 or later with venv, and a package index with ${PACKAGE}: nothing was run.\n`,
    );
    process.exitCode = 2;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
