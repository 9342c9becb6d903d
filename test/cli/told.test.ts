import { rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { har, type Recorded } from '../support/har.js';
import { runHere } from '../support/run-here.js';
import { BEARER, createBot, CRONOFY } from '../support/traffic.js';

let folder: string;
beforeEach(() => (folder = makeFolder()));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const agents: Recorded = { url: `${CRONOFY}/userinfo`, headers: BEARER, answer: {} };

test.each<[what: string, entries: readonly Recorded[], line: string]>([
  ['one of the first', [agents], '1 exchange with Cronofy, 0 with Attendee, 0 with others.'],
  ['none of the first', [createBot({})], '0 exchanges with Cronofy, 1 with Attendee, 0 with others.'],
  ['two of the first', [agents, agents], '2 exchanges with Cronofy, 0 with Attendee, 0 with others.'],
])('What was looked at is told in right numbers: %s', async (_, entries, line) => {
  const log = JSON.parse(har(entries));
  writeFileSync(join(folder, 'app.har'), JSON.stringify(log));
  expect((await runHere(['check', 'traffic', 'app.har'], { cwd: folder })).stdout).toContain(`\n${line}\n`);
  log.log.entries.push({ request: {} });
  writeFileSync(join(folder, 'app.har'), JSON.stringify(log));
  const { stdout } = await runHere(['check', 'traffic', 'app.har'], { cwd: folder });
  expect(stdout).toContain(', 1 entry that is no exchange.\n');
});

const NONE = { FORCE_COLOR: undefined, NO_COLOR: undefined, TERM: 'xterm' };

function set(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}

test.each<[variables: Readonly<Record<string, string>>, atTerminal: boolean, elsewhere: boolean]>([
  [{}, true, false],
  [{ NO_COLOR: '1' }, false, false],
  [{ NO_COLOR: '' }, true, false],
  [{ TERM: 'dumb' }, false, false],
  [{ FORCE_COLOR: '1' }, true, true],
  [{ FORCE_COLOR: '' }, true, true],
  [{ FORCE_COLOR: 'true', NO_COLOR: '1', TERM: 'dumb' }, true, true],
  [{ FORCE_COLOR: '0' }, false, false],
  [{ FORCE_COLOR: 'false' }, false, false],
])('Colours are as %j says, at a terminal and elsewhere', async (variables, atTerminal, elsewhere) => {
  writeFileSync(join(folder, 'app.har'), har([createBot({})]));
  const before = {
    FORCE_COLOR: process.env['FORCE_COLOR'],
    NO_COLOR: process.env['NO_COLOR'],
    TERM: process.env['TERM'],
  };
  set({ ...NONE, ...variables });
  try {
    for (const [isTTY, expected] of [
      [true, atTerminal],
      [false, elsewhere],
    ] as const) {
      Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
      const files = ['--reporter', 'pretty', '--reporter', 'pretty=report.txt'];
      const { stdout } = await runHere(['check', 'traffic', 'app.har', ...files], { cwd: folder });
      expect(stdout.includes('\u001B[')).toBe(expected);
      expect(readFileSync(join(folder, 'report.txt'), 'utf8')).not.toContain('\u001B[');
    }
  } finally {
    set(before);
    Reflect.deleteProperty(process.stdout, 'isTTY');
  }
});
