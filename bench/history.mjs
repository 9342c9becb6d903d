// What it costs to keep runs in a folder, and how long it takes to go back in one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './calls.mjs';
import { start } from './server.mjs';
import { callable, GREENROOM } from './servers.mjs';
import { createGreenroom } from '../dist/index.js';

/** The aim is a ratio to the same server that keeps nothing. */
const ROWS = ['POST, small body', 'POST, rich body', 'GET, one bot', 'GET, 1,000 bots in turn'].map((kind) => ({
  kind,
  connections: 32,
  aim: 0.95,
}));

async function keptAndNot(folder) {
  const servers = [];
  for (const [name, ...more] of [['without'], ['with --data', '--data', folder]]) {
    const started = await start(...GREENROOM, ...more);
    servers.push(callable(name, started, { keeps: true, key: started.attendee.api_key }));
  }
  return servers;
}

const BOTS = 50;
const REWINDS = 50;
const HOOK = 'https://app.test/hooks';

/** Milliseconds of 50 rewinds to instants of a day with 50 bots; each second one goes back to its end. */
async function rewinds() {
  const room = await createGreenroom({ receivers: { 'https://app.test': () => new Response('ok') } });
  const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' };
  for (let i = 0; i < BOTS; i++) {
    const join_at = `2026-01-01T${String(9 + Math.floor(i / 5)).padStart(2, '0')}:30:00Z`;
    const webhooks = [
      { url: HOOK, triggers: ['bot.state_change', 'transcript.update', 'participant_events.join_leave'] },
    ];
    const bot = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Bench', join_at, webhooks };
    await room.fetch('/api/v1/bots', { method: 'POST', headers, body: JSON.stringify(bot) });
  }
  await room.clock.advance({ by: '1d' });
  const from = performance.now();
  for (let i = 0; i < REWINDS; i += 2) {
    const hour = String(9 + ((i * 5) % 14)).padStart(2, '0');
    const { branch } = await room.clock.rewind({ to: `2026-01-01T${hour}:45:00Z` });
    await room.clock.rewind({ checkpoint: branch.name });
  }
  const took = performance.now() - from;
  await room.close();
  return took;
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-bench-'));
  const servers = await keptAndNot(folder);
  try {
    const table = await compare(servers, { rounds: 21, rows: ROWS });
    const took = (await rewinds()).toFixed(0);
    const note = `${REWINDS} rewinds in a day of ${BOTS} bots, in one process: ${took} ms (aim: a second).`;
    return { ...table, notes: [note] };
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
