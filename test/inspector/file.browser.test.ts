import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import { barriers, test } from '../support/browser.js';
import { Project } from '../support/project.js';
import { control } from '../support/room.js';
import { choose, counted, detail, lines, scheduleBoth, search } from './scene.js';

describe('timeline.html', () => {
  test('opens by file:// and asks for nothing: the same lines, whole webhooks, hostile names as texts', async ({
    page,
    room,
    receiver,
  }) => {
    const name = '</script><img src=x onerror="document.title=1">';
    receiver.answerWith(401);
    await scheduleBoth(room, receiver.url, name);
    await room.clock.advance({ by: '3h' });
    using project = new Project();
    const file = join(project.folder, 'timeline.html');
    project.write('timeline.html', await room.timeline({ as: 'html', title: `a test of ${name}` }));
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);

    const { entries } = await room.timeline();
    await expect.poll(() => counted(page)).toBe(`${entries.length} lines`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(`a test of ${name}`);
    // From the file alone: what went wrong, then why, then what was signed.
    await page
      .getByRole('region', { name: 'What went wrong' })
      .getByRole('button', { name: /with 401 by/ })
      .click();
    await expect.poll(() => detail(page).innerText()).toContain('The receiver answered 401');
    const why = page.getByRole('region', { name: 'Why it was refused' });
    for (const words of [
      'Is the signature right?',
      'Yes: it is that of this body',
      'look at how the receiver verifies',
    ])
      await expect.poll(() => why.innerText()).toContain(words);
    await search(page, 'status:200 kind:webhook');
    await choose(page, 'bot.state_change');
    await detail(page).getByText('Is the signature right, and what was signed?').click();
    await expect.poll(() => detail(page).getByLabel('signed text', { exact: true }).innerText()).toContain('bot_id');
    await search(page, 'kind:call');
    await expect.poll(async () => (await lines(page)).join()).toContain(name);
    await page.getByRole('button', { name: 'Write this as a test' }).click();
    await expect.poll(() => page.getByRole('dialog').innerText()).toContain("from 'vitest'");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    // Beside a recording of another seed.
    await using other = await room.workspace({ seed: 7 });
    await scheduleBoth(other, receiver.url, name);
    await other.clock.advance({ by: '3h' });
    const recording = (await control(other, 'GET', '/recording')).text;
    await page.getByRole('button', { name: 'Compare …' }).click();
    const buffer = Buffer.from(recording);
    await page.locator('input[type=file]').setInputFiles({ name: 'seed-7.json', mimeType: 'application/json', buffer });
    await expect.poll(() => page.locator('.compare output').innerText()).toMatch(/differs?\.$|say the same/);
    expect(await page.getByRole('heading', { name: 'seed-7.json' }).count()).toBe(1);
    expect([requests, await page.locator('img').count()]).toEqual([[pathToFileURL(file).href], 0]);
    expect(await page.content()).not.toContain(room.attendee.api_key);
  });
});
