import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { createGreenroom } from '../../src/index.js';
import { userInfoOf } from '../support/cronofy.js';
import { control, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';

const NOWHERE = { time_zone: 'Mars/Olympus' };

describe('A time zone that there is not is refused before a call needs it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-zones-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('by a workspace that is made or changed, with its place and the nearest name', async ({ room }) => {
    for (const [method, path] of [
      ['PATCH', '/workspaces/default'],
      ['POST', '/workspaces'],
    ] as const) {
      const { status, json } = await control(room, method, path, { cronofy: { time_zone: 'Europe/Berln' } });
      expect([status, json]).toMatchObject([
        422,
        { pointer: '/cronofy/time_zone', detail: expect.stringContaining('Did you mean "Europe/Berlin"?') },
      ]);
    }
    expect((await control(room, 'PATCH', '/workspaces/default', { cronofy: NOWHERE })).status).toBe(422);
    expect((await userInfoOf(room)).sub).toMatch(/^acc_/);
  });

  test('by the options and by a settings file; a city is known by its name', async () => {
    await expect(createGreenroom({ cronofy: NOWHERE })).rejects.toThrow(/\/cronofy\/time_zone: expected a time zone/);
    await expect(createGreenroom({ cronofy: { time_zone: 'berlin' } })).rejects.toThrow(
      /Did you mean "Europe\/Berlin"/,
    );
    const file = join(folder, 'greenroom.config.mjs');
    writeFileSync(file, `export default ${JSON.stringify({ cronofy: NOWHERE })};\n`);
    const { code, stderr } = await runHere(['exec', '--config', file, '--', process.execPath, '-e', '0']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('time_zone')]);
  });

  test('and every name of a zone is taken, in any letters', async () => {
    for (const time_zone of ['UTC', 'Etc/UTC', 'europe/berlin', 'US/Pacific']) {
      const room = await createGreenroom({ cronofy: { time_zone } });
      await room.close();
    }
  });
});
