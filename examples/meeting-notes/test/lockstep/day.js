// Half a day of the app, whose timers move with the clock of greenroom. It prints what has happened:
// greenroom exec --lockstep --start 2026-01-01T09:00:00Z -- node test/lockstep/day.js
import { setTimeout as sleep } from 'node:timers/promises';
import { connectGreenroom } from 'greenroom';
import { startApp } from '../process.js';
import { MEET, TEAMS } from '../support.js';

const HOUR_MS = 3_600_000;

const room = await connectGreenroom(process.env.GREENROOM_URL);
// The app is never told that this meeting is over: its own look, once an hour, finds out.
await room.faults.add({ on: 'delivery', match: { provider: 'attendee', state: 'ended' }, do: { drop: true } });
const app = await startApp(room);
for (const [id, vendor, join_url] of [
  ['planning', 'cronofy', TEAMS],
  ['retro', 'attendee', MEET],
]) {
  const starts_at = new Date(Date.now() + HOUR_MS).toISOString();
  await fetch(`${app.url}/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, vendor, join_url, starts_at }),
  });
}
await sleep(5 * HOUR_MS);
const meetings = await Promise.all(
  ['planning', 'retro'].map(async (id) => (await fetch(`${app.url}/meetings/${id}`)).json()),
);
const { entries } = await room.timeline({ limit: 1000 });
await app.stop();
console.log(JSON.stringify({ meetings, entries }));
