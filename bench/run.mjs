// `npm run bench`: every figure is a ratio of two things measured in this one run.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { livesInProcess, livesOverSocket } from './life.mjs';
import { load, start } from './server.mjs';
import { soak } from './soak.mjs';
import { traffic } from './traffic.mjs';
import { workspaces } from './workspaces.mjs';

const GREENROOM = ['dist/bin/greenroom.js', '--port', '0', '--json', '--clock', 'frozen'];
const BARE = ['bench/bare.mjs'];
const STARTS = 11;
const REQUESTS = 20_000;
const CONNECTIONS = 16;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const rows = [];
const row = (what, ours, theirs, ratio, aim) =>
  rows.push([what, ours, theirs, Number.isNaN(ratio) ? '–' : ratio.toFixed(2), aim]);

async function startUp() {
  const times = { greenroom: [], bare: [] };
  for (let i = 0; i < STARTS; i++) {
    for (const [name, command] of [
      ['greenroom', GREENROOM],
      ['bare', BARE],
    ]) {
      const server = await start(...command);
      times[name].push(server.milliseconds);
      await server.stop();
    }
  }
  const [ours, bare] = [median(times.greenroom), median(times.bare)];
  row('spawn to first answer / bare program', `${ours.toFixed(0)} ms`, `${bare.toFixed(0)} ms`, ours / bare, '≤ 1.2');
}

async function creates() {
  const body = JSON.stringify({
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    bot_name: 'Bench',
    join_at: '2026-01-01T10:00:00Z',
  });
  const rates = { greenroom: [], bare: [] };
  for (let round = 0; round < 3; round++) {
    for (const [name, command] of [
      ['greenroom', GREENROOM],
      ['bare', BARE],
    ]) {
      const server = await start(...command);
      const run = (requests) =>
        load({ url: server.url, key: server.attendee.api_key, body, requests, connections: CONNECTIONS });
      await run(REQUESTS / 10);
      rates[name].push(await run(REQUESTS));
      await server.stop();
    }
  }
  const [ours, bare] = [median(rates.greenroom), median(rates.bare)];
  row('validated create / bare route', `${ours.toFixed(0)} /s`, `${bare.toFixed(0)} /s`, ours / bare, '≥ 0.5');
}

async function aWorkspace() {
  const { ours, bare } = await workspaces();
  const what = 'a workspace, one of 1000 / bare route, both in process';
  row(what, `${ours.toFixed(2)} ms`, `${bare.toFixed(2)} ms`, ours / bare, '< 1 ms');
}

async function manyLives() {
  const child = fork(new URL('lives-process.mjs', import.meta.url), {
    execArgv: ['--expose-gc', '--max-old-space-size=8192'],
  });
  const [results] = await once(child, 'message');
  for (const { count, scenario, jobs, lives, heap } of results) {
    const what = `${count} lives of ${scenario} (${jobs} jobs) / bare heap`;
    row(what, `${lives.toFixed(0)} ms`, `${heap.toFixed(0)} ms`, lives / heap, scenario === 'quiet' ? '≤ 3' : '–');
  }
  const [small, large] = results;
  row(
    'ten times the lives',
    `${large.lives.toFixed(0)} ms`,
    `${small.lives.toFixed(0)} ms`,
    large.lives / small.lives,
    '≤ 12',
  );
}

async function recordedTraffic() {
  const [small, large] = await traffic();
  for (const { exchanges, megabytes, seconds } of [small, large]) {
    const what = `check traffic, ${exchanges} exchanges of ${megabytes.toFixed(0)} MB, by the second`;
    row(what, `${(exchanges / seconds).toFixed(0)} /s`, '–', Number.NaN, '–');
  }
  const what = 'its peak memory, 50000 exchanges / 5000';
  row(what, `${large.peak.toFixed(0)} MB`, `${small.peak.toFixed(0)} MB`, large.peak / small.peak, '≤ 1.5');
}

function rowOfLives(where, [first, ...rest], aim) {
  const after = median(rest);
  row(
    `a bot's life in a test, ${where} / the first`,
    `${after.toFixed(1)} ms`,
    `${first.toFixed(1)} ms`,
    after / first,
    aim,
  );
}

if (process.argv[2] === 'soak') process.exit(await soak(process.argv.slice(3)));
await startUp();
rowOfLives('in process', await livesInProcess(200), '≤ 10 ms');
rowOfLives('over a socket', await livesOverSocket(50), '–');
await creates();
await aWorkspace();
await manyLives();
await recordedTraffic();
const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((cells) => cells[column].length), 5));
const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
console.log(line(['what', 'ours', 'against', 'ratio', 'aim']));
console.log(line(widths.map((width) => '-'.repeat(width))));
for (const cells of rows) console.log(line(cells));
