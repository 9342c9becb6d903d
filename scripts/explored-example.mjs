// Explores meeting-notes as it is and with a bug, and runs the tests that explore writes: they fail with it, and pass without.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../build/server/host/free-port.js';

const EXECUTIONS = '10';
/** Every message is taken as it comes, and a late one overwrites what is newer. */
const BUG = ['and progress < ?', 'and progress < ? + 9'];

/** How explore names it, in what each runner prints. */
const FAULT = 'Probable mistake: Every change is written as it comes';

/** `runners` are functions that run a test file in the folder, by the name that --write-test has for them. */
export async function exploreExample(folder, bin, runners) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const body = { vendor: 'attendee', join_url: '{{meeting_url}}', starts_at: '{{join_at}}' };
  writeFileSync(join(folder, 'schedule.json'), JSON.stringify({ method: 'POST', url: '/meetings', body }));
  const explore = (executions, ...more) => {
    const words = [
      'explore',
      `${url}/hooks/attendee`,
      '--state',
      `${url}/meetings/{id}`,
      '--act',
      'schedule.json',
      '--executions',
      executions,
      ...more,
      '--',
      process.execPath,
      'src/main.js',
    ];
    return spawnSync(bin('greenroom'), words, { cwd: folder, encoding: 'utf8' });
  };

  expectCode(0, explore(EXECUTIONS));
  const store = join(folder, 'src', 'store.js');
  const right = readFileSync(store, 'utf8');
  const wrong = right.replace(...BUG);
  if (wrong === right) throw new Error('The example has no place for the bug any more.');
  for (const [runner, runTest] of Object.entries(runners)) {
    writeFileSync(store, wrong);
    const save = `stories-${runner}`;
    const found = explore('6', '--scenario', 'happy-path', '--save', save, '--write-test', runner);
    expectCode(1, found);
    const [file] = readdirSync(join(folder, save)).filter((name) => /test/.test(name));
    const test = join(save, file);
    const before = runTest(test, folder);
    const told = before.stdout + before.stderr;
    if (before.status === 0 || !told.includes(FAULT))
      throw new Error(`${test} should fail with the words "${FAULT}" while the bug is there, and did not.\n${told}`);
    writeFileSync(store, right);
    const after = runTest(test, folder);
    if (after.status !== 0) throw new Error(`${test} fails though the bug is gone.\n${after.stdout}${after.stderr}`);
  }
}

function expectCode(code, { status, stdout, stderr }) {
  if (status !== code) throw new Error(`explore ended with ${status}, and not with ${code}.\n${stdout}${stderr}`);
}
