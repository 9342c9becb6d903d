import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProcess, type ServerProcess } from '../support/server.js';

/** An app without a probe: it answers each webhook at once, and has the bot leave so much later after `joined_recording`. */
const APP = `
  const [api, key, ms] = process.argv.slice(1);
  const server = require('http').createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk)).on('end', () => {
      response.end();
      const { bot_id, data } = JSON.parse(text);
      if (data.new_state === 'joined_recording' && ms !== 'never') setTimeout(async () => {
        await fetch(api + '/api/v1/bots/' + bot_id + '/leave', { method: 'POST', headers: { authorization: 'Token ' + key } });
        process.send('called');
      }, Number(ms));
    });
  }).listen(0, '127.0.0.1', () => process.send(server.address().port));`;

const ATTEMPTS = 5;

let server: ServerProcess;
const apps: ChildProcess[] = [];

beforeAll(async () => {
  server = await startProcess('--clock', 'frozen');
});

afterAll(async () => {
  for (const app of apps) app.kill();
  await server.stop();
});

const note = expect.stringMatching(
  /^The app has called later after a webhook than its quiet time.*a hold, or the probe/i,
);

/** A workspace with an app that is so late; `live` plays a life and says whether it was served at the instant of its webhook. */
async function lateApp(ms: number | 'never', options: object = {}) {
  const made = await fetch(`${server.control}/workspaces`, { method: 'POST', body: JSON.stringify(options) });
  const { id: workspace, attendee } = (await made.json()) as { id: string; attendee: { api_key: string } };
  const app = spawn(process.execPath, ['-e', APP, server.url, attendee.api_key, String(ms)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  apps.push(app);
  const [port] = (await once(app, 'message')) as [number];
  const control = async (path: string, body?: object) => {
    const init = { headers: { 'greenroom-workspace': workspace } };
    const response = await fetch(
      server.control + path,
      body ? { ...init, method: 'POST', body: JSON.stringify(body) } : init,
    );
    return (await response.json()) as {
      entries: { kind: string; state: string; summary: string; at: string; text?: string; topic?: string }[];
    };
  };
  const live = async (): Promise<boolean> => {
    const webhooks = [{ url: `http://127.0.0.1:${port}/hooks`, triggers: ['bot.state_change'] }];
    const body = JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks });
    const headers = { authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' };
    const created = await fetch(`${server.url}/api/v1/bots`, { method: 'POST', headers, body });
    const { id } = (await created.json()) as { id: string };
    const called = ms === 'never' ? undefined : once(app, 'message');
    await control('/clock/advance', { until: 'idle' });
    await called;
    const { entries } = await control(`/timeline?subject=${id}`);
    const told = entries.find(({ kind, state }) => kind === 'delivery' && state === 'joined_recording');
    const asked = entries.find(({ summary }) => summary.includes(`${id}/leave`));
    return asked?.at === told?.at;
  };
  const notes = async () =>
    (await control('/timeline?kind=note')).entries.filter(({ topic }) => topic === 'quiet').map(({ text }) => text);
  return { live, notes, key: attendee.api_key };
}

describe('An app without a probe that calls later after a webhook than its quiet time', () => {
  test('is served at the instant of its webhook from its second life on, and the timeline says so once', async () => {
    // On a busy machine an app may be later in its second life than in its first: the next app may not.
    let [lives, notes]: [boolean[], unknown[]] = [[], []];
    for (let i = 0; i < ATTEMPTS && !lives[1]; i++) {
      const app = await lateApp(80, { quiet_limit: '2s' });
      [lives, notes] = [[await app.live(), await app.live()], await app.notes()];
    }
    expect([lives, notes]).toEqual([[false, true], [note]]);
  });

  test('is served too late each time where the quiet_limit is shorter', async () => {
    const app = await lateApp(80, { quiet_limit: 0 });
    expect([await app.live(), await app.live(), await app.notes()]).toEqual([false, false, []]);
  });
});

describe('A client that moves time', () => {
  test('is not taken for an app that is late, whatever connection it calls on after a webhook', async () => {
    const { live, notes, key } = await lateApp('never');
    const read = async (): Promise<void> => {
      const options = { agent: false, headers: { authorization: `Token ${key}` } } as const;
      const [response] = (await once(http.get(`${server.url}/api/v1/bots`, options), 'response')) as [
        http.IncomingMessage,
      ];
      await once(response.resume(), 'close');
    };
    for (let i = 0; i < 3; i++) {
      await live();
      await read();
    }
    expect(await notes()).toEqual([]);
  });
});
