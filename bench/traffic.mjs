// `greenroom check traffic` over a HAR file: its rate, and its peak memory as the file grows.
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const pairs = (headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));
const HEADERS = pairs({
  Authorization: 'Token abcdefghijklmnopqrstuvwxyz123456',
  Accept: '*/*',
  'Content-Type': 'application/json',
  'User-Agent': 'bench',
});

/** Creates and reads of bots by turns, each with an id and a key of its own, about two kilobytes an exchange. */
function entry(number) {
  const id = `bot_${String(number).padStart(16, '0')}`;
  const bot = {
    id,
    metadata: { user: `user-${number}` },
    meeting_url: 'https://meet.google.com/abc-defg-hij',
    state: 'joined_recording',
    events: ['join_requested', 'joined_meeting', 'recording_permission_granted'].map((type) => ({
      type,
      created_at: '2026-01-01T09:00:00Z',
    })),
    transcription_state: 'not_started',
    recording_state: 'in_progress',
    join_at: null,
    deduplication_key: `key-${number}`,
  };
  const creates = number % 2 === 0;
  const body = JSON.stringify({
    meeting_url: bot.meeting_url,
    bot_name: 'Bench',
    metadata: bot.metadata,
    deduplication_key: bot.deduplication_key,
  });
  const text = JSON.stringify(bot);
  return {
    startedDateTime: '2026-01-01T09:00:00.000Z',
    time: 5,
    request: {
      method: creates ? 'POST' : 'GET',
      url: `https://app.attendee.dev/api/v1/bots${creates ? '' : `/${id}`}`,
      httpVersion: 'HTTP/1.1',
      headers: HEADERS,
      ...(creates ? { postData: { mimeType: 'application/json', text: body } } : {}),
    },
    response: {
      status: creates ? 201 : 200,
      headers: pairs({ 'Content-Type': 'application/json', Date: 'Thu, 01 Jan 2026 09:00:00 GMT' }),
      content: { size: text.length, mimeType: 'application/json', text },
    },
  };
}

async function writeHar(path, exchanges) {
  const file = createWriteStream(path);
  file.write('{"log":{"version":"1.2","creator":{"name":"bench","version":"1"},"entries":[');
  for (let number = 0; number < exchanges; number++) {
    if (!file.write((number === 0 ? '' : ',') + JSON.stringify(entry(number)))) await once(file, 'drain');
  }
  file.end(']}}');
  await once(file, 'close');
}

/** Seconds and peak memory of one whole process. */
async function judge(path) {
  const from = performance.now();
  const child = spawn(process.execPath, ['bench/traffic-process.mjs', 'check', 'traffic', path, '--reporter', 'json'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [[peak], [code]] = await Promise.all([once(child, 'message'), once(child, 'close')]);
  if (code !== 0) throw new Error(`the traffic is clean, but its check ended with ${code}`);
  return { seconds: (performance.now() - from) / 1000, peak };
}

/** The same kind of file, ten times as long. */
async function judgements() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-bench-'));
  try {
    const results = [];
    for (const exchanges of [5_000, 50_000]) {
      const path = join(folder, `${exchanges}.har`);
      await writeHar(path, exchanges);
      const runs = [await judge(path), await judge(path), await judge(path)];
      const [middle] = runs.toSorted((a, b) => a.peak - b.peak).slice(1);
      results.push({ exchanges, megabytes: statSync(path).size / 1e6, ...middle });
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run() {
  const [small, large] = await judgements();
  const rates = [small, large].map(({ exchanges, megabytes, seconds }) => {
    const what = `check traffic, ${exchanges} exchanges of ${megabytes.toFixed(0)} MB`;
    return [what, `${(exchanges / seconds).toFixed(0)} /s`, '–', '–', '–'];
  });
  const peaks = [`${large.peak.toFixed(0)} MB`, `${small.peak.toFixed(0)} MB`, (large.peak / small.peak).toFixed(2)];
  return {
    head: ['figure', 'greenroom', 'against', 'ratio', 'aim'],
    rows: [...rates, ['its peak memory, 50,000 exchanges / 5,000', ...peaks, '≤ 1.5']],
  };
}
