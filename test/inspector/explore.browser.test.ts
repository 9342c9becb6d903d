import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect } from 'vitest';
import { explore } from '../../src/explore.js';
import type { Message } from '../explore/receivers/app.js';
import { broken } from '../explore/receivers/explore-broken.js';
import { explored } from '../explore/receivers/explored.js';
import { barriers, test } from '../support/browser.js';
import { Project } from '../support/project.js';
import { detail, lines } from './scene.js';

/** What explore says of an app with two mistakes. */
async function reportOf(): Promise<string> {
  class Twice extends broken('mail per delivery').App {
    override async handle(message: Message, request: Request): Promise<Response> {
      return 'greenroom_extra_field' in message.raw
        ? new Response('', { status: 422 })
        : super.handle(message, request);
    }
  }
  const options = { ...explored(Twice, 'attendee'), scenarios: ['happy-path'], executions: 16, seed: 1 };
  return (await explore({ ...options, record: true })).html();
}

const output = (page: Page) => page.locator('.compare output');
const chooser = (page: Page) => page.getByLabel('Finding');

/** Opens the file, and gives what the page asks for. */
async function openFile(page: Page, project: Project): Promise<string[]> {
  const url = pathToFileURL(join(project.folder, 'explore.html')).href;
  const asked: string[] = [];
  page.on('request', (request) => request.url() !== url && asked.push(request.url()));
  await page.goto(url);
  await expect.poll(() => output(page).innerText()).toMatch(/differs?\.$/);
  return asked;
}

describe('The report of explore', () => {
  let text: string;
  beforeAll(async () => {
    text = await reportOf();
  });

  test('opens by file://, and shows each story beside its quiet life, with what differs marked', async ({ page }) => {
    using project = new Project({ 'explore.html': text });
    const asked = await openFile(page, project);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(/^explore: [2-9] findings$/);
    const verdicts = await chooser(page).getByRole('option').allInnerTexts();
    expect(verdicts.length).toBeGreaterThan(1);
    expect(verdicts.join()).toContain('comes twice');

    // By keyboard alone, from one finding to another.
    await chooser(page).focus();
    for (const [i, verdict] of verdicts.entries()) {
      if (i > 0) await page.keyboard.press('ArrowDown');
      await expect.poll(() => detail(page).getByRole('heading', { level: 2 }).innerText()).toBe(verdict);
      expect(await detail(page).innerText()).toContain('Probable mistake');
    }
    const twice = verdicts.findIndex((verdict) => verdict.includes('comes twice'));
    await chooser(page).selectOption(String(twice));
    await chooser(page).blur();
    const marked = page.locator('.pair:not(.same)');
    await expect.poll(async () => (await marked.allInnerTexts()).join()).toMatch(/ended/);
    expect(
      await marked
        .first()
        .getByRole('img', { name: /only on the right|differs/ })
        .count(),
    ).toBeGreaterThan(0);
    // Times count from that for which the meeting was scheduled.
    expect((await lines(page)).join()).toMatch(/[+−]\d:\d\d:\d\d/);

    // n goes from one place that differs to the next, and shows it whole.
    await page.keyboard.press('n');
    await expect.poll(() => page.locator('.pair.chosen').count()).toBe(1);
    expect(await page.locator('.pair.chosen').getAttribute('class')).not.toContain('same');
    await expect.poll(() => detail(page).innerText()).toMatch(/line \d+/);
    await page.getByRole('button', { name: 'What was found' }).click();
    await expect.poll(() => detail(page).innerText()).toContain('Probable mistake');

    await page.getByRole('button', { name: 'The report in words' }).click();
    await expect.poll(() => page.getByRole('dialog').innerText()).toMatch(/[2-9] findings in 16 executions/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'End the comparison' }).click();
    await expect.poll(() => page.locator('.search-bar output').innerText()).toMatch(/lines$/);
    await page.getByRole('button', { name: 'Compare …' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^quiet life of happy-path/ })
      .first()
      .click();
    await expect.poll(() => output(page).innerText()).toMatch(/differs?\.$/);

    // Of a file with several recordings one is chosen.
    await page.getByRole('button', { name: 'Compare …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(join(project.folder, 'explore.html'));
    await dialog.getByRole('region', { name: 'Which of the recordings in it?' }).getByRole('button').last().click();
    await expect.poll(() => output(page).innerText()).toMatch(/differs?\.$|say the same/);
    expect(asked).toEqual([]);
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test('has nothing serious in the way of anybody, beside each other and at 200 %', async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      using project = new Project({ 'explore.html': text });
      await openFile(page, project);
      const look = async (view: string) => expect([view, await barriers(page)]).toEqual([view, []]);
      await look('what was found');
      await page.keyboard.press('n');
      await expect.poll(() => detail(page).innerText()).toMatch(/line \d+/);
      await look('a place that differs');
      await page.getByLabel('what differs alone').uncheck();
      await look('all lines');
      for (const name of ['The report in words', 'Compare …']) {
        await page.getByRole('button', { name }).click();
        await page.getByRole('dialog').waitFor();
        await look(name);
        await page.keyboard.press('Escape');
      }
      await page.setViewportSize({ width: 640, height: 400 });
      await look('at 200 %');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(640);
    });
  });
});
