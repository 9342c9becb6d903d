import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { checkScenarios } from '../../src/checks/scenarios.js';
import type { Greenroom } from '../../src/index.js';
import { makeServer } from '../../src/server/server.js';
import { test } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';

const STEPS = {
  cronofy: [
    { at: '-5m', state: 'activated', webhook: 'meeting_agent_activated' },
    { at: '20s', state: 'failed', sub_type: 'captcha', webhook: 'meeting_agent_failed' },
  ],
};
const STORY = { description: 'The meeting asks for proof.', joining: { fails: 'captcha', after: '20s' } };

const check = async (room: Greenroom, file: unknown) =>
  (
    await checkScenarios({ url: room.url, fetch }, VENDOR_LIST, {
      sources: [{ name: 'mine', path: 'mine.json', text: typeof file === 'string' ? file : JSON.stringify(file) }],
      subject: 'mine.json',
    })
  ).findings.map(({ rule, severity, where, expected, was }) => [rule, severity, where.pointer, expected, was]);

describe('greenroom check scenarios', () => {
  test('finds nothing but notes where a story is told as expected', async ({ room }) => {
    expect(await check(room, { ...STORY, expected: STEPS })).toEqual([
      ['vendor-fit', 'note', '/joining/fails', undefined, undefined],
    ]);
  });

  test.for([
    ['no JSON', '{', ['invalid-scenario', 'error', undefined, undefined, undefined]],
    [
      'a misspelt field',
      { ...STORY, joinign: {} },
      ['invalid-scenario', 'error', '/joinign', 'a known field', '"joinign"'],
    ],
    [
      'another instant',
      { ...STORY, expected: { cronofy: [STEPS.cronofy[0], { ...STEPS.cronofy[1], at: '30s' }] } },
      [
        'unexpected-timeline',
        'error',
        '/expected/cronofy/1',
        '30s failed (captcha), webhook meeting_agent_failed',
        '20s failed (captcha), webhook meeting_agent_failed',
      ],
    ],
    [
      'a step that is missing',
      { ...STORY, expected: { cronofy: STEPS.cronofy.slice(0, 1) } },
      [
        'unexpected-timeline',
        'error',
        '/expected/cronofy/1',
        'nothing more',
        '20s failed (captcha), webhook meeting_agent_failed',
      ],
    ],
    [
      'a webhook that does not come',
      { ...STORY, expected: { cronofy: [...STEPS.cronofy, { webhook: 'meeting_agent_complete', times: 1 }] } },
      [
        'unexpected-timeline',
        'error',
        '/expected/cronofy/2',
        '1 × meeting_agent_complete',
        '0 × meeting_agent_complete',
      ],
    ],
    [
      'a vendor that cannot play it',
      { description: 'No credits.', launch: 'out_of_credits', expected: { cronofy: [] } },
      ['unplayable', 'error', '/launch', undefined, undefined],
    ],
  ] as const)('finds %s', async ([, file, finding], { room }) => {
    expect(await check(room, file)).toContainEqual(finding);
  });

  test('shows what it saw where nothing is expected', async ({ room }) => {
    const findings = await check(room, STORY);
    expect(findings.filter(([rule]) => rule === 'nothing-expected')).toEqual([
      ['nothing-expected', 'note', '/expected', undefined, expect.stringContaining('20s failed (captcha)')],
      ['nothing-expected', 'note', '/expected', undefined, expect.stringContaining('blocked_by_captcha')],
    ]);
  });

  test('shows to people what it saw so that it can be copied into the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    const file = join(folder, 'mine.json');
    await writeFile(file, JSON.stringify({ ...STORY, agents: [{}, {}] }));
    const { stdout } = await runHere(['check', 'scenarios', folder]);
    expect(stdout).toContain('\n1 scenario, played 2 times.\n');
    const shown = [...stdout.matchAll(/^ +("\w+": \[\n(?: +\{ .* \},?\n)+ +\])\n/gm)].map(([, lines]) => lines);
    expect(shown).toHaveLength(2);
    await writeFile(file, JSON.stringify({ ...STORY, agents: [{}, {}], expected: JSON.parse(`{${shown.join(',')}}`) }));
    const again = await runHere(['check', 'scenarios', folder, '--fail-on', 'warning']);
    await rm(folder, { recursive: true });
    expect([again.code, again.stdout]).toEqual([0, expect.not.stringContaining('nothing-expected')]);
  });

  test('says of a folder of YAML that scenarios are JSON, as the server does that is to read it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    await writeFile(join(folder, 'mine.yaml'), 'description: x');
    const told = [await runHere(['check', 'scenarios', folder]), await runHere(['--port', '0', '--scenarios', folder])];
    await rm(folder, { recursive: true });
    for (const { code, stderr } of told)
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('mine.yaml is not read: scenarios are JSON, not YAML'),
      ]);
  });

  test('says which file it passed over beside scenarios, as the server does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    await writeFile(join(folder, 'good.json'), JSON.stringify({ ...STORY, expected: STEPS }));
    await writeFile(join(folder, 'mine.yml'), 'description: x');
    const { code, stdout } = await runHere(['check', 'scenarios', folder]);
    const told: string[] = [];
    makeServer({ scenarios: folder, warn: (text) => told.push(text) }).close();
    await rm(folder, { recursive: true });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\n1 scenario, played 1 time\. .*mine\.yml is not read/)]);
    expect(told).toEqual(['mine.yml is not read: scenarios are JSON, not YAML.']);
  });

  test('tells every mistake in the form of a file', async ({ room }) => {
    const file = {
      ...STORY,
      joinign: {},
      plays: 'no',
      agents: [{ colour: 1 }, {}],
      expected: { cronofy: [{ at: 5 }] },
    };
    const told = await check(room, file);
    expect(told.map(([rule, severity, pointer, , was]) => [rule, severity, pointer, was])).toEqual([
      ['invalid-scenario', 'error', '/joinign', '"joinign"'],
      ['invalid-scenario', 'error', '/agents/0/colour', '"colour"'],
      ['invalid-scenario', 'error', '/plays', '"no"'],
      ['invalid-scenario', 'error', '/expected/cronofy/0/at', '5'],
    ]);
  });

  test('says which file is played instead of a scenario of greenroom, as the server does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    for (const name of ['happy-path.json', 'mine.json'])
      await writeFile(join(folder, name), JSON.stringify({ ...STORY, expected: STEPS }));
    const { code, stdout } = await runHere(['check', 'scenarios', folder]);
    const told: string[] = [];
    makeServer({ scenarios: folder, warn: (text) => told.push(text) }).close();
    await rm(folder, { recursive: true });
    const sentence = `${join(folder, 'happy-path.json')} is played instead of greenroom's own scenario of that name.`;
    expect([code, told]).toEqual([0, [sentence]]);
    expect(stdout).toContain(`2 scenarios, played 2 times. ${sentence}\n`);
  });

  test.skipIf(process.platform === 'win32')('reads no device, which may have no end, nor does the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    await symlink('/dev/null', join(folder, 'device.json'));
    const told = [await runHere(['check', 'scenarios', folder]), await runHere(['--port', '0', '--scenarios', folder])];
    await rm(folder, { recursive: true });
    expect(told.map(({ code }) => code)).toEqual([1, 2]);
    for (const { stdout, stderr } of told) expect(stdout + stderr).toContain('it is no regular file');
  });

  test('reads a file with a byte order mark, as the server does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    await writeFile(join(folder, 'good.json'), `\uFEFF${JSON.stringify({ ...STORY, expected: STEPS })}`);
    const { code } = await runHere(['check', 'scenarios', folder]);
    const server = makeServer({ scenarios: folder });
    const names = server.library.list().map(({ name }) => name);
    server.close();
    await rm(folder, { recursive: true });
    expect([code, names]).toEqual([0, expect.arrayContaining(['good'])]);
  });

  test('reads a folder from the command line; 1 is for findings, 2 for wrong use', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    await writeFile(join(folder, 'good.json'), JSON.stringify({ ...STORY, expected: STEPS }));
    expect((await runCommand(['check', 'scenarios', folder])).code).toBe(0);
    await writeFile(join(folder, 'bad.json'), '{"description": "x", "lobyb": {}}');
    const { code, stdout } = await runCommand(['check', 'scenarios', folder]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('Did you mean "lobby"?')]);
    await mkdir(join(folder, 'nested.json'));
    const nested = await runHere(['check', 'scenarios', folder]);
    expect([nested.code, nested.stdout]).toEqual([1, expect.stringMatching(/lobby.*cannot be read.*nested\.json/s)]);
    await writeFile(join(folder, 'notes.txt'), '');
    const other = await runHere(['check', 'scenarios', join(folder, 'notes.txt')]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('expected a folder or a .json file')]);
    await rm(folder, { recursive: true });
    expect((await runHere(['check', 'scenarios', folder])).code).toBe(2);
  });
});
