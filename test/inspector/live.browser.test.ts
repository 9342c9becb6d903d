import { describe, expect } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { barriers, test } from '../support/browser.js';
import { attendee, botRequest } from '../support/room.js';
import { choose, counted, detail, lines, open, scheduleBoth, search } from './scene.js';

describe('The live page', () => {
  test('shows a life of both vendors as it happens, each with its lane, its calls and its webhooks', async ({
    page,
    room,
    receiver,
  }) => {
    await open(page, room);
    expect(await page.getByRole('listbox', { name: 'What happened, in order' }).innerText()).toContain(
      'Nothing has happened here yet.',
    );
    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await expect.poll(() => lines(page).then((all) => all.join('\n'))).toMatch(/→ ended/);
    const told = (await lines(page)).join('\n');
    expect(told).toMatch(/call 201 Ada .*POST \/api\/v1\/bots → 201/);
    expect(told).toMatch(/call 200 .*POST \/v1\/meeting_agents → 20/);
    expect(told).toMatch(/webhook 200 Ada bot\.state_change/);
    expect(told).toMatch(/webhook 200 .*meeting_agent_complete/);
    expect(await page.getByRole('img', { name: /2 agents over/ }).count()).toBe(1);
    const { entries } = await room.timeline();
    await expect.poll(() => counted(page)).toBe(`${entries.length} lines`);
  });

  test('shows a chosen webhook whole: what was signed and sent, byte for byte, and what was answered', async ({
    page,
    room,
    receiver,
  }) => {
    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await open(page, room);
    await search(page, 'kind:webhook state:ended');
    await choose(page, 'ended');
    await expect.poll(() => detail(page).innerText()).toContain('Accepted: the receiver answered 200.');
    const { body, headers } = receiver.arrivals.find((one) => one.body.includes('"ended"'))!;
    await detail(page).getByText('Is the signature right, and what was signed?').click();
    await expect.poll(() => detail(page).innerText()).toContain('Yes: it is that of this body');
    const signed = JSON.parse(await detail(page).getByLabel('signed text', { exact: true }).innerText());
    expect(signed).toEqual(JSON.parse(receiver.arrivals.find((one) => one.body.includes('"ended"'))!.body));
    await detail(page).getByLabel('exactly as it was sent').check();
    expect(await detail(page).getByLabel('body of the message').innerText()).toBe(body);
    expect(await detail(page).innerText()).toContain(headers['x-webhook-signature']);
  });

  test('shows a chosen call whole, with its keys left out', async ({ page, room, receiver }) => {
    await scheduleBoth(room, receiver.url);
    await open(page, room);
    await choose(page, 'POST /api/v1/bots');
    await expect.poll(() => detail(page).innerText()).toContain('bot_name');
    expect(await detail(page).innerText()).toContain('Answered 201.');
    const told = await detail(page).innerText();
    expect(told).toContain('"bot_name": "Ada"');
    expect(told).toContain('"state": "');
    expect(await page.content()).not.toContain(room.attendee.api_key);
  });

  test('finds by words, and says which word it does not know', async ({ page, room, receiver }) => {
    receiver.answerWith(401);
    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await open(page, room);
    const all = (await room.timeline()).entries;
    for (const [words, wanted] of [
      ['kind:webhook', all.filter(({ kind }) => kind === 'delivery')],
      ['kind:state state:ended', all.filter((one) => one.kind === 'transition' && one.to === 'ended')],
      ['status:401', all.filter((one) => one.kind === 'delivery' && one.status === 401)],
      ['-kind:call', all.filter(({ kind }) => kind !== 'request')],
      ['"plays happy-path"', all.filter((one) => one.kind === 'note' && one.summary.includes('plays happy-path'))],
    ] as const) {
      expect(wanted.length).toBeGreaterThan(0);
      await search(page, words);
      await expect.poll(() => counted(page), { message: words }).toBe(`${wanted.length} of ${all.length} lines`);
    }
    await search(page, 'bot:ada');
    await expect.poll(() => lines(page).then((rows) => rows.every((row) => row.includes('Ada')))).toBe(true);
    await search(page, 'stat:ended');
    await expect.poll(() => counted(page)).toContain('No such word: stat:');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => counted(page)).toBe(`${all.length} lines`);
  });

  test('says what went wrong by cause and receiver, and shows the lines of each', async ({ page, room, receiver }) => {
    receiver.answerWith(...Array.from({ length: 40 }, () => 401));
    await scheduleBoth(room, receiver.url);
    await open(page, room);
    expect(await page.getByRole('region', { name: 'What went wrong' }).count()).toBe(0);
    await room.clock.advance({ by: '2h' });
    const causes = page.getByRole('region', { name: 'What went wrong' }).getByRole('button');
    await expect.poll(() => causes.allInnerTexts()).toHaveLength(1);
    const refused = (await room.timeline({ kind: 'delivery' })).entries.filter(({ status }) => status === 401);
    const webhooks = new Set(refused.map(({ delivery }) => delivery));
    expect(refused.length).toBeGreaterThan(webhooks.size);
    const told = new RegExp(
      `^${webhooks.size} webhooks answered with 401 by 127\\.0\\.0\\.1:\\{receiver 1\\}/, in ${refused.length} attempts(, (all|\\d+) lost)?$`,
    );
    await expect.poll(() => causes.first().innerText()).toMatch(told);
    await causes.first().click();
    await expect.poll(() => counted(page)).toMatch(new RegExp(`^${refused.length} of \\d+ lines$`));
    await expect.poll(() => detail(page).innerText()).toContain('The receiver answered 401');
    await causes.first().click();
    await expect.poll(() => counted(page)).toMatch(/^\d+ lines$/);
  });

  test('goes from failure to failure, a webhook with its retries as one, and says where there is none', async ({
    page,
    room,
    receiver,
  }) => {
    receiver.answerWith(...Array.from({ length: 40 }, () => 401));
    await scheduleBoth(room, receiver.url, 'Zoë');
    await room.clock.advance({ by: '2h' });
    await open(page, room);
    const refused = (await room.timeline({ kind: 'delivery' })).entries.filter(({ status }) => status === 401);
    const failures = refused.filter(({ delivery }, i) => refused.findIndex((one) => one.delivery === delivery) === i);
    const chosen = () => detail(page).locator('header p').innerText();
    await expect.poll(() => counted(page)).toMatch(/^\d+ lines$/);
    await page.getByRole('button', { name: `Show the first of ${failures.length} that went wrong` }).click();
    for (const { seq } of failures.slice(0, 3)) {
      await expect.poll(chosen).toContain(`line ${seq} ·`);
      await page.keyboard.press('n');
    }
    expect((await lines(page)).join('\n')).toMatch(
      /attempt 3 of 3, lost: bot.state_change staged → 127\.0\.0\.1:\{receiver 1\}\/: 401/,
    );
    // The chosen line is not in the list any more, and nothing in the list went wrong.
    await page.keyboard.press('/');
    await page.keyboard.type('bot:zoe kind:state');
    await page.keyboard.press('Enter');
    await expect.poll(() => detail(page).getByRole('status').innerText()).toContain('leaves this line out of the list');
    await page.keyboard.press('n');
    await expect.poll(() => counted(page)).toMatch(/^[1-9]\d* of \d+ lines\. Nothing in this list went wrong\.$/);
    // Enter has left the field, and Escape leaves it with what is in it.
    await page.keyboard.press('j');
    await expect.poll(() => detail(page).getByRole('heading', { level: 2 }).innerText()).toContain('→');
    expect(await detail(page).getByRole('status').innerText()).toBe('');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Search').inputValue()).toBe('bot:zoe kind:state');
    expect(await counted(page)).toMatch(/^\d+ of \d+ lines$/);
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await search(page, 'kind:state');
    await page.getByRole('button', { name: 'Go to the first of all lines that did' }).click();
    await expect.poll(chosen).toContain(`line ${failures[0]!.seq} ·`);
    expect(await page.getByLabel('Search').inputValue()).toBe('');
  });

  test('a range in time filters everything: typed, or dragged over the lanes', async ({ page, room, receiver }) => {
    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await open(page, room);
    await page.getByLabel('From').fill('09:30');
    await page.getByLabel('From').press('Enter');
    const { entries } = await room.timeline();
    const late = entries.filter(({ at }) => at >= '2026-01-01T09:30');
    await expect.poll(() => counted(page)).toContain(`${late.length} of ${entries.length} lines`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await expect.poll(() => counted(page)).toBe(`${entries.length} lines`);
    const box = (await page.getByRole('img', { name: /agents over/ }).boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => counted(page)).toMatch(/^\d+ of \d+ lines, /);
  });

  test('a hostile name is a text, wherever it is shown', async ({ page, room, receiver }) => {
    const name = `<img src=x onerror="document.title='run'">`;
    await scheduleBoth(room, receiver.url, name);
    await room.clock.advance({ by: '3h' });
    await open(page, room);
    await choose(page, 'POST /api/v1/bots');
    await expect.poll(() => detail(page).innerText()).toContain('"bot_name": "<img src=x onerror=');
    await search(page, 'bot:"<img src=x"');
    await expect.poll(() => lines(page).then((rows) => rows[0])).toContain(name);
    expect([await page.title(), await page.locator('img[src=x]').count()]).toEqual(['Inspector · greenroom', 0]);
  });

  test('wants the token of a server that has one, from the link or from whoever looks', async ({ page }) => {
    await using room = await startGreenroom({ controlToken: 'a-token' });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    await page.goto(`${room.url}/_greenroom/`);
    await page.getByLabel('Control token').fill('another');
    await page.getByRole('button', { name: 'Enter' }).click();
    await expect.poll(() => page.locator('main').innerText()).toContain('That was not its token.');
    await page.getByLabel('Control token').fill('a-token');
    await page.getByRole('button', { name: 'Enter' }).click();
    await expect.poll(() => counted(page)).toMatch(/^\d+ lines$/);
    await page.evaluate('sessionStorage.clear()');
    await page.goto('about:blank');
    await page.goto(`${room.url}/_greenroom/#token=a-token`);
    await expect.poll(() => counted(page)).toMatch(/^\d+ lines$/);
    expect(page.url()).toBe(`${room.url}/_greenroom/`);
    // The server ends before the page does, which would miss its stream.
    await page.goto('about:blank');
  });

  test('follows the server that takes the place of one, and shows nothing of the world before', async ({ browser }) => {
    const before = await startGreenroom();
    const { url } = before;
    for (const bot_name of ['Old', 'Older'])
      await attendee(before, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { bot_name }));
    const page = await browser.newPage();
    await open(page, before);
    await expect.poll(() => lines(page).then((all) => all.join('\n'))).toContain('Older');
    await before.close();
    await using room = await startGreenroom({ port: Number(new URL(url).port) });
    await expect.poll(() => counted(page)).toBe('0 lines');
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { bot_name: 'New' }));
    const { entries } = await room.timeline();
    await expect.poll(() => counted(page)).toBe(`${entries.length} lines`);
    await expect.poll(() => lines(page).then((all) => all.join('\n'))).toContain('New');
    expect((await lines(page)).join('\n')).not.toContain('Old');
    await page.close();
  });

  test('tells the time and the mode when somebody else changes them and nothing happens', async ({ page, room }) => {
    await open(page, room);
    await expect.poll(() => page.locator('body').innerText()).toContain('2026-01-01T09:00:00Z');
    await room.clock.advance({ by: '1h' });
    await expect.poll(() => page.locator('body').innerText()).toContain('2026-01-01T10:00:00Z');
    expect(await counted(page)).toBe('0 lines');
    await room.clock.patch({ mode: 'live' });
    await expect.poll(() => page.locator('body').innerText()).toMatch(/2026-01-01T10:00:0[1-9]/);
  });

  test('can be walked with the keyboard alone', async ({ page, room, receiver }) => {
    receiver.answerWith(401);
    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await open(page, room);
    const press = (...keys: string[]) =>
      keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
    const title = () => detail(page).getByRole('heading', { level: 2 }).innerText();
    await press('j', 'j', 'k');
    await expect.poll(title).toContain('POST /api/v1/bots');
    await press('/');
    await page.keyboard.type('kind:webhook state:ended');
    await press('Escape', 'j');
    await expect.poll(title).toContain('bot.state_change ended');
    const before = receiver.arrivals.length;
    await press('r');
    await expect.poll(() => receiver.arrivals.length).toBe(before + 1);
    await press('c');
    await expect.poll(() => counted(page)).toMatch(/^\d+ lines$/);
    // Back to what the app had refused.
    await press('N');
    await expect.poll(() => detail(page).innerText()).toContain('The receiver answered 401');
    await press('?');
    expect(await page.getByRole('dialog', { name: 'Keys and words' }).innerText()).toContain(
      'redeliver the chosen webhook',
    );
    await press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('img', { name: /agents over/ }).focus();
    await press('ArrowRight');
    const onLane = await title();
    await press('ArrowDown', 'ArrowUp', 'ArrowLeft');
    await expect.poll(title).not.toBe(onLane);
    await page.locator('body').focus();
    const reached = new Set<string>();
    for (let i = 0; i < 40; i++) {
      await press('Tab');
      reached.add(
        await page.evaluate(
          `(({ innerText, ariaLabel, value }) => ariaLabel || innerText || value || '')(document.activeElement)`,
        ),
      );
    }
    for (const name of [
      'Freeze',
      'Advance by',
      'Advance until',
      'Add a fault',
      'Cast a scenario',
      'Write this as a test',
    ])
      expect([...reached]).toContain(name);
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test('has nothing serious in the way of anybody, in each of its views, at 200 % too', async ({
      page,
      room,
      receiver,
    }) => {
      receiver.answerWith(401, 'drop');
      await page.emulateMedia({ colorScheme });
      await scheduleBoth(room, receiver.url);
      await room.faults.add({ on: 'delivery', match: { state: 'ended' }, do: { duplicate: 1 } });
      await room.clock.advance({ by: '3h' });
      await open(page, room);
      const look = async (view: string) => expect([view, await barriers(page)]).toEqual([view, []]);
      await look('nothing chosen');
      for (const words of ['kind:call', 'kind:state', 'status:401', 'kind:fault']) {
        await search(page, words);
        await choose(page, /\d/);
        await expect.poll(() => detail(page).innerText()).not.toMatch(/Choose a mark|Reading/);
        await look(words);
      }
      for (const name of [
        'Keys (?)',
        'Add a fault',
        'Cast a scenario',
        'Compare …',
        'Write this as a test',
        'Reset …',
      ]) {
        await page.getByRole('button', { name, exact: true }).click();
        await page.getByRole('dialog').waitFor();
        await look(name);
        await page.keyboard.press('Escape');
      }
      await page.setViewportSize({ width: 640, height: 400 });
      await look('at 200 %');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(640);
      await page.setViewportSize({ width: 320, height: 700 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    });
  });
});
