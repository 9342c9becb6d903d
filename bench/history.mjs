// What it costs to keep runs in a folder, and how long it takes to go back in one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rates, tableOf } from './calls.mjs';
import { median } from './median.mjs';
import { start } from './server.mjs';
import { callable, GREENROOM } from './servers.mjs';
import { createGreenroom } from '../dist/index.js';

/** The aim is a ratio to the same server that keeps nothing. */
const ROWS = ['POST, small body', 'POST, rich body', 'GET, one bot', 'GET, 1,000 bots in turn'].map((kind) => ({
  kind,
  connections: 32,
  aim: 0.95,
}));

/**
 * Two processes of one and the same program differ by up to a tenth for as long as they live, and the one that was made
 * ready first has rested when it is called. So there are several pairs, and each of the two is the first in half of them.
 */
const PAIRS = 6;
const ROUNDS = 15;
const WITHOUT = ['without'];

/** The rates without and the ratios to them, medians of one pair of servers. */
async function pair(number) {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-bench-'));
  const kept = ['with --data', '--data', folder];
  const isTurned = number % 2 === 1;
  const servers = [];
  try {
    for (const [name, ...more] of isTurned ? [kept, WITHOUT] : [WITHOUT, kept]) {
      const started = await start(...GREENROOM, ...more);
      servers.push(callable(name, started, { keeps: true, key: started.attendee.api_key }));
    }
    const { measured } = await rates(servers, { rounds: ROUNDS, rows: ROWS });
    return measured.map(({ base, ratios: [ratio] }) => {
      const [rate, share] = [median(base), median(ratio)];
      return isTurned ? { base: rate * share, ratio: 1 / share } : { base: rate, ratio: share };
    });
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median over all pairs. */
async function keptAndNot() {
  const pairs = [];
  for (let number = 0; number < PAIRS; number++) pairs.push(await pair(number));
  const measured = ROWS.map((_, row) => ({
    base: pairs.map((medians) => medians[row].base),
    ratios: [pairs.map((medians) => medians[row].ratio)],
  }));
  return tableOf({ names: ['without', 'with --data'], measured }, ROWS);
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
  const table = await keptAndNot();
  const took = (await rewinds()).toFixed(0);
  const note = `${REWINDS} rewinds in a day of ${BOTS} bots, in one process: ${took} ms (aim: a second).`;
  return { ...table, notes: [`The medians of ${PAIRS} pairs of processes.`, note] };
}
