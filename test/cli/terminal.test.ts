import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGreenroom, type GreenroomError } from '../../src/index.js';
import { assertNoViolations } from '../../src/testing.js';
import { makeFolder } from '../support/folder.js';
import { Project } from '../support/project.js';
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

test('an error that quotes what others wrote is one line that cannot act: in TypeScript, over HTTP and of a command', async () => {
  const lure = ACTING + FORGED;
  await using room = await startGreenroom();
  const run = (await room.run()).replace('"vendors":["cronofy"', () => `"vendors":[${JSON.stringify(lure)}`);
  using project = new Project({ 'theirs.jsonl': run });
  const thrown = await Promise.all(
    [
      room.patch({ scenario: lure }),
      room.faults.remove(lure),
      room.faults.add({ on: 'request', match: { operation: lure }, do: { status: 500 } } as never),
      room.scenarios.remove(lure as never),
      room.workspace({ id: 'other', scenario: lure as never }),
    ].map((work) => work.then(String, (error: GreenroomError) => error)),
  );
  expect(thrown[0]).toMatchObject({ code: 'UNKNOWN_SCENARIO', details: { scenario: lure } });
  const answered = await fetch(`${room.url}/_greenroom/scenarios/${LURE}`);
  const shown = [
    ...thrown.map((error) => (error as Error).message),
    ((await answered.json()) as { detail: string }).detail,
    ...(await Promise.all(
      [
        ['export', 'scenarios', lure],
        ['export', 'openapi', lure],
        ['start', '--scenario', lure, '--port', '0'],
        ['check', lure],
        ['replay', 'theirs.jsonl'],
      ].map(async (words) => (await project.runHere(...words)).stderr.replace(/\n$/, '')),
    )),
  ];
  for (const text of shown) {
    expect(text).toMatch(/^Failed to .*\\u009b2J.*\\n/);
    expect(text).not.toMatch(ACTS);
    expect(text).not.toMatch(/\n/);
  }
});

test('an assertion that lists what an app has called has a line for each, and none acts', async () => {
  await using room = await startGreenroom();
  const headers = { authorization: `Token ${room.attendee.api_key}` };
  await room.fetch(`/api/v1/bots/${LURE}`, { method: 'POST', headers });
  const { message } = await assertNoViolations(room).then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
  expect(message.split('\n')).toHaveLength(2);
  expect(message).toContain('\\u009b2J');
  expect(message).not.toMatch(ACTS);
});

test('greenroom clock shows the holds that are out, and how they are released', async () => {
  await using room = await startGreenroom();
  await room.clock.hold({ reason: 'the import runs' });
  const { stdout } = await runHere(['clock', '--url', room.url]);
  expect(stdout).toBe(
    '2026-01-01T09:00:00Z (frozen)\nHeld by:\n  hold_1  the import runs  since 2026-01-01T09:00:00Z\n' +
      `curl -X DELETE ${room.url}/_greenroom/clock/hold/ID releases a hold.\nNothing waits.\n`,
  );
});
