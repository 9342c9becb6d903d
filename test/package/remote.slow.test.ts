import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Project } from '../support/project.js';
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

  test('its timeline is written as a page, whole or not at all', async () => {
    using project = new Project();
    const file = join(project.folder, 'made/for/it/timeline.html');
    const { code, stdout } = await greenroom('timeline', '--html', file);
    expect([code, stdout]).toEqual([0, `The timeline is in ${file}: open it in a browser. It needs no server.\n`]);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    expect(readdirSync(dirname(file))).toEqual(['timeline.html']);

    const taken = await greenroom('timeline', '--html', dirname(file));
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('expected a file that can be written')]);
    expect(readdirSync(dirname(dirname(file)))).toEqual(['it']);
    for (const flag of ['--follow', '--json', '--kind=note'])
      expect((await greenroom('timeline', '--html', file, flag)).stderr).toMatch(
        /--html writes the whole timeline, and takes no --(follow|json|kind)\./,
      );
  });

  test('is gone back in to a checkpoint, and says what has changed since', async () => {
    const made = await greenroom('checkpoint', 'here');
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^here {2}\S+Z, line \d+\n$/)]);
    const { now } = JSON.parse((await greenroom('clock', '--json')).stdout) as { now: string };
    await fetch(`${server.attendee.base_url}/api/v1/bots`, {
      method: 'POST',
      headers: { authorization: `Token ${server.attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' }),
    });
    const changes = await greenroom('changes', '--since', 'here');
    expect(changes.stdout).toMatch(/: 1 record changed\.\n\nattendee bots bot_\w+ created\n/);
    expect(changes.stdout).toMatch(/ {2}by the app: \S+Z line \d+ {2}POST \/api\/v1\/bots → 201\n/);
    await greenroom('clock', 'until', 'idle');
    const rewound = await greenroom('rewind', '--checkpoint', 'here');
    expect(rewound.stdout).toBe(
      `It is ${now} again. What came after is kept: greenroom rewind --checkpoint branch_1\n`,
    );
    expect((await greenroom('checkpoint', '--list')).stdout).toMatch(
      /^here .*\nbranch_1 .* \(what came after a rewind\)\n$/,
    );
    const { changes: none } = JSON.parse((await greenroom('changes', '--since', 'here', '--json')).stdout) as object & {
      changes: unknown;
    };
    expect(none).toEqual([]);
    expect((await greenroom('checkpoint', '--delete', 'here')).stdout).toBe('The checkpoint here is forgotten.\n');
  });

  test('what cannot be done is said, and ends with 2', async () => {
    for (const [args, message] of [
      [['clock', 'advance', 'soon'], 'was "soon"'],
      [['clock', 'forwards'], 'expected "advance", "next" or "until", was "forwards"'],
      [['clock', 'until', 'ended'], 'expected --subject'],
      [['timeline', '--kind', 'tranzition'], 'transition'],
      [['rewind'], 'expected one of --to, --before and --checkpoint, was nothing'],
      [['rewind', '--to', '2026-01-01T09:00:00Z', '--before', 'req_1'], 'was --to and --before'],
      [['rewind', '--to', '2036-01-01T09:00:00Z'], 'goes forwards'],
      [['rewind', '--checkpoint', 'brunch_1'], 'Did you mean "branch_1"?'],
      [['checkpoint'], 'expected a name, --list or --delete, was nothing'],
      [['checkpoint', 'branch_1'], 'there is one with the name "branch_1" already'],
      [['checkpoint', '--lst'], 'Did you mean --list?'],
      [['changes'], 'expected --since'],
      [['changes', '--since', 'brunch_1'], 'Did you mean "branch_1"?'],
    ] as const) {
      const { code, stderr } = await greenroom(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(stderr).not.toContain('    at ');
    }
  });
});
