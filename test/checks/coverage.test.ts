import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import type { CoverageReport } from '../../src/contracts/coverage/coverage.js';
import { har, temporaryFolder } from '../support/har.js';
import { control, test as base } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';
import { playAStory } from '../support/story.js';

const test = base.extend<{ folder: ReturnType<typeof temporaryFolder> }>({
  folder: async ({}, use) => {
    const folder = temporaryFolder();
    await use(folder);
    folder.end();
  },
});

const report = async (...args: string[]): Promise<CoverageReport> =>
  JSON.parse((await runHere(['coverage', '--json', ...args])).stdout) as CoverageReport;
const shares = ({ providers }: CoverageReport) =>
  providers.map(({ kinds }) => Object.values(kinds).map(({ covered, total }) => [covered, total]));

describe('greenroom coverage', () => {
  test('says the same of a running room and of what it has recorded', async ({ room, receiver, folder }) => {
    await playAStory(room, receiver);
    const live = await report('--url', room.url);
    expect(live.covered).toBeGreaterThan(15);
    const texts = await Promise.all(
      ['/requests', '/deliveries', '/timeline?kind=transition'].map((path) => control(room, 'GET', path)),
    );
    const files = texts.map(({ text }, i) => folder.write(`${i}.json`, text));
    const timeline = folder.write('timeline.json.gz', gzipSync((await control(room, 'GET', '/timeline')).text));
    const [parts, whole] = await Promise.all([report(...files), report(timeline)]);
    expect(shares(parts)).toEqual(shares(live));
    expect(shares(whole)).toEqual(shares(live));
    expect(whole.next).toEqual(live.next);
  });

  test('counts the calls of a HAR file', async ({ folder }) => {
    const file = folder.write('app.har', har([{ url: 'https://app.attendee.dev/api/v1/bots', answer: {} }]));
    const { stdout } = await runCommand(['coverage', '--json', file, '--provider', 'attendee']);
    const { covered, providers } = JSON.parse(stdout) as CoverageReport;
    expect([covered, providers.length]).toEqual([1, 1]);
  });

  test('judges an app of one vendor by the contract of that vendor alone', async ({ folder }) => {
    const file = folder.write('app.har', har([{ url: 'https://app.attendee.dev/api/v1/bots', answer: {} }]));
    const { stdout } = await runHere(['coverage', file]);
    expect(stdout).not.toContain('(cronofy, ');
    expect(stdout).toContain('Nobody called cronofy, which is left out');
    const [all, attendee, cronofy] = await Promise.all(
      [[], ['attendee'], ['cronofy']].map((names) => report(file, ...names.flatMap((name) => ['--provider', name]))),
    );
    expect(all!.percent).toBe(attendee!.percent);
    expect(all!.next).toEqual(attendee!.next);
    expect(cronofy!.providers.map(({ provider }) => provider)).toEqual(['cronofy']);
  });

  test('shows all vendors where none was called', async ({ folder }) => {
    const file = folder.write('nobody.har', har([{ url: 'https://example.com/', answer: {} }]));
    expect((await report(file)).providers.map(({ provider }) => provider)).toEqual(['cronofy', 'attendee']);
  });

  test('says in JSON what was asked for and whether that is met', async ({ folder }) => {
    const file = folder.write('app.har', har([{ url: 'https://app.attendee.dev/api/v1/bots', answer: {} }]));
    const ends = [];
    for (const flags of [[], ['--min', '0.1'], ['--min', '99.5']]) {
      const { code, stdout } = await runHere(['coverage', '--json', file, '--provider', 'attendee', ...flags]);
      const { min, ok } = JSON.parse(stdout) as { min: number; ok: boolean };
      ends.push([code, min, ok]);
    }
    expect(ends).toEqual([
      [0, 0, true],
      [0, 0.1, true],
      [1, 99.5, false],
    ]);
  });

  test('fails below a minimum, and says which scenario to play', async ({ room, receiver }) => {
    await playAStory(room, receiver);
    const [enough, tooLittle, wrong] = await Promise.all(
      ['1', '99.5', 'lots'].map((min) => runHere(['coverage', '--url', room.url, '--min', min])),
    );
    expect([enough!.code, tooLittle!.code, wrong!.code]).toEqual([0, 1, 2]);
    expect(tooLittle!.stdout).toMatch(/^attendee 1\.64\.1 +\d+ of +\d+ +\d+\.\d %$/m);
    expect(tooLittle!.stdout).toMatch(/1\. Play the scenario "[\w-]+"\. \((attendee|cronofy), \d+ more\)/);
    expect(wrong!.stderr).toContain('expected a percentage');
    expect([enough!.stderr, tooLittle!.stderr]).toEqual([
      '',
      expect.stringMatching(/^\d+(\.\d)? % is exercised, and --min asks for 99\.5 %\.\n$/),
    ]);
  });

  test('is a test case of CI: failed below a minimum, skipped without one, and an error where nothing was read', async ({
    folder,
  }) => {
    const file = folder.write('app.har', har([{ url: 'https://app.attendee.dev/api/v1/bots', answer: {} }]));
    const xml = folder.write('coverage.xml', '');
    const told = async (...args: string[]) => {
      const { code, stdout } = await runHere([
        'coverage',
        '--provider',
        'attendee',
        '--reporter',
        `junit=${xml}`,
        ...args,
      ]);
      const text = readFileSync(xml, 'utf8');
      const [counts] = /tests=.* errors="\d"/.exec(text)!;
      return { code, stdout, text, counts };
    };
    const enough = await told(file, '--min', '0.1');
    expect([enough.code, enough.counts]).toEqual([0, 'tests="2" failures="0" errors="0"']);
    expect(enough.stdout).toMatch(/^attendee 1\.64\.1 +1 of /);
    expect(enough.text).toMatch(/note: Not exercised: createBot 201; .* at attendee\. Play the scenario &quot;/);
    const tooLittle = await told(file, '--min', '40');
    expect([tooLittle.code, tooLittle.counts]).toEqual([1, 'tests="2" failures="1" errors="0"']);
    expect(tooLittle.text).toMatch(
      /<failure type="too-little-exercised" .*\(expected 40 % at least, was 0\.2 %\) at attendee</,
    );
    expect((await told(file)).text).toContain('<skipped>No --min asks for a share.</skipped>');
    const unread = await told('nowhere.har');
    expect([unread.code, unread.counts]).toEqual([2, 'tests="1" failures="0" errors="1"']);
  });

  test('writes a page that needs nothing from elsewhere and no colours', async ({ room, receiver, folder }) => {
    await playAStory(room, receiver);
    const page = folder.write('coverage.html', '');
    await runHere(['coverage', '--url', room.url, '--html', page]);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).not.toMatch(/<script|\ssrc=|<link|@import|url\(/);
    expect(html).toMatch(/✓ <code>201<\/code> \d×/);
    expect(html).toContain('✗ <code>fatal_error</code> missing');
    for (const [table] of html.matchAll(/<table>[\s\S]*?<\/table>/g))
      expect([table.includes('<caption>'), table.includes('scope="col"')]).toEqual([true, true]);
    for (const [, label] of html.matchAll(/<progress([^>]*)>/g)) expect(label).toContain('aria-label=');
  });
});
