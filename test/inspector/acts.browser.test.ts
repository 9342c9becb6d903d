import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { transform } from 'esbuild';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { ClockState, Greenroom } from '../../src/index.js';
import { barriers, test } from '../support/browser.js';
import { Project } from '../support/project.js';
import { control } from '../support/room.js';
import { choose, counted, detail, lines, open, scheduleBoth, search } from './scene.js';

const ROOT = join(import.meta.dirname, '../..');
const shell = promisify(execFile);

/** Lets the page act. What it says of that, and how a test does the same. */
async function done(
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ readonly said: string; readonly curl: string; readonly typescript: string }> {
  const box = page.locator('details.done');
  const before = await box.allInnerTexts();
  await act();
  // The world knows of the act before the page does, which shows the act before this one until then.
  await expect.poll(() => box.allInnerTexts()).not.toEqual(before);
  if ((await box.getAttribute('open')) === null) await box.locator('summary').click();
  const text = (what: string) => box.getByLabel(what, { exact: true }).innerText();
  return {
    said: (await box.locator('summary').innerText()).replaceAll(/\s+/g, ' '),
    curl: await text('curl'),
    typescript: await text('TypeScript'),
  };
}

/** Does what the page shows as curl, in a shell. */
const runCurl = async (text: string): Promise<string> =>
  (await shell('sh', ['-c', `${text} --silent --fail-with-body`])).stdout;

/** Does what the page shows as TypeScript, with this room. */
async function runTypeScript(text: string, room: Greenroom): Promise<void> {
  const { code } = await transform(`export default async (room) => { ${text} }`, { loader: 'ts', format: 'esm' });
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    default: (room: Greenroom) => Promise<void>;
  };
  await module.default(room);
}

interface Act<T> {
  readonly act: () => Promise<void>;
  readonly read: () => Promise<T>;
  /** What is read after each of the three. */
  readonly expected: readonly [T, T, T];
}

/** Lets the page act, and does what it shows of that twice more: as curl and as TypeScript. */
async function threeTimes<T>(page: Page, room: Greenroom, { act, read, expected }: Act<T>): Promise<void> {
  const { said, curl, typescript } = await done(page, act);
  await expect.poll(read, { message: 'the page' }).toEqual(expected[0]);
  expect(said).toContain('✓');
  await runCurl(curl);
  await expect.poll(read, { message: curl }).toEqual(expected[1]);
  await runTypeScript(typescript, room);
  await expect.poll(read, { message: typescript }).toEqual(expected[2]);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('The page acts, and shows curl and TypeScript that do the same', () => {
  test('on the clock: by a time, to the next step, until a state, and how it goes on', async ({
    page,
    room,
    receiver,
  }) => {
    await scheduleBoth(room, receiver.url);
    await open(page, room);
    const now = () => room.clock.now();
    await page.getByLabel('By how much').fill('2m');
    await threeTimes(page, room, {
      act: () => button(page, 'Advance by').click(),
      read: now,
      expected: ['2026-01-01T09:02:00Z', '2026-01-01T09:04:00Z', '2026-01-01T09:06:00Z'],
    });
    // Equal calls give equal lives: another one foretells the steps of this one.
    await using twin = await room.workspace({});
    await scheduleBoth(twin, receiver.url);
    await twin.clock.advance({ by: '6m' });
    const step = async () => (await twin.clock.next()).to;
    await threeTimes(page, room, {
      act: () => button(page, 'Next step').click(),
      read: now,
      expected: [await step(), await step(), await step()],
    });
    await page.getByRole('combobox', { name: 'Agent' }).selectOption({ label: 'Ada' });
    await page.getByRole('combobox', { name: 'State' }).selectOption('ended');
    const until = await done(page, () => button(page, 'Advance until').click());
    await expect.poll(now).toBe('2026-01-01T10:00:25Z');
    // The same in worlds in which it has not happened yet.
    await runCurl(`${until.curl} -H 'Greenroom-Workspace: ${twin.id}'`);
    expect(await twin.clock.now()).toBe('2026-01-01T10:00:25Z');
    await using third = await room.workspace({});
    await scheduleBoth(third, receiver.url);
    await runTypeScript(until.typescript, third);
    expect(await third.clock.now()).toBe('2026-01-01T10:00:25Z');

    const pace = async () => {
      const { mode, speed } = (await control(room, 'GET', '/clock')).json as ClockState;
      return [mode, speed];
    };
    await threeTimes(page, room, {
      act: () => button(page, 'Live').click(),
      read: pace,
      expected: [
        ['live', 1],
        ['live', 1],
        ['live', 1],
      ],
    });
    // What it shows does the same to a world that has another pace.
    for (const [act, there, pacesAnew] of [
      [() => page.getByLabel('Speed').selectOption('60'), { mode: 'live', speed: 1 }, ['live', 60]],
      [() => button(page, 'Freeze').click(), { mode: 'live', speed: 60 }, ['frozen', 60]],
      [() => button(page, 'Auto').click(), { mode: 'frozen' }, ['auto', 60]],
    ] as const) {
      const { curl, typescript } = await done(page, act);
      await expect.poll(pace).toEqual(pacesAnew);
      for (const again of [() => runCurl(curl), () => runTypeScript(typescript, room)]) {
        await room.clock.patch(there);
        await again();
        expect([curl, typescript, await pace()]).toEqual([curl, typescript, pacesAnew]);
      }
    }
  });

  test('on a webhook: it is sent again', async ({ page, room, receiver }) => {
    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await open(page, room);
    await search(page, 'state:ended kind:webhook');
    await choose(page, 'ended');
    const ends = async () => receiver.arrivals.filter(({ body }) => body.includes('"ended"')).length;
    await threeTimes(page, room, { act: () => button(page, 'Redeliver (r)').click(), read: ends, expected: [2, 3, 4] });
    await expect.poll(() => counted(page)).toMatch(/^4 of /);
  });

  test('with faults and castings, which it then tells of', async ({ page, room, receiver }) => {
    await open(page, room);
    const faults = async (): Promise<unknown[]> =>
      (await room.faults.list()).faults.map((one) => [one.on, one.match, one.do]);
    const add = async () => {
      await button(page, 'Add a fault').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'State' }).selectOption('ended');
      await dialog.getByLabel('They are').selectOption({ label: 'sent twice' });
      await button(page, 'Add the fault').click();
    };
    const twice = ['delivery', { state: 'ended' }, { duplicate: 1 }];
    await threeTimes(page, room, {
      act: add,
      read: faults,
      expected: [[twice], [twice, twice], [twice, twice, twice]],
    });

    const castings = async (): Promise<unknown[]> =>
      (await room.casting.list()).casting.map((one) => [one.scenario, one.match]);
    const cast = async () => {
      await button(page, 'Cast a scenario').click();
      await page.getByRole('combobox', { name: 'Scenario' }).selectOption('lobby-never-opened');
      await page.getByLabel('Name (').fill('Ada');
      await button(page, 'Cast it').click();
    };
    const lobby = ['lobby-never-opened', { bot_name: 'Ada' }];
    await threeTimes(page, room, {
      act: cast,
      read: castings,
      expected: [[lobby], [lobby, lobby], [lobby, lobby, lobby]],
    });

    await scheduleBoth(room, receiver.url);
    await room.clock.advance({ by: '3h' });
    await search(page, 'bot:ada "plays lobby-never-opened"');
    await expect.poll(() => lines(page)).toHaveLength(1);
  });

  test('on the workspace: it is chosen, saved and made anew', async ({ page, room, receiver }) => {
    await using other = await room.workspace({ seed: 7 });
    await scheduleBoth(other, receiver.url, 'Grace');
    await open(page, room);
    await expect.poll(() => page.getByLabel('Workspace').innerText()).toContain(other.id);
    await page.getByLabel('Workspace').selectOption(other.id);
    await expect.poll(() => lines(page).then((all) => all.join())).toContain('Grace');
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
    expect(download.suggestedFilename()).toMatch(/\.html$/);
    const entries = async () => (await other.timeline()).entries.length;
    const reset = async () => {
      await button(page, 'Reset …').click();
      await button(page, 'Reset it').click();
    };
    await threeTimes(page, other, { act: reset, read: entries, expected: [0, 0, 0] });
    await page.reload();
    await expect.poll(() => page.getByLabel('Workspace').inputValue()).toBe(other.id);
  });

  test('and what it may not do it says', async ({ page, room }) => {
    await open(page, room);
    await page.getByLabel('By how much').fill('soon');
    await button(page, 'Advance by').click();
    await expect.poll(() => page.locator('details.done').innerText()).toMatch(/✕.*soon/s);
  });
});

