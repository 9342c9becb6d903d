import { posix } from 'node:path';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { choosePlace, filesOf } from './place.js';
import { textOf, type Project } from './project.js';
import type { Runner } from './runners.js';
import { fillTemplate } from './templates.js';
import type { PlannedFile } from './write.js';

const TEST = 'test_greenroom.py';
const CONFTEST = 'conftest.py';
/** Folders of the test's own, should the project have use for the first name. */
const OWN_FOLDERS = ['greenroom', 'greenroom_tests'];

/**
 * The test for pytest, and a conftest. That holds for its folder and all below, and hides what a conftest above has of the
 * same names: where the project has tests or a conftest of its own, both stand in a folder of their own.
 */
export function planPytest(project: Project, runner: Runner): readonly [PlannedFile, ...PlannedFile[]] {
  const { folder, written } = choosePlace(project, runner);
  const files = filesOf(project).filter((path) => path.endsWith('.py'));
  const ours = files.find((path) => posix.basename(path) === CONFTEST && startsGreenroom(textOf(project, path)));
  const isBelowConftest = files.some((path) => posix.basename(path) === CONFTEST && isIn(folder, posix.dirname(path)));
  const own = OWN_FOLDERS.map((name) => posix.join(folder, name));
  const free = (isBelowConftest ? own : [folder, ...own]).find((one) => isAlone(one, files)) ?? own[0]!;
  // The uppermost holds for all tests, and pytest may look for these in their folder alone.
  const beside = ours === CONFTEST ? posix.join(folder, TEST) : ours;
  const place = posix.dirname(written ?? beside ?? posix.join(free, TEST));
  const test = { path: posix.join(place, TEST), text: fillTemplate(TEST), purpose: 'the whole life of a bot' };
  const path = ours ?? posix.join(place, CONFTEST);
  // A test that was moved among others has its fixtures from elsewhere.
  if (written !== undefined && !files.includes(path) && !isAlone(place, files)) return [test];
  return [test, { path, text: fillTemplate(CONFTEST, { variables: VARIABLES }), purpose: 'starts greenroom for it' }];
}

/** The entries of a dict of Python: what {@link appEnvironment} says of the vendors, for a `Room`. */
const VARIABLES = VENDOR_LIST.flatMap(({ name, access }) =>
  Object.entries(access.environment).map(([variable, from]) => {
    const value = from === 'url' ? 'self.url' : `self.access["${name}"]["${from}"]`;
    return `"${variable}": ${value},`;
  }),
);

/** A conftest of an earlier run; one of the project's may have fixtures of these names too. */
const startsGreenroom = (conftest: string): boolean =>
  ['def greenroom(', 'def room(', '/_greenroom'].every((words) => conftest.includes(words));

/** Nothing of Python is in a folder but the test. The project may call its own tests as it likes. */
const isAlone = (folder: string, files: readonly string[]): boolean =>
  !files.some((path) => isIn(path, folder) && ![TEST, '__init__.py'].includes(posix.basename(path)));

const isIn = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder}/`);
