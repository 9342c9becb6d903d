import { dirname, relative, resolve } from 'node:path';
import { GreenroomError } from '../../errors.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GREENROOM } from '../../explore/report/command.js';
import type { ExploreFinding } from '../../explore/report/report.js';

/** A test in the manner of a runner: its file's name, and its text. */
interface Runner {
  readonly file: (hash: string) => string;
  /** `home` leads from the folder of the test to that of the command. */
  readonly render: (title: string, words: readonly string[], home: string) => string;
}

/** Node itself, with the program that the folder of the command has: npx is no program on Windows, and finds nothing where Yarn keeps packages in archives. */
const PROGRAM = "join(dirname(installed.resolve('greenroom/package.json')), 'dist/bin/greenroom.js')";
const RUN = "spawnSync(process.execPath, [PROGRAM, ...REPLAY], { encoding: 'utf8', cwd: HOME })";

const imported =
  (head: string, test: (title: string) => string, assert: string) =>
  (title: string, words: readonly string[], home: string): string =>
    `import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
${head}
const HOME = new URL(${JSON.stringify(`${home}/`)}, import.meta.url);
const installed = createRequire(new URL('package.json', HOME));
const PROGRAM = ${PROGRAM};
const REPLAY = ${JSON.stringify(words, null, 2)};

${test(JSON.stringify(title))} () => {
  const { status, stdout, stderr } = ${RUN};
  ${assert}
});
`;

const EXPECT = 'expect(status, stdout + stderr).toBe(0);';
const named = (title: string): string => `test(${title},`;

const RUNNERS: Readonly<Record<string, Runner>> = {
  vitest: {
    file: (hash) => `${hash}.test.ts`,
    render: imported(
      "import { expect, test } from 'vitest';\n",
      (title) => `test(${title}, { timeout: 60_000 },`,
      EXPECT,
    ),
  },
  jest: {
    // Jest takes CommonJS without a flag, in a project of modules too.
    file: (hash) => `${hash}.test.cjs`,
    render: (title, words, home) => `const { spawnSync } = require('node:child_process');
const { createRequire } = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { expect, test } = require('@jest/globals');

const HOME = resolve(__dirname, ${JSON.stringify(home)});
const installed = createRequire(join(HOME, 'package.json'));
const PROGRAM = ${PROGRAM};
const REPLAY = ${JSON.stringify(words, null, 2)};

const story = () => {
  const { status, stdout, stderr } = ${RUN};
  expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' });
};

test(${JSON.stringify(title)}, story, 60_000);
`,
  },
  node: {
    file: (hash) => `${hash}.test.mjs`,
    render: imported(
      "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n",
      named,
      'assert.equal(status, 0, stdout + stderr);',
    ),
  },
  pytest: {
    file: (hash) => `test_${hash}.py`,
    render: (title, words, home) => `import subprocess
from pathlib import Path

HOME = Path(__file__).resolve().parent / ${JSON.stringify(home)}
REPLAY = ${JSON.stringify([...GREENROOM, ...words], null, 4)}


def test_story():
    ${JSON.stringify(title)}
    done = subprocess.run(REPLAY, cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
`,
  },
};

export function assertRunner(runner: string): void {
  if (Object.hasOwn(RUNNERS, runner)) return;
  const known = Object.keys(RUNNERS);
  throw new GreenroomError(
    'USAGE',
    `Failed to read --write-test: expected one of ${known.join(', ')}, was "${runner}".${didYouMean(nearest(runner, known))}`,
  );
}

/** The test of a finding, which fails as long as its story does: the name of its file, and its text. */
export function testOf(
  { hash, file, sentence }: ExploreFinding,
  runner: string,
  words: readonly string[],
): [string, string] {
  const { file: nameOf, render } = RUNNERS[runner]!;
  return [nameOf(hash), render(`The story ${hash} passes: ${sentence}`, ['replay', file!, ...words], homeOf(file!))];
}

const homeOf = (file: string): string => relative(dirname(resolve(file)), process.cwd()).replaceAll('\\', '/') || '.';
