import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Recording } from '../../src/contracts/control/recording.js';
import { host } from '../../src/server/host/node.js';
import { inspectorFile } from '../../src/server/inspector/file.js';
import { test } from '../support/browser.js';
import { Project } from '../support/project.js';
import { repeated } from '../support/repeated.js';
import { attendee, control } from '../support/room.js';
import { counted, lines, open, scheduleBoth, search } from './scene.js';

/** The aims are a second and a tenth of one (npm run bench -- inspector); a machine at work takes many times as long. */
const GENEROUS = 10;

test('100,000 lines are painted and filtered in time, and only those in sight are elements', async ({
  page,
  room,
  receiver,
}) => {
  await scheduleBoth(room, receiver.url);
  await room.clock.advance({ by: '3h' });
  const recording = (await control(room, 'GET', '/recording')).json as Recording;
  const many = { title: 'many', recording: repeated(recording, 100_000) };
  const file = inspectorFile(host.inspectorPage(), { title: 'many', recordings: [many] });
  using project = new Project({ 'timeline.html': [...file].join('') });
  await page.goto(pathToFileURL(join(project.folder, 'timeline.html')).href);
  await expect.poll(() => counted(page), { timeout: 60_000 }).toBe('100000 lines');
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
  expect(paint).toBeLessThan(1000 * GENEROUS);
  expect(await page.getByRole('option').count()).toBeLessThan(100);
  await search(page, 'kind:webhook state:ended');
  await expect.poll(() => counted(page)).toMatch(/^\d+ of 100000 lines$/);
  const took = await page.evaluate(`(async () => {
    const field = document.getElementById('search');
    const from = performance.now();
    field.value = 'status:200';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - from;
  })()`);
  expect(took).toBeLessThan(100 * GENEROUS);
  await search(page, '');
  await page.getByRole('listbox', { name: 'What happened, in order' }).press('End');
  await expect.poll(async () => (await lines(page)).length).toBeGreaterThan(0);
});

test('A thousand lines a second do not freeze it', { timeout: 120_000 }, async ({ page, room, receiver }) => {
  await scheduleBoth(room, receiver.url);
  await open(page, room);
  await page.evaluate(`
    globalThis.longest = 0;
    (function look(last) {
      setTimeout(() => { const now = performance.now(); longest = Math.max(longest, now - last); look(now); }, 0);
    })(performance.now());`);
  const WANTED = 5000;
  for (let sent = 0; sent < WANTED; sent += 50)
    await Promise.all(Array.from({ length: 50 }, () => attendee(room, 'GET', '/api/v1/bots')));
  const { entries } = await room.timeline({ before: 1e12, limit: 1 });
  expect(entries.at(-1)!.seq).toBeGreaterThan(WANTED);
  await expect.poll(() => counted(page), { timeout: 60_000 }).toBe(`${entries.at(-1)!.seq} lines`);
  expect(await page.evaluate('longest')).toBeLessThan(200 * GENEROUS);
  await search(page, 'bot:ada');
  await expect.poll(() => counted(page)).toMatch(/^\d+ of /);
});
