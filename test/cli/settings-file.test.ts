import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { startReceiver } from '../support/receiver.js';
import { attendee, botRequest, control } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { startProcess } from '../support/server.js';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

function settings(given: object): string {
  const file = join(folder, 'greenroom.config.json');
  writeFileSync(file, JSON.stringify(given));
  return file;
}

/** A server on which a bot that names no webhooks has lived; what the app got of it. */
async function heard(receiver: Awaited<ReturnType<typeof startReceiver>>, ...flags: string[]) {
  const server = await startProcess('--clock', 'frozen', ...flags);
  await attendee(server, 'POST', '/api/v1/bots', botRequest(undefined));
  await control(server, 'POST', '/clock/advance', { by: '2h' });
  await server.stop();
  const got = receiver.arrivals.splice(0).map(({ path, body }) => `${path} ${JSON.parse(body).trigger}`);
  return [...new Set(got)];
}

test('A webhook of the dashboard goes where the settings file or the flag says, of the kinds that it says', async () => {
  const receiver = await startReceiver();
  const url = `${receiver.url}/hooks`;
  const file = settings({ attendee: { project_webhooks: [{ url, triggers: ['bot.state_change'] }] } });
  expect(await heard(receiver, '--config', file)).toEqual(['/hooks bot.state_change']);
  const got = await heard(receiver, '--config', file, '--project-webhook', `${receiver.url}/all`);
  expect(got).toEqual(expect.arrayContaining(['/all bot.state_change', '/all transcript.update']));
  expect(got.join()).not.toContain('/hooks');
  await receiver.close();
});

test('The settings of a vendor in the file are those of the workspace, and a flag goes first', async () => {
  const file = settings({ attendee: { version: '1.81.0', api_key: 'of-the-file' } });
  for (const [flags, expected] of [
    [[], { version: '1.81.0', api_key: 'of-the-file' }],
    [['--api-key', 'of-the-flag'], { version: '1.81.0', api_key: 'of-the-flag' }],
  ] as const) {
    const server = await startProcess('--config', file, ...flags);
    expect(server.attendee).toMatchObject(expected);
    await server.stop();
  }
});

test.each<[string, object, string]>([
  [
    'a misspelt setting',
    { attendee: { credit: 1 } },
    'Failed to read the setting attendee: at /attendee/credit, expected no such field, was 1. Did you mean "credits"?',
  ],
  [
    'a wrong value',
    { attendee: { project_webhooks: [{ url: 'http://127.0.0.1:1', triggers: ['bot.state'] }] } },
    'Failed to read the setting attendee: at /attendee/project_webhooks/0/triggers/0, expected ',
  ],
  ['a misspelt vendor', { atendee: {} }, 'there is no setting "atendee". Did you mean "attendee"?'],
])('A settings file with %s is refused with the place', async (_, given, expected) => {
  const { code, stdout, stderr } = await runHere(['--port', '0', '--config', settings(given)]);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(expected)]);
});

test('A webhook of the dashboard that is no URL is refused', async () => {
  const { code, stderr } = await runHere(['--port', '0', '--project-webhook', 'hooks']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Failed to read --project-webhook: expected ')]);
});
