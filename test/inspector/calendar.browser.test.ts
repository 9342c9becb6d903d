import type { Page } from 'playwright-core';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { asUser, eventRequest, writeEvent } from '../support/cronofy.js';
import { barriers, test } from '../support/browser.js';
import { Project } from '../support/project.js';
import { attendee, MEET_URL } from '../support/room.js';
import { choose, detail, lines, open, search } from './scene.js';

const NOON = { start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' };
const lanes = (page: Page) => page.locator('.lanes');
const inWords = (page: Page) => page.getByRole('list', { name: 'What stands in calendars' }).getByRole('listitem');

/** A calendar of each vendor: a managed event with an agent and one of others, and a provider's event with a bot. */
async function fill(room: Greenroom): Promise<void> {
  await writeEvent(room, eventRequest());
  await room.calendar.book({ provider: 'cronofy', title: 'Lunch', url: MEET_URL, ...NOON });
  const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
  await attendee(room, 'POST', '/api/v1/calendars', { platform: 'google', ...secrets });
  const { event } = await room.calendar.book({ provider: 'attendee', title: 'Review', url: MEET_URL, ...NOON });
  await attendee(room, 'POST', '/api/v1/bots', { calendar_event_id: event, bot_name: 'Ada' });
}

/** What is drawn at a place of the canvas, as red, green and blue. */
const colourAt = (page: Page, x: number, y: number): Promise<string> =>
  page.evaluate(
    `(() => {
      const context = document.querySelector('.lanes canvas').getContext('2d');
      return [...context.getImageData(${x} * devicePixelRatio, ${y} * devicePixelRatio, 1, 1).data].join();
    })()`,
  );

describe('The lane of a calendar', () => {
  test('has the meetings of both vendors as bars, and says them in words', async ({ page, room }) => {
    await fill(room);
    await open(page, room);
    await expect.poll(() => inWords(page).count()).toBe(3);
    const { email } = (await asUser(room, 'GET', '/v1/userinfo')).json;
    const { agents } = await room.calendar.read();
    const [bot, agent] = ['attendee', 'cronofy'].map((name) => agents.find(({ provider }) => provider === name)!);
    expect(await inWords(page).allTextContents()).toEqual([
      `calendar: google: Review, 2026-01-01 12:00:00 to 13:00:00 (1 h); ${bot!.agent} is ${bot!.state}`,
      `calendar: ${email}: Planning (by the app), 2026-01-01 10:00:00 to 11:00:00 (1 h); ${agent!.agent} is scheduled`,
      `calendar: ${email}: Lunch, 2026-01-01 12:00:00 to 13:00:00 (1 h)`,
    ]);
    expect(await lanes(page).getAttribute('aria-label')).toMatch(/ and 2 calendars with 3 meetings over/);
    await room.backstage({ kind: 'calendar', subject: { event_id: 'planning' }, user: 'moves', to: '+1h' });
    await room.backstage({
      kind: 'calendar',
      subject: (await room.calendar.read()).events.find(({ title }) => title === 'Review')!.event,
      user: 'deletes',
    });
    await expect
      .poll(async () => (await inWords(page).allTextContents()).join('\n'))
      .toMatch(/Review, .*, deleted[^]*Planning \(by the app\), 2026-01-01 11:00:00 to 12:00:00/);
    expect(await barriers(page)).toEqual([]);
  });

  test('is gone along by keys, and its meetings and acts are told whole', async ({ page, room }) => {
    await fill(room);
    await room.clock.advance({ by: '10m' });
    await room.backstage({ kind: 'calendar', subject: { event_id: 'planning' }, user: 'moves', to: '+1h' });
    await open(page, room);
    await expect.poll(() => inWords(page).count()).toBe(3);
    await choose(page, 'moves');
    await lanes(page).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => detail(page).innerText()).toContain('2026-01-01 11:00:00 to 12:00:00 (1 h)');
    const told = await detail(page).innerText();
    expect(told).toContain('Planning');
    expect(told).toContain('the application');
    expect(told).toContain('scheduled');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => detail(page).innerText()).toContain('Lunch');
    expect(await detail(page).innerText()).toContain('calendar books');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => detail(page).innerText()).toContain('Review');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => detail(page).innerText()).toContain('Lunch');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => detail(page).innerText()).toMatch(/calendar[^]*moves/);
    // What a user did to the meeting of an agent is still found by the agent.
    const { agents } = await room.calendar.read();
    await search(page, `bot:${agents.find(({ provider }) => provider === 'cronofy')!.agent} kind:backstage`);
    await expect.poll(() => lines(page).then((all) => all.join())).toContain('moves');
    expect(await barriers(page)).toEqual([]);
  });

  test('is drawn where its meetings are, and a click chooses one', async ({ page, room }) => {
    await fill(room);
    await open(page, room);
    await expect.poll(() => inWords(page).count()).toBe(3);
    const rem = 14;
    const width: number = await page.evaluate(`document.querySelector('.lanes').clientWidth`);
    const [laneHeight, left] = [3.5 * rem, Math.min(15 * rem, width * 0.3)];
    // From the first line at nine until one o'clock, when the last meeting ends.
    const xAt = (hour: number) => left + 10 + ((hour - 9) / 4) * (width - left - 20);
    // What is about no agent stands first, then the calendar of Attendee's.
    const y = 22 + laneHeight * 2.6;
    const coloursAt = async (...hours: number[]) =>
      new Set(await Promise.all(hours.map((hour) => colourAt(page, xAt(hour), y))));
    // Nothing, the planning and the lunch: what people wrote looks otherwise than what the application did. It is painted in the frame after.
    await expect.poll(async () => (await coloursAt(9.8, 10.9, 12.9)).size).toBe(3);
    const box = (await lanes(page).boundingBox())!;
    await page.mouse.click(box.x + xAt(12.5), box.y + y);
    await expect.poll(() => detail(page).innerText()).toContain('Lunch');
    await page.mouse.click(box.x + xAt(10.5), box.y + y);
    await expect.poll(() => detail(page).innerText()).toContain('Planning');
  });

  test('stands in a saved file, too', async ({ page, room }) => {
    await fill(room);
    using project = new Project();
    project.write('timeline.html', await room.timeline({ as: 'html' }));
    await page.goto(pathToFileURL(join(project.folder, 'timeline.html')).href);
    await expect.poll(() => inWords(page).count()).toBe(3);
    expect(await barriers(page)).toEqual([]);
  });
});
