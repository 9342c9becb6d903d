import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { makeFolder } from '../support/folder.js';
import { runIn, type Ran } from '../support/ran.js';
import { COMMAND } from '../support/server.js';

export const APP = fileURLToPath(new URL('apps/mails.mjs', import.meta.url));
export const BOTS = fileURLToPath(new URL('apps/bots.mjs', import.meta.url));
export const WAITS = fileURLToPath(new URL('apps/waits.mjs', import.meta.url));
export const POLLS = fileURLToPath(new URL('apps/polls.mjs', import.meta.url));
export const KEEPS = fileURLToPath(new URL('apps/keeps.mjs', import.meta.url));
export const PLANNER = fileURLToPath(new URL('apps/planner.mjs', import.meta.url));

let folder: string;

/** Gives the tests of a file a folder that they share. */
export function shareFolder(): void {
  beforeAll(() => {
    folder = makeFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
}

/** A path in it. */
export const inFolder = (name: string): string => path.join(folder, name);

/** Runs a command there against an app with this mistake. */
export const greenroom = (args: readonly string[], { bug = '', cwd = folder } = {}): Promise<Ran> =>
  runIn({ cwd, bug }, args);

/** The words by which the app is reached, on a port of its own. */
export async function app(program = APP): Promise<string[]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  return [`${url}/hooks/cronofy`, '--state', `${url}/meetings/{id}`, '--', process.execPath, program];
}

/** The same for an app that asks for bots; `more` is said in each request for a meeting. Its user may also move them. */
export async function botApp(more: object = {}, program = BOTS, canMove = false): Promise<string[]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const schedule = { url: `${url}/meetings`, body: { url: '{{meeting_url}}', at: '{{join_at}}', ...more } };
  const reschedule = { method: 'PUT', url: `${url}/meetings/{{id}}`, body: { at: '{{join_at}}' } };
  const act = storyFile('act-bots.json', canMove ? { schedule, reschedule } : schedule);
  const state = `${url}/meetings/{id}`;
  return [`${url}/hooks/attendee`, '--act', act, '--state', state, '--', process.execPath, program];
}

/** Puts the package where a module of the folder finds it, and no program for npx: Yarn's Plug'n'Play has none. */
export function installGreenroom(): void {
  mkdirSync(inFolder('node_modules'), { recursive: true });
  const link = inFolder('node_modules/greenroom');
  if (!existsSync(link)) symlinkSync(path.dirname(path.dirname(path.dirname(COMMAND))), link, 'junction');
}

/** Runs the test that was written for a story. Gives its exit code. */
export function runTest(hash: string, bug: string): number | null {
  installGreenroom();
  const env = { ...process.env, BUG: bug, NODE_TEST_CONTEXT: undefined };
  // From wherever it is run.
  return spawnSync(process.execPath, ['--test', `${hash}.test.mjs`], { cwd: inFolder('greenroom-stories'), env })
    .status;
}

export const STORY = {
  version: 1,
  provider: 'cronofy',
  scenario: 'happy-path',
  seed: 1,
  deviations: [{ at: { delivery: { type: 'meeting_agent_complete' } }, do: { duplicate: 1 } }],
};

/** Writes a file of the folder. */
export function storyFile(name: string, story: unknown = STORY): string {
  const file = inFolder(name);
  writeFileSync(file, typeof story === 'string' ? story : JSON.stringify(story));
  return file;
}
