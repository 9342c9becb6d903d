// The page of the inspector: what is sent of it, and how soon 100,000 lines are painted and filtered in a Chromium.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { createGreenroom } from '../dist/index.js';
import { host } from '../build/server/host/node.js';
import { inspectorFile } from '../build/server/inspector/file.js';
import { findBrowser } from '../scripts/browser.mjs';
import { median } from './median.mjs';

const LINES = 100_000;
const TIMES = 5;
const [SIZE, PAINT, FILTER] = [80, 1000, 100];
const SEARCHES = ['state:ended', 'status:200', 'bot:notes', 'kind:webhook', 'meeting_ended'];

/** A life of a bot, again and again. */
async function manyLines(folder) {
  const outfile = join(folder, 'repeated.mjs');
  const entry = resolve(import.meta.dirname, '../test/support/repeated.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm' });
  const { repeated } = await import(outfile);
  const room = await createGreenroom();
  await room.fetch('/api/v1/bots', {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      bot_name: 'Notes',
      webhooks: [{ url: 'https://myapp.test/hooks', triggers: ['bot.state_change'] }],
    }),
  });
  await room.clock.advance({ by: '3h' });
  const recording = await (await room.fetch('/_greenroom/recording')).json();
  await room.close();
  const file = join(folder, 'timeline.html');
  const many = { title: 'many', recordings: [{ title: 'many', recording: repeated(recording, LINES) }] };
  writeFileSync(file, [...inspectorFile(host.inspectorPage(), many)].join(''));
  return pathToFileURL(file).href;
}

/** From a word in the search to the frame that shows what it finds. */
const FILTERING = (word) => `(async () => {
  const field = document.getElementById('search');
  const from = performance.now();
  field.value = ${JSON.stringify(word)};
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - from;
})()`;

async function look(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
  const filters = [];
  for (const word of SEARCHES) filters.push(await page.evaluate(FILTERING(word)));
  await page.close();
  return { paint, filter: median(filters) };
}

const row = (figure, value, unit, aim) => [
  figure,
  `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`,
  `${aim} ${unit}`,
  (value / aim).toFixed(2),
  '< 1.00',
];

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-bench-'));
  const { path, flags } = findBrowser();
  const browser = await chromium.launch({ executablePath: path, args: flags });
  try {
    const url = await manyLines(folder);
    const looks = [];
    for (let i = 0; i < TIMES; i++) looks.push(await look(browser, url));
    const { script, style } = host.inspectorPage();
    return {
      head: ['inspector', 'is', 'limit', 'of the limit', 'aim'],
      rows: [
        row('the page, gzipped', gzipSync(script + style).length / 1024, 'kB', SIZE),
        row('first paint of 100,000 lines', median(looks.map(({ paint }) => paint)), 'ms', PAINT),
        row('a filter of 100,000 lines', median(looks.map(({ filter }) => filter)), 'ms', FILTER),
      ],
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}
