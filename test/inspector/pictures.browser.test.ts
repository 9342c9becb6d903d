import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { explore } from '../../src/explore.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { test } from '../support/browser.js';
import { Project } from '../support/project.js';
import { agentRequest, attendee, botRequest, cronofy } from '../support/room.js';
import { choose, detail, open, search } from './scene.js';

/** `npm run pictures` takes them anew; otherwise they must say what the page says now. */
const TAKES = process.env['GREENROOM_PICTURES'] === 'take';
const FOLDER = join(import.meta.dirname, '../../docs/pictures');
const LONGEST = 150_000;

/**
 * Takes a picture, and keeps the words on it beside it. Pixels are another machine's business: a picture is old when the
 * words on the page are others.
 */
async function picture(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 1000, height: 560 });
  const [image, text] = [join(FOLDER, `${name}.png`), join(FOLDER, `${name}.txt`)];
  const words = await wordsOn(page);
  if (TAKES) {
    mkdirSync(FOLDER, { recursive: true });
    await page.screenshot({ path: image, animations: 'disabled', caret: 'hide' });
    writeFileSync(text, words);
  }
  expect(existsSync(image) && existsSync(text), `there is no picture ${name}: npm run pictures takes it`).toBe(true);
  expect(readFileSync(text, 'utf8'), `the picture ${name} is old: npm run pictures takes it anew`).toBe(words);
  expect(readFileSync(image).subarray(1, 4).toString()).toBe('PNG');
  expect(statSync(image).size).toBeLessThan(LONGEST);
  // The room ends before the page does, which would miss it.
  await page.goto('about:blank');
}

/** Without what is of this run alone: ports, and real time. */
async function wordsOn(page: Page): Promise<string> {
  const text = (await page.locator('.page').innerText())
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1')
    .replaceAll(/\d+ ms of real time/g, '… ms of real time');
  return `${text.replaceAll(/\s*\n\s*/g, '\n').trim()}\n`;
}

const APP = 'https://app.test';

/** The same world each time: an app that takes everything but the first message of the bot's end. */
async function world(): Promise<Greenroom> {
  let isRefused = false;
  const receive = async (request: Request): Promise<Response> => {
    if (isRefused || !(await request.text()).includes('"ended"')) return new Response();
    isRefused = true;
    return new Response('bad signature', { status: 401 });
  };
  const room = await startGreenroom({ receivers: { [APP]: receive } });
  await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:10:00Z', `${APP}/hooks`, { bot_name: 'Ada' }));
  await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(`${APP}/agents`));
  return room;
}

test('The live page, as the pages show it', async ({ page }) => {
  await using room = await world();
  await room.clock.advance({ by: '3h' });
  await open(page, room);
  await choose(page, 'POST /api/v1/bots');
  await expect.poll(() => detail(page).innerText()).toContain('bot_name');
  await picture(page, 'live');
});

test('A webhook that was refused, as the pages show it', async ({ page }) => {
  await using room = await world();
  await room.clock.advance({ by: '3h' });
  await open(page, room);
  await search(page, 'kind:webhook bot:ada');
  await choose(page, '401');
  await expect.poll(() => detail(page).innerText()).toContain('Yes: it is that of this body');
  await picture(page, 'refused');
});

/** An app that mails for each message that tells of the end. */
function startApp() {
  const mails: string[] = [];
  const receive = async (request: Request): Promise<Response> => {
    const { meeting_agent: agent } = (await request.json()) as { meeting_agent: { sub: string; state: string } };
    if (agent.state === 'complete') mails.push(agent.sub);
    return new Response();
  };
  return { mails, receivers: { [APP]: receive } };
}

test('What explore found, as the pages show it', async ({ page }) => {
  const report = await explore({
    app: startApp,
    state: ({ mails }, id) => ({ mails: mails.filter((to) => to === id).length }),
    provider: 'cronofy',
    scenarios: ['happy-path'],
    executions: 6,
    record: true,
  });
  using project = new Project({ 'explore.html': report.html() });
  await page.goto(pathToFileURL(join(project.folder, 'explore.html')).href);
  await expect.poll(() => page.locator('.compare output').innerText()).toMatch(/differs?\./);
  await picture(page, 'explore');
});

test('A comparison, as the pages show it', async ({ page }) => {
  await using room = await world();
  await using failing = await room.workspace({ id: 'failing', receivers: { [APP]: () => new Response() } });
  await failing.faults.add({ on: 'delivery', match: { state: 'joined_recording' }, do: { duplicate: 1 } });
  await attendee(
    failing,
    'POST',
    '/api/v1/bots',
    botRequest('2026-01-01T09:10:00Z', `${APP}/hooks`, { bot_name: 'Ada' }),
  );
  await cronofy(failing, 'POST', '/v1/meeting_agents', agentRequest(`${APP}/agents`));
  for (const one of [room, failing]) await one.clock.advance({ by: '3h' });
  await open(page, room);
  await page.getByRole('button', { name: 'Compare …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'failing' }).click();
  await expect.poll(() => page.locator('.compare output').innerText()).toMatch(/differs?\./);
  await choose(page, 'joined_recording');
  await expect.poll(() => detail(page).innerText()).not.toContain('Choose a mark');
  await expect.poll(() => detail(page).innerText()).not.toContain('Reading');
  await picture(page, 'compare');
});