test('"Write this as a test" gives a test that passes as a file of its own', async ({ page, room, receiver }) => {
  receiver.answerWith(401);
  await scheduleBoth(room, receiver.url);
  await room.clock.advance({ by: '3h' });
  await open(page, room);
  await search(page, 'bot:ada');
  await button(page, 'Write this as a test').click();
  const text = page.getByRole('dialog').getByLabel('test', { exact: true });
  await expect.poll(() => text.innerText()).toContain("from 'vitest'");
  using project = new Project({ 'written.test.ts': await text.innerText() });
  const modules = join(project.folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'greenroom'), 'junction');
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(modules, 'vitest'), 'junction');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { stdout } = await shell(process.execPath, [vitest, 'run', 'written.test.ts'], { cwd: project.folder });
  expect(stripVTControlCharacters(stdout)).toMatch(/Tests +1 passed/);
});

test('Two workspaces are compared, with what differs marked and said', async ({ page, room, receiver }) => {
  await using failing = await room.workspace({});
  await failing.faults.add({ on: 'delivery', match: { state: 'ended' }, do: { duplicate: 1 } });
  for (const one of [room, failing]) {
    await scheduleBoth(one, receiver.url);
    await one.clock.advance({ by: '3h' });
  }
  await open(page, room);
  await button(page, 'Compare …').click();
  await page.getByRole('dialog').getByRole('button', { name: failing.id }).click();
  const output = page.locator('.compare output');
  await expect.poll(() => output.innerText()).toMatch(/^\d+ places? differs?\.$/);
  const told = (await lines(page)).join('\n');
  expect(told).toMatch(/bot\.state_change ended/);
  await choose(page, 'ended');
  await expect.poll(() => detail(page).innerText()).toContain('ended');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect([colorScheme, await barriers(page)]).toEqual([colorScheme, []]);
  }
  await button(page, 'End the comparison').click();
  await expect.poll(() => counted(page)).toMatch(/lines$/);
});
