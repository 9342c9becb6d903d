import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { runHere } from '../support/run-here.js';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'calls.jsonl'), '');
  writeFileSync(
    join(folder, 'story.json'),
    '{"version":1,"provider":"cronofy","scenario":"happy-path","seed":1,"deviations":[]}',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const EXPLORE = ['explore', 'http://127.0.0.1:1/hooks/cronofy'];

test.each<[string, string[], string]>([
  ['--save', [...EXPLORE, '--save', 'file'], 'expected a folder that can be written to, it is a file.'],
  ['--save', [...EXPLORE, '--save', 'file/a/b'], 'expected a folder that can be written to, /…/file is a file.'],
  ['--html', [...EXPLORE, '--html', 'folder'], 'expected a file that can be written, it is a folder.'],
  ['--reporter', [...EXPLORE, '--junit', 'file/a.xml'], 'expected a file that can be written, /…/file is a file.'],
  ['--reporter', [...EXPLORE, '--reporter', 'sarif=folder'], 'expected a file that can be written, it is a folder.'],
  [
    '--html',
    ['replay', 'story.json', EXPLORE[1]!, '--html', 'folder'],
    'expected a file that can be written, it is a folder.',
  ],
  [
    '--output',
    ['check', 'traffic', 'calls.jsonl', '--output', 'folder'],
    'expected a file that can be written, it is a folder.',
  ],
])('A place for a report that cannot be written is refused before any work: %s', async (flag, args, reason) => {
  const { code, stdout, stderr } = await runHere(args, { cwd: folder });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.replaceAll(folder, '/…')).toBe(`Failed to write ${flag} ${placeIn(args)}: ${reason}\n`);
});

/** The last word, without the name of a reporter. */
const placeIn = (args: readonly string[]): string => args.at(-1)!.split('=').at(-1)!;

test.each<[string[], string]>([
  [
    ['start', '--config', 'folder'],
    'Failed to read the config folder: expected a file such as greenroom.config.mjs, was a folder.',
  ],
  [
    ['exec', '--config', 'folder', '--', 'true'],
    'Failed to read the config folder: expected a file such as greenroom.config.mjs, was a folder.',
  ],
  [
    ['check', 'traffic', 'folder'],
    'Failed to read folder: it is a folder. Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines.',
  ],
  [
    [...EXPLORE, '--act', 'folder'],
    'Failed to read --act folder: expected {"method", "url", "headers", "body"} or {"schedule", "reschedule", "cancel"} of such requests, was a folder.',
  ],
])('A folder in the place of a file is told in a sentence: %j', async (args, sentence) => {
  expect(await runHere(args, { cwd: folder })).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` });
});

test.each<[string[], string]>([
  [
    ['coverage', 'nowhere.har'],
    'Failed to read nowhere.har: there is no such file in FOLDER. Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines.',
  ],
  [
    ['check', 'traffic', '/nowhere/app.har'],
    'Failed to read /nowhere/app.har: there is no such file. Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines.',
  ],
  [
    ['check', 'traffic', 'app.har', '--baseline', 'known.json'],
    'Failed to read --baseline known.json: there is no such file in FOLDER. --write-baseline known.json makes it.',
  ],
  [
    ['check', 'drift', '1.64.1..1.81', '--coverage', 'coverage.json'],
    'Failed to read coverage.json: there is no such file in FOLDER. Give what greenroom coverage --json writes.',
  ],
])('A file that is not there is told with where it was looked for, and what to give: %j', async (args, sentence) => {
  const stderr = `${sentence.replace('FOLDER', realpathSync(folder))}\n`;
  expect(await runHere(args, { cwd: folder })).toEqual({ code: 2, stdout: '', stderr });
});

/** No file of any file system has it: what a system refuses whoever asks, and the super-user too. */
const LONG = 'n'.repeat(300);
const TOO_LONG = 'its name is too long (ENAMETOOLONG)';

test.each<[string[], string]>([
  [['start', '--config', `${LONG}.json`], `Failed to read the config LONG.json: ${TOO_LONG}.`],
  [['exec', '--config', `${LONG}.mjs`, '--', 'true'], `Failed to read the config LONG.mjs: ${TOO_LONG}.`],
  [
    ['start', '--scenarios', LONG],
    `Failed to read the scenarios: expected a folder that can be read, was LONG: ${TOO_LONG}.`,
  ],
  [
    ['start', '--data', LONG],
    `Failed to open the data folder LONG: ${TOO_LONG}. Give one that can be written to with --data.`,
  ],
  [['replay', LONG], `Failed to open the run LONG: ${TOO_LONG}.`],
  [['init', '--dir', LONG], `Failed to read --dir: expected a folder that can be read, was FOLDER/LONG: ${TOO_LONG}.`],
  [['check', 'scenarios', LONG], `Failed to read the scenarios: expected a file or a folder, was LONG: ${TOO_LONG}.`],
  [
    ['check', 'traffic', LONG],
    `Failed to read LONG: ${TOO_LONG}. Give a HAR file, a journal (GET /_greenroom/requests) or JSON Lines.`,
  ],
  [['check', 'traffic', 'calls.jsonl', '--baseline', LONG], `Failed to read --baseline LONG: ${TOO_LONG}.`],
  [
    ['check', 'drift', '1.64.1..1.81', '--provider', 'attendee', '--output', `${LONG}/drift.txt`],
    `Failed to write --output LONG/drift.txt: expected a file that can be written, ${TOO_LONG}.`,
  ],
  [['export', 'har', LONG], `Failed to export har: LONG cannot be read: ${TOO_LONG}.`],
  [
    ['doctor', 'signature', '--provider', 'cronofy', '--secret', 'a', '--header', 'b', '--body', LONG],
    `Failed to read --body LONG: ${TOO_LONG}.`,
  ],
])('What a system says of a file is told in words, and not in those of Node: %#', async (args, sentence) => {
  const { code, stderr } = await runHere(args, { cwd: folder });
  const told = stderr.replaceAll(LONG, 'LONG').replace(realpathSync(folder), 'FOLDER');
  expect([code, told]).toEqual([2, `${sentence}\n`]);
});

/** A file that can be opened, and takes nothing. */
const FULL = '/dev/full';

test.runIf(existsSync(FULL))(
  'A report that cannot be written in the end is printed, with the others whole',
  async () => {
    const args = ['check', 'traffic', 'calls.jsonl', '--reporter', `junit=${FULL}`, '--reporter', 'json=report.json'];
    const { code, stdout, stderr } = await runHere(args, { cwd: folder });
    expect(stderr).toBe(
      `Failed to write --reporter ${FULL}: expected a file that can be written, there is no space left on the disk (ENOSPC).\n`,
    );
    expect(stdout).toContain('calls.jsonl');
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({ check: 'traffic' });
    // As it does with a finding that could be written.
    expect(code).toBe(1);
  },
);
