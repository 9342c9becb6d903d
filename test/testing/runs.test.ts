import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test as base, vi } from 'vitest';
import { withRoom } from '../../src/testing.js';
import { roomFixtures, type RoomFixtures } from '../../src/vitest.js';
import { attendee, botRequest } from '../support/room.js';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-artefacts-'));
vi.stubEnv('GREENROOM_ARTEFACTS', folder);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
vi.spyOn(console, 'error').mockImplementation(() => undefined);
const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);

const test = base.extend<RoomFixtures>(roomFixtures());
const begun = base.extend<RoomFixtures>(roomFixtures({ run: folder }));
const LONG = `is kept when it fails ${'und noch länger '.repeat(20)}`;

describe('The run of a test with the fixtures of Vitest', () => {
  test.fails(LONG, async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.clock.advance({ by: '57m' });
    expect('the app').toBe('finished');
  });

  test('has the name of the test, cut where it is too long, and is told of', () => {
    const [file = '', page = '', ...others] = readdirSync(folder).sort();
    expect([page, others]).toEqual([file.replace('.run.jsonl', '.timeline.html'), []]);
    expect(file).toMatch(/is-kept-when-it-fails-und-noch-länger-.*\.run\.jsonl$/);
    expect(Buffer.byteLength(file)).toBeLessThanOrEqual(100 + '.run.jsonl'.length);
    expect(said.mock.calls.map(([line]) => line)).toEqual([
      expect.stringMatching(/^The timeline of "[^\n]+" is kept, to be looked at in a browser: [^\n]+\n$/),
      expect.stringMatching(/^The run of "[^\n]+" is kept: greenroom replay [^\n]+\n$/),
    ]);
    expect(said.mock.calls[1]![0]).toContain(join(folder, file));
  });

  describe('where others begin', () => {
    begun.for(['the first', 'the second'])('gives %s a room as it ended', async (_, { room }) => {
      expect(await room.clock.now()).toBe('2026-01-01T09:57:00Z');
      const { results } = (await attendee(room, 'GET', '/api/v1/bots')).json as { results: { id: string }[] };
      await room.clock.until({ subject: results[0]!.id, state: 'ended' });
      await expect(room.subject(results[0]!.id).transitions()).resolves.not.toEqual([]);
    });
  });

  test('of a wrapper has the name that the runner tells', async () => {
    const failing = withRoom(() => {
      throw new Error('the app is not finished');
    });
    vi.stubGlobal('expect', { getState: () => ({ currentTestName: 'a test of Jest' }) });
    await failing().catch(() => undefined);
    vi.unstubAllGlobals();
    expect(readdirSync(folder)).toContain('a-test-of-Jest.run.jsonl');
  });
});
