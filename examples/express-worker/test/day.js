// A few hours of both processes of the app, whose timers move with the clock of greenroom. It prints what has happened.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const HOUR_MS = 3_600_000;

const app = spawn(process.execPath, [new URL('../src/web.js', import.meta.url).pathname], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.once('exit', () => app.kill());
const [line] = await once(app.stdout, 'data');
const [url] = /http:\S+/.exec(String(line));
const call = async (path, init) => (await fetch(url + path, init)).json();

const { bot } = await call('/meetings', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ url: 'https://meet.google.com/abc-defg-hij' }),
});
await sleep(3 * HOUR_MS);
const meeting = await call(`/meetings/${bot}`);
const { entries } = await (await fetch(`${process.env.GREENROOM_URL}/_greenroom/timeline?limit=1000`)).json();
app.kill('SIGTERM');
await once(app, 'exit');
assert.deepEqual([meeting.state, meeting.lines > 0], ['ended', true]);
console.log(JSON.stringify({ meeting, entries }));
