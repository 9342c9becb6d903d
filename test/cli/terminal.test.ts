import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { makeFolder } from '../support/folder.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';

/** What clears a screen, in seven bits and in eight, and what turns the direction of what stands beside it. */
const ACTING = '\u001B[2J\u009B2J\u202E';
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const ACTS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/;

test('what others wrote cannot act on the terminal: of the timeline, the changes and the clock', async () => {
  const refuse = (): Response => new Response(ACTING, { status: 500 });
  await using app = await startGreenroom({ receivers: { 'https://app.test': refuse } });
  const [meeting_url, hooks] = ['https://meet.google.com/abc-defg-hij', 'https://app.test/hooks'];
  const call = (method: string, path: string, body: object): Promise<Response> =>
    fetch(app.attendee.base_url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Token ${app.attendee.api_key}` },
      body: JSON.stringify(body),
    });
  const made = await call('POST', '/api/v1/bots', {
    meeting_url,
    bot_name: ACTING,
    webhooks: [{ url: hooks, triggers: ['bot.state_change'] }],
  });
  await app.checkpoint('before');
  const { id } = (await made.json()) as { id: string };
  await call('PATCH', `/api/v1/bots/${id}`, { metadata: { note: ACTING } });
  await call('POST', '/api/v1/bots', { meeting_url, bot_name: 'Notes', [ACTING]: ACTING });
  await app.clock.next();
  await app.clock.hold({ reason: `the import runs ${ACTING}` });

  const shown = await Promise.all(
    [['timeline'], ['changes', '--since', 'before'], ['clock']].map((words) => runHere([...words, '--url', app.url])),
  );
  for (const { stdout, code } of shown) {
    expect(code).toBe(0);
    expect(stdout).not.toMatch(ACTS);
    expect(stdout).toContain('\\u009b2J');
  }
  expect(await app.timeline({ as: 'text' })).not.toMatch(ACTS);
});

/** What CI takes for a command, in each of its forms. */
const COMMANDS = /^\s*::|##\[|##vso\[/m;
const FORGED = '\n::error::forged\nforged line ##[error] ##vso[x]';
const LURE = encodeURIComponent(`${ACTING}${FORGED}`);

/** What a web page could have sent: whoever reads the path sees escapes. */
async function lured(room: { readonly url: string }): Promise<void> {
  await fetch(`${room.url}/x${LURE}`);
  await fetch(`${room.url}/api/v1/bots/${LURE}`, { headers: { authorization: 'Token some-key-1234' } });
}

test('a call makes neither lines nor commands of CI: in the timeline, in a run of somebody else, and in an error', async ({
  onTestFinished,
}) => {
  const dir = makeFolder();
  onTestFinished(() => rmSync(dir, { recursive: true }));
  await using room = await startGreenroom();
  await lured(room);
  const run = join(dir, 'theirs.run.jsonl');
  const marked = JSON.stringify(ACTING + FORGED).slice(0, -1);
  writeFileSync(
    run,
    (await room.run()).replace('"greenroom":"', () => `"greenroom":${marked}`),
  );
  const program = `fetch(process.env.ATTENDEE_BASE_URL + '/x${LURE}').then(() => process.exit(1))`;
  const shown = [
    await runHere(['timeline', '--url', room.url]),
    await runHere(['replay', run]),
    await runHere(['clock', 'advance', `1${ACTING}${FORGED}`, '--url', room.url]),
    await runCommand(['exec', '--no-probe', '--', process.execPath, '-e', program]),
  ];
  for (const { stdout, stderr } of shown) {
    const text = stdout + stderr;
    expect(text).toContain('\\u009b2J');
    expect(text).not.toMatch(ACTS);
    expect(text).not.toMatch(COMMANDS);
  }
  const [timeline, replayed, , executed] = shown;
  for (const { stdout, stderr } of [timeline!, replayed!, executed!]) expect(stdout + stderr).not.toMatch(/^forged/m);
  expect([timeline!.code, replayed!.code]).toEqual([0, 0]);
  for (const line of timeline!.stdout.trim().split('\n')) expect(line).toMatch(/^2026-/);
});

test('greenroom clock shows the holds that are out, and how they are released', async () => {
  await using room = await startGreenroom();
  await room.clock.hold({ reason: 'the import runs' });
  const { stdout } = await runHere(['clock', '--url', room.url]);
  expect(stdout).toBe(
    '2026-01-01T09:00:00Z (frozen)\nHeld by:\n  hold_1  the import runs  since 2026-01-01T09:00:00Z\n' +
      'DELETE /_greenroom/clock/hold/ID releases a hold.\nNothing waits.\n',
  );
});
