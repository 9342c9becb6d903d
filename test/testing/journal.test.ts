import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test as base, vi } from 'vitest';
import { roomFixtures as fixturesOfPlaywright } from '../../src/playwright.js';
import { testRoom, withRoom, type Greenroom } from '../../src/testing.js';
import { roomFixtures, type RoomFixtures } from '../../src/vitest.js';
import { attendee, botRequest } from '../support/room.js';
import { runHere } from '../support/run-here.js';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-journal-'));
const journal = join(folder, 'calls', 'journal.jsonl');
vi.stubEnv('GREENROOM_JOURNAL', journal);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const test = base.extend<RoomFixtures>(roomFixtures());

const callAs = (name: string) => async (room: Greenroom) =>
  void (await attendee(
    room,
    'POST',
    '/api/v1/bots',
    botRequest('2026-01-01T10:00:00Z', undefined, { bot_name: name }),
  ));

/** The names of the bots that were asked for, one a line of the journal. */
const names = (): readonly unknown[] =>
  readFileSync(journal, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { request: { body: string } })
    .map(({ request }) => (JSON.parse(request.body) as { bot_name: string }).bot_name);

describe('The calls of a test are kept in the file that GREENROOM_JOURNAL names', () => {
  test('with the fixtures of Vitest,', ({ room }) => callAs('Vitest')(room));

  test('after the test,', () => expect(names()).toEqual(['Vitest']));

  base('with those of Playwright,', async () => {
    const fixtures = fixturesOfPlaywright();
    const outcome = { title: 'a test', status: 'passed', expectedStatus: 'passed', attach: () => Promise.resolve() };
    await fixtures.greenroom[0]({}, (greenroom) =>
      fixtures.room({ greenroom, roomOptions: {} }, callAs('Playwright'), outcome),
    );
    expect(names()).toEqual(['Vitest', 'Playwright']);
  });

  base('with withRoom and testRoom, once where the test closes its room itself, and if it fails,', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const ends: (() => Promise<void>)[] = [];
    const room = await testRoom({ name: 'a test of node:test', after: (end) => ends.push(end) });
    await callAs('node:test')(room);
    for (const end of [room.close, ...ends]) await end();
    const failing = withRoom(async (own) => {
      await callAs('Jest')(own);
      throw new Error('the app is not finished');
    });
    await expect(failing()).rejects.toThrow('the app is not finished');
    expect(names()).toEqual(['Vitest', 'Playwright', 'node:test', 'Jest']);
    vi.restoreAllMocks();
  });

  base('for check traffic, and for nobody else to read', async () => {
    expect(await runHere(['check', 'traffic', journal])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('4 with Attendee'),
    });
    expect(statSync(journal).mode & 0o777).toBe(0o600);
  });
});

describe('A test whose calls cannot be kept', () => {
  afterEach(() => void vi.stubEnv('GREENROOM_JOURNAL', journal));

  base('fails, and says why, unless it has failed of itself', async () => {
    vi.stubEnv('GREENROOM_JOURNAL', folder);
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const why = `Failed to keep the calls of the test: expected a file in which can be written, as GREENROOM_JOURNAL names it, was ${folder}: `;
    await expect(withRoom(callAs('first'))()).rejects.toThrow(why);
    expect(said).not.toHaveBeenCalled();
    const failing = withRoom(async (room) => {
      await callAs('second')(room);
      throw new Error('the app is not finished');
    });
    await expect(failing()).rejects.toThrow('the app is not finished');
    expect(said.mock.calls.flat()).toContainEqual(expect.stringContaining(why));
    said.mockRestore();
  });

  base('passes where it has none, and writes no file', async () => {
    const none = join(folder, 'none.jsonl');
    vi.stubEnv('GREENROOM_JOURNAL', none);
    await withRoom(() => undefined)();
    expect(existsSync(none)).toBe(false);
  });
});
