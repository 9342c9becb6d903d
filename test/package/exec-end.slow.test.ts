import { afterEach, describe, expect, test } from 'vitest';
import { runCommand } from '../support/server.js';

/** A program of Node under exec, with what helps it to call. */
const exec = (program: string, ...flags: readonly string[]) =>
  runCommand([
    'exec',
    ...flags,
    '--',
    process.execPath,
    '--input-type=module',
    '-e',
    `import { spawn } from 'node:child_process';
     const headers = { authorization: 'Token ' + process.env.ATTENDEE_API_KEY, 'content-type': 'application/json' };
     const call = (path, body) => fetch(process.env.ATTENDEE_API_URL + '/api/v1/bots' + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
     ${program}`,
  ]);

const MAKES = `
  const { id } = await (await call('', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' })).json();`;

describe('The end of the timeline, which exec shows when its command has failed,', () => {
  const shown = (stderr: string): readonly string[] =>
    /The end of the timeline of default:\n((?:.+\n)+)/.exec(stderr)![1]!.trimEnd().split('\n');

  test('has one line for calls that are equal, so that they hide nothing', async () => {
    const { code, stderr } = await exec(
      `${MAKES}
       for (let i = 0; i < 30; i++) for (const path of ['/' + id, '/' + id + '/transcript']) await call(path);
       process.exit(3);`,
      '--clock',
      'frozen',
    );
    const lines = shown(stderr);
    expect(code).toBe(3);
    expect(lines.at(-1)).toMatch(/GET \/api\/v1\/bots\/bot_\w+\/transcript → 200 \(×30\)$/);
    expect(lines.at(-2)).toMatch(/GET \/api\/v1\/bots\/bot_\w+ → 200 \(×30\)$/);
    expect(lines.join('\n')).toContain('POST /api/v1/bots → 201');
  });

  test('says since when, where time went on between them', async () => {
    const { stderr } = await exec(
      `await call('');
       await fetch(process.env.GREENROOM_URL + '/_greenroom/clock/advance', { method: 'POST', body: '{"by":"1h"}' });
       await call('');
       process.exit(3);`,
      '--clock',
      'frozen',
      '--start',
      '2026-01-01T09:00:00Z',
    );
    expect(shown(stderr)).toEqual([
      expect.stringMatching(/^2026-01-01T10:00:00Z .*GET \/api\/v1\/bots → 200 \(×2 since 2026-01-01T09:00:00Z\)$/),
    ]);
  });
});

describe('exec that its user ends', () => {
  test('says in a word that nobody called a vendor', async () => {
    const { stderr } = await exec(
      `process.on('SIGINT', () => process.exit(0));
       process.kill(process.ppid, 'SIGINT');
       setInterval(() => {}, 1000);`,
    );
    expect(stderr).toMatch(/\nContracts exercised:\nNobody called a vendor here\.\n0 violations\n$/);
  });
});

describe('What a command leaves behind', () => {
  const left: number[] = [];
  afterEach(() => {
    for (const pid of left.splice(0)) process.kill(pid, 'SIGKILL');
  });

  test('is named when it has ended', async () => {
    const { code, stderr } = await exec(
      `const left = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', 'worker'], { detached: true, stdio: 'ignore' });
       left.unref();`,
    );
    const [, command, pid] =
      /\nThe command has left a process behind, and its greenroom ends now: (.+) \((\d+)\)\. To end it: kill \2\n$/.exec(
        stderr,
      ) ?? [];
    if (pid !== undefined) left.push(Number(pid));
    expect([code, command]).toEqual([0, expect.stringContaining('-e setTimeout(() => {}, 60_000)')]);
  });
});
