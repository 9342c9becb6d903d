import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { Project } from '../support/project.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const LOCKSTEP = `
  import { promisify } from 'node:util';
  import { createGreenroom } from 'greenroom';
  import { expect, test } from 'vitest';

  test('the app moves with the room', async () => {
    const before = [Date, setTimeout, setInterval];
    const room = await createGreenroom({ lockstep: true });
    const log = [];
    const note = (what) => log.push(new Date().toISOString().slice(11, 19) + ' ' + what);
    setTimeout(() => note('timer'), 1000);
    const interval = setInterval(() => note('interval'), 1_800_000);
    promisify(setTimeout)(5000, 'promise').then(note);
    const given = new AbortController();
    promisify(setTimeout)(9000, 0, { signal: given.signal }).catch(() => note('given up'));
    setTimeout(() => given.abort(), 6000);
    await room.clock.advance({ by: '1h' });
    clearInterval(interval);
    expect(log).toEqual(['09:00:01 timer', '09:00:05 promise', '09:00:06 given up', '09:30:00 interval', '10:00:00 interval']);
    await room.close();
    expect([Date, setTimeout, setInterval]).toEqual(before);
    expect(Date.now()).toBeGreaterThan(Date.parse('2026-02-01'));
  });`;

const ROOMS = `
  import { test as base, expect } from 'vitest';
  import { intercept } from 'greenroom/intercept';
  import { matchers, roomFixtures } from 'greenroom/vitest';
  import { testRoom } from 'greenroom/testing';

  expect.extend(matchers);
  const test = base.extend(roomFixtures());
  test('the test has a room, what it calls comes there, and using closes another', async ({ room }) => {
    const interception = await intercept(room);
    const headers = { authorization: 'Token ' + room.attendee.api_key };
    expect(await fetch('https://app.attendee.dev/api/v1/bots', { headers })).toMatchObject({ status: 200 });
    interception.close();
    await expect(room).toHaveNoViolations();
    const own = await testRoom();
    // As compilers write await using.
    await own[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();
    await expect(own.clock.now()).rejects.toThrow('closed');
  });`;

const POOLS = ['threads', 'vmThreads', 'vmForks'];

test.each(POOLS)('Lockstep leads a test in the pool %s of Vitest', (pool) => passes(pool, LOCKSTEP));

test.each(POOLS)('Fixtures, interceptions and using serve a test in the pool %s of Vitest', (pool) =>
  passes(pool, ROOMS),
);

const CALLS = `
  import { test as base } from 'vitest';
  import { roomFixtures } from 'greenroom/vitest';

  const test = base.extend(roomFixtures());
  test.for(Array.from({ length: 20 }, (_, i) => i))('test %s calls', async (_, { room }) => {
    const headers = { authorization: 'Token ' + room.attendee.api_key, 'content-type': 'application/json' };
    const body = JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'n'.repeat(1e5) });
    for (let call = 0; call < 5; call++) await fetch(room.attendee.base_url + '/api/v1/bots', { method: 'POST', headers, body });
  });`;

test('The calls of all tests are kept whole, though several workers write at the same time', async () => {
  using project = new Project({ 'a.test.mjs': CALLS, 'b.test.mjs': CALLS, 'c.test.mjs': CALLS, 'd.test.mjs': CALLS });
  const said = await run(project, ['--maxWorkers', '4'], { GREENROOM_JOURNAL: 'journal.jsonl' });
  expect(said).toMatch(/Tests +80 passed/);
  const lines = project.read('journal.jsonl').trimEnd().split('\n');
  expect(lines.filter((line) => (JSON.parse(line) as { method: string }).method === 'POST')).toHaveLength(400);
});

async function passes(pool: string, text: string): Promise<void> {
  using project = new Project({ 'own.test.mjs': text });
  expect(await run(project, ['--pool', pool])).toMatch(/Tests +1 passed/);
}

/** Runs Vitest in a project. */
async function run(project: Project, flags: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const modules = join(project.folder, 'node_modules');
  mkdirSync(join(modules, 'greenroom'), { recursive: true });
  // As it is installed: a runner treats packages otherwise than linked sources.
  for (const part of ['dist', 'fixtures', 'package.json'])
    cpSync(join(ROOT, part), join(modules, 'greenroom', part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(modules, 'greenroom', 'node_modules'), 'junction');
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(modules, 'vitest'), 'junction');
  const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...flags];
  const options = { cwd: project.folder, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, vitest, options, (_, stdout, stderr) =>
      resolve(stripVTControlCharacters(stdout + stderr)),
    );
  });
}
