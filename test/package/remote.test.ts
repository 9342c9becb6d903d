import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, runCommand, startProcess, type ServerProcess } from '../support/server.js';

let server: ServerProcess;
beforeAll(async () => {
  server = await startProcess('--clock', 'frozen');
});
afterAll(() => server.stop());

const greenroom = (...args: string[]) => runCommand([...args, '--url', server.url]);

describe('A running greenroom, from the command line', () => {
  test('its clock is shown and moved, and its timeline printed', async () => {
    const meeting = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' };
    const answer = await fetch(`${server.attendee.base_url}/api/v1/bots`, {
      method: 'POST',
      headers: { authorization: `Token ${server.attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...meeting, join_at: '2026-01-01T10:00:00Z' }),
    });
    const { id } = (await answer.json()) as { id: string };

    expect((await greenroom('clock')).stdout).toContain('2026-01-01T09:00:00Z (frozen)\nNext:\n');
    const staged = await greenroom('clock', 'until', 'staged', '--subject', id);
    expect([staged.code, staged.stdout]).toEqual([0, expect.stringMatching(/It is 2026-01-01T09:55:00Z: 1 job ran/)]);
    expect((await greenroom('clock', 'advance', '2026-01-01T10:00:00Z')).stdout).toContain(
      'It is 2026-01-01T10:00:00Z',
    );
    expect((await greenroom('clock', 'until', 'idle')).stdout).toMatch(/, 0 waiting\.\n$/);
    const timeline = await greenroom('timeline', '--subject', id, '--kind', 'transition');
    expect(timeline.stdout).toContain('post_processing → ended');
  });

  test('its timeline is followed, from its beginning and as it goes on', async () => {
    const follow = spawn(process.execPath, [COMMAND, 'timeline', '--follow', '--url', server.url, '--kind', 'request']);
    const act = () => fetch(`${server.url}/v1/calendars`);
    for (let i = 0; i < 2; i++) {
      const line = once(follow.stdout, 'data');
      await act();
      expect(String(await line)).toMatch(/Z {2}request .* GET \/v1\/calendars → 401[^\n]*\n$/);
    }
    follow.kill();
    expect((await greenroom('timeline', '--follow', '--json')).stderr).toContain('takes no --json');
  });

  test('what cannot be done is said, and ends with 2', async () => {
    for (const [args, message] of [
      [['clock', 'advance', 'soon'], 'was "soon"'],
      [['clock', 'forwards'], 'expected "advance", "next" or "until", was "forwards"'],
      [['clock', 'until', 'ended'], 'expected --subject'],
      [['timeline', '--kind', 'tranzition'], 'transition'],
    ] as const) {
      const { code, stderr } = await greenroom(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(stderr).not.toContain('    at ');
    }
  });
});
