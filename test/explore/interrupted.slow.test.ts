import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { makeFolder } from '../support/folder.js';
import { runIn, type Ran } from '../support/ran.js';
import { COMMAND } from '../support/server.js';

const APP = fileURLToPath(new URL('apps/mails.mjs', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

const greenroom = (args: readonly string[], when?: string, act?: (child: ChildProcess) => void): Promise<Ran> =>
  runIn({ cwd: folder, bug: 'twice' }, args, when, act);

const isServed = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** An app that does not heed SIGTERM. */
const STUBBORN = ['-e', `process.on('SIGTERM', () => {}); import(${JSON.stringify(APP)});`];

test('Ctrl-C ends the search and the app, and what was found until then is told and saved', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const files = ['--save', 'saved', '--html', 'found.html', '--junit', 'found.xml'];
  const words = [`${url}/hooks/cronofy`, '--state', `${url}/meetings/{id}`, ...files, '--', process.execPath, APP];
  const { code, out, told } = await greenroom(['explore', ...words], 'Found: ', (child) => child.kill('SIGINT'));
  expect([code, await isServed(url)], told).toEqual([130, false]);
  expect(out).toMatch(/^1\. A message that comes again changes the state/m);
  expect(out).toMatch(/^The search stopped early: It was interrupted\.\n\n1 finding in \d+ executions/m);
  expect(readdirSync(path.join(folder, 'saved'))).toEqual([expect.stringMatching(/^\w+\.json$/)]);
  expect(readFileSync(path.join(folder, 'found.html'), 'utf8')).toContain('1 finding in ');
  expect(readFileSync(path.join(folder, 'found.xml'), 'utf8')).toContain('comes twice.');
});

test('A second Ctrl-C ends at once, and leaves no app behind that heeds no signal', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const words = [`${url}/hooks/cronofy`, '--state', `${url}/meetings/{id}`, '--', process.execPath, ...STUBBORN];
  let presses: NodeJS.Timeout | undefined;
  const { code, told } = await greenroom(['explore', ...words], 'Found: ', (child) => {
    presses = setInterval(() => child.kill('SIGINT'), 50);
  });
  clearInterval(presses);
  expect([code, await isServed(url)], told).toEqual([130, false]);
});

test('An app that is still starting is ended, too', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const note = path.join(folder, 'pid');
  const starts = `require('fs').writeFileSync(${JSON.stringify(note)}, String(process.pid)); setInterval(() => {}, 1000);`;
  const args = ['explore', `${url}/hooks/cronofy`, '--', process.execPath, '-e', starts];
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder });
  await expect.poll(() => existsSync(note) && readFileSync(note, 'utf8')).toMatch(/\d/);
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  expect(() => process.kill(Number(readFileSync(note, 'utf8')), 0)).toThrow('ESRCH');
});

test('An app that listens, and answers nobody yet, is ended, too', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const mute = `require('http').createServer(() => process.kill(process.ppid, 'SIGINT')).listen(process.env.PORT, '127.0.0.1');`;
  const args = ['explore', `${url}/hooks/cronofy`, '--', process.execPath, '-e', mute];
  const { code, told } = await greenroom(args);
  expect([code, told.trimEnd().split('\n').at(-1), await isServed(url)]).toEqual([130, 'It was interrupted.', false]);
});

test.each([
  ['explore', []],
  ['replay', ['story.json']],
])('%s that waits for the state of an app ends when it is interrupted, and the app, too', async (command, first) => {
  const story = { version: 1, provider: 'cronofy', scenario: 'happy-path', seed: 1, deviations: [] };
  writeFileSync(path.join(folder, 'story.json'), JSON.stringify(story));
  const url = `http://127.0.0.1:${await freePort()}`;
  const asked: (() => void)[] = [];
  const state = createServer(() => asked[0]!());
  const port = await freePort();
  state.listen(port, '127.0.0.1');
  const words = [`${url}/hooks/cronofy`, '--state', `http://127.0.0.1:${port}/{id}`, '--', process.execPath, APP];
  const child = spawn(process.execPath, [COMMAND, command, ...first, ...words], { cwd: folder });
  asked.push(() => void child.kill('SIGTERM'));
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  const [code] = await once(child, 'close');
  state.closeAllConnections();
  state.close();
  expect([code, await isServed(url)]).toEqual([143, false]);
  expect(told.trimEnd().split('\n').at(-1)).toBe('It was interrupted.');
});

test('A folder for stories that becomes a file meanwhile takes no finding away', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const taking = `require('fs').writeFileSync('taken', ''); import(${JSON.stringify(APP)});`;
  const words = [`${url}/hooks/cronofy`, '--state', `${url}/meetings/{id}`, '--', process.execPath, '-e', taking];
  const few = ['--executions', '4', '--scenario', 'happy-path', '--save', 'taken', '--write-test', 'node'];
  const { code, out, told } = await greenroom(['explore', ...few, ...words]);
  expect([code, out]).toEqual([1, expect.stringContaining('1. A message that comes again changes the state')]);
  expect(told).toMatch(
    /^Failed to write --save taken\/\w+\.json: expected a file that can be written, .* its path is a file\.$/m,
  );
});
