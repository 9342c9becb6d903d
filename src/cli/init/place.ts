import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isThere, readOr, textOf, type Project } from './project.js';
import { APART, chooseRunner, standsApart, type Runner } from './runners.js';

/** Folders that tools write. */
const SKIPPED = /^(\..*|node_modules|dist|build|out|coverage|vendor|venv|env|__pycache__|site-packages)$/;
const FOR_TESTS = /^(test|tests|__tests__|e2e)$/;
const SCRIPT_TEST = /(\.(test|spec)\.[cm]?[jt]sx?|(^|\/)__tests__\/[^/]+\.[cm]?[jt]sx?)$/;
const PYTHON_TEST = /(^|\/)(test_[^/]+|[^/]+_test)\.py$/;
const WRITTEN = /(^|\/)(greenroom\.(test|spec)\.[cm]?[jt]s|test_greenroom\.py)$/;

/** The folder that most of the project's tests are under, one that is there for them, or the usual one of the runner. */
export function choosePlace(project: Project, runner: Runner) {
  if (standsApart(runner, project)) return { ...APART, written: undefined };
  const tests = testsOf(project, runner);
  const configured = configuredFolder(project, runner);
  const folders = configured === undefined ? runner.tests.folders : ([configured] as const);
  const under = (root: string) => tests.filter((path) => isUnder(path, root));
  const most = folders.reduce((best, root) => (under(root).length > under(best).length ? root : best));
  const [uppermost] = under(most);
  const empty = folders.find((root) => FOR_TESTS.test(root) && isThere(project, root));
  const suffixes = new Set(under(most).map((path) => /\.(test|spec)\.[^.]+$/.exec(path)?.[1]));
  return {
    folder: uppermost === undefined ? (empty ?? folders[0]) : folderBeside(uppermost, most),
    /** As tests are called there. */
    name: `greenroom.${(suffixes.size === 1 ? [...suffixes][0] : undefined) ?? runner.tests.suffix}`,
    /** The test of an earlier run, wherever it is now. */
    written: tests.find((path) => WRITTEN.test(path)),
  };
}

/** The tests that the runner can be meant to run: those of Playwright are not for the runner of the unit tests. */
function testsOf(project: Project, { name }: Runner): readonly string[] {
  const tests = filesOf(project).filter((path) => (name === 'pytest' ? PYTHON_TEST : SCRIPT_TEST).test(path));
  const browser =
    '@playwright/test' in project.dependencies && configuredFolder(project, chooseRunner(project, 'playwright'));
  return browser ? tests.filter((path) => isUnder(path, browser) === (name === 'playwright')) : tests;
}

const isUnder = (path: string, root: string): boolean =>
  root === '.' ? !path.includes('/') : path.startsWith(`${root}/`);

/** The folder of a test; in `src`, where tests stand beside what they test, only one that is for tests. */
function folderBeside(test: string, root: string): string {
  const folder = posix.dirname(test);
  return root !== 'src' || FOR_TESTS.test(posix.basename(folder)) ? folder : root;
}

/** The folder that a runner's own settings name for tests, where they say it plainly and it is in the project. */
function configuredFolder(project: Project, { settings }: Runner): string | undefined {
  const said = settings?.folder.exec(textOf(project, ...settings.files))?.[1];
  const folder = said && posix.join(said, '.').replace(/(?<=.)\/$/, '');
  return folder && /^(\/|\.\.)/.test(folder) ? undefined : folder;
}

/** The files of a project, relative, with `/`, those of the upper folders first. Links are left out. */
export function filesOf(project: Project): readonly string[] {
  const files: string[] = [];
  const folders = ['.'];
  for (const [index, folder] of folders.entries()) {
    // A project that has more folders, or a folder that is no project, is not read to its end.
    if (index === 2000) break;
    const entries = readOr([], () => readdirSync(join(project.folder, folder), { withFileTypes: true }));
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.test(entry.name)) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files;
}
