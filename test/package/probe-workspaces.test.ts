import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectGreenroom, type Greenroom } from '../../src/index.js';
import { runCommand, startProcess, type ServerProcess } from '../support/server.js';

/** It answers each webhook at once, and then waits for an answer of the test before it calls. */
const APP = `
  import http from 'node:http';
  import 'greenroom/probe';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GATE } = process.env;
  const headers = { authorization: 'Token ' + ATTENDEE_API_KEY };
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk)).on('end', async () => {
      response.end();
      const { bot_id, data } = JSON.parse(text);
      if (data.new_state !== 'joined_recording') return;
      await fetch(GATE);
      await fetch(ATTENDEE_API_URL + '/api/v1/bots/' + bot_id + '/leave', { method: 'POST', headers });
    });
  }).listen(0, '127.0.0.1', () => process.send(server.address().port));`;

let server: ServerProcess;

beforeAll(async () => {
  server = await startProcess('--clock', 'frozen');
});

afterAll(() => server.stop());

/** A door of the test that an app knocks at. */
async function openGate() {
  const gate = http.createServer().listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const { port } = gate.address() as { port: number };
  const knock = once(gate, 'request') as Promise<[http.IncomingMessage, http.ServerResponse]>;
  return { url: `http://127.0.0.1:${port}`, knock, close: () => gate.close() };
}

/** An app with the environment that `greenroom env` prints for the workspace of a room. */
async function startApp(room: Greenroom, gate: string) {
  const { stdout } = await runCommand(['env', '--json', '--url', server.url, '--workspace', room.id]);
  const env = { ...process.env, ...(JSON.parse(stdout) as NodeJS.ProcessEnv), GATE: gate };
  const child = spawn(process.execPath, ['--input-type=module', '-e', APP], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, webhooks: [{ url: `http://127.0.0.1:${port}/`, triggers: ['bot.state_change'] }] };
}

async function createBot(room: Greenroom, webhooks: object): Promise<string> {
  const response = await room.fetch('/api/v1/bots', {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks }),
  });
  return ((await response.json()) as { id: string }).id;
}

describe('An app with the variables of a workspace', () => {
  test('is waited for in that workspace, and in no other', async () => {
    const [gate, other] = [await openGate(), await openGate()];
    const greenroom = await connectGreenroom(server.url);
    const rooms = [await greenroom.workspace(), await greenroom.workspace()] as const;
    const apps = [await startApp(rooms[0], gate.url), await startApp(rooms[1], other.url)] as const;
    const bot = await createBot(rooms[0], apps[0].webhooks);
    await createBot(rooms[1], apps[1].webhooks);
    let isOver = false;
    const advance = rooms[0].clock.until('idle').then(() => (isOver = true));
    const [, answer] = await gate.knock;
    void other.knock.then(([, response]) => response.end());
    await rooms[1].clock.until('idle');
    const whileOneWaits = isOver;
    answer.end();
    await advance;
    const { entries } = await rooms[0].timeline({ subject: bot });
    const told = entries.find((entry) => entry.kind === 'delivery' && entry.state === 'joined_recording');
    const asked = entries.find(({ summary }) => summary.includes('/leave'));
    const pids = await Promise.all(
      rooms.map(async ({ fetch, id }) => {
        const response = await fetch(`/_greenroom/clock?workspace=${id}`);
        return ((await response.json()) as { probes: { pid: number }[] }).probes.map(({ pid }) => pid);
      }),
    );
    for (const { child } of apps) child.kill();
    for (const { close } of [gate, other]) close();
    expect([whileOneWaits, asked?.at]).toEqual([false, told?.at]);
    expect(pids).toEqual(apps.map(({ child }) => [child.pid]));
  });

  test('is given them by a room, too, which a fixture has made', async () => {
    const room = await (await connectGreenroom(server.url)).workspace();
    expect(await room.clock.probes()).toEqual({
      GREENROOM_URL: server.url,
      GREENROOM_PROBE: expect.stringMatching(/^[\w-]+@.+/),
      GREENROOM_PROBE_PYTHON: fileURLToPath(new URL('../../python', import.meta.url)),
    });
  });
});
