import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import { installedPath } from './package-manager.js';
import { isThere, textOf, type Project } from './project.js';
import { pytestCommand } from './python.js';

/** A runner of tests, and the way to use greenroom with it. */
export interface Runner {
  /** As `--runner` takes it; its template is called so too. */
  readonly name: string;
  readonly title: string;
  /** The words of a `test` script that uses it, its package of npm, and the oldest version that greenroom takes. */
  readonly found: { readonly inScript: RegExp; readonly npm?: string; readonly oldest?: string };
  /** The folders that tests are usually in, the usual one first; `.` means the files of the uppermost folder alone. */
  readonly tests: { readonly suffix: string; readonly folders: readonly [usual: string, ...others: string[]] };
  /** The runner's own settings, and the folder for tests in their text. */
  readonly settings?: { readonly files: readonly string[]; readonly folder: RegExp };
  readonly languageOf: (project: Project) => Language;
  readonly command: string | ((project: Project) => string);
  /** The option of Node without which it does not load greenroom. */
  readonly nodeOption?: string;
}

/** The language of a test, and the extension of its file, with its dot. */
export type Language = readonly [name: LanguageName, extension: string];
export type LanguageName = 'TypeScript' | 'JavaScript with import' | 'JavaScript with require' | 'Python';

const UNIT_TESTS = { suffix: 'test', folders: ['test', 'tests', '__tests__', 'src', '.'] } as const;
const PYTEST_FILES = ['pytest.ini', 'pyproject.toml', 'tox.ini', 'setup.cfg'];
const configFiles = (name: string): readonly string[] =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `${name}.config.${extension}`);

/** In the order in which a project is searched for them; the last of a language is for a project that names none. */
const RUNNERS: readonly Runner[] = [
  {
    name: 'vitest',
    title: 'Vitest',
    found: { inScript: /\bvitest\b/, npm: 'vitest', oldest: '3.2' },
    tests: UNIT_TESTS,
    languageOf: compiledLanguage,
    command: 'npx vitest run',
  },
  {
    name: 'jest',
    title: 'Jest',
    found: { inScript: /\bjest\b/, npm: 'jest', oldest: '30' },
    tests: UNIT_TESTS,
    languageOf: jestLanguage,
    command: jestCommand,
    nodeOption: '--experimental-vm-modules',
  },
  {
    name: 'playwright',
    title: 'Playwright',
    found: { inScript: /\bplaywright\b/, npm: '@playwright/test' },
    tests: { suffix: 'spec', folders: ['tests', 'e2e', 'test', '.'] },
    settings: { files: configFiles('playwright'), folder: /\btestDir:\s*['"]([\w./-]+)['"]/ },
    languageOf: compiledLanguage,
    command: 'npx playwright test',
  },
  {
    name: 'node',
    title: 'node:test',
    found: { inScript: /(^|\s)--test\b/ },
    tests: UNIT_TESTS,
    languageOf: nodeLanguage,
    command: 'node --test',
  },
  {
    name: 'pytest',
    title: 'pytest',
    found: { inScript: /\bpytest\b/ },
    tests: { suffix: 'test', folders: ['tests', 'test', '.'] },
    settings: { files: PYTEST_FILES, folder: /^testpaths\s*=[\s["']*([\w./-]+)/m },
    languageOf: () => ['Python', '.py'],
    command: pytestCommand,
  },
];

export const RUNNER_NAMES = RUNNERS.map(({ name }) => name);

/** The runner that is asked for, else the one that the project uses. Throws USAGE for one that is not known. */
export function chooseRunner(project: Project, wanted: string | undefined): Runner {
  const fitting = RUNNERS.filter(({ name }) => (name === 'pytest') === project.isPython);
  const inScript = fitting.find(({ found }) => found.inScript.test(project.testScript ?? ''));
  const used = inScript ?? fitting.find(({ found }) => (found.npm ?? '') in project.dependencies) ?? fitting.at(-1)!;
  const runner = wanted === undefined ? used : RUNNERS.find(({ name }) => name === wanted);
  if (runner) return runner;
  const meant = nearest(`${wanted}`, RUNNER_NAMES);
  const message = `Failed to read --runner: expected one of ${RUNNER_NAMES.join(', ')}, was "${wanted}".`;
  throw new GreenroomError('USAGE', meant === undefined ? message : `${message} Did you mean "${meant}"?`);
}

/** Runners of npm for which greenroom has no door. */
const OTHERS = ['mocha', 'ava', 'jasmine', 'tap', 'tape', 'uvu', 'qunit', '@hapi/lab'];

/** Where a test for node:test stands that no other runner may load. */
export const APART = { folder: 'greenroom-tests', name: 'bot' };

/** A runner that loads a test for node:test passes, whatever becomes of that: none may find it. */
export function standsApart({ name, found }: Runner, project: Project): boolean {
  const { testScript, dependencies } = project;
  if (name !== 'node') return false;
  if (isThere(project, APART.folder)) return true;
  if (testScript !== undefined) return !found.inScript.test(testScript);
  return [...OTHERS, ...RUNNERS.map(({ found }) => found.npm ?? '')].some((other) => other in dependencies);
}

/** Settings of Jest that say which files are tests. */
const JEST_SEEKS = /\b(testRegex|testMatch|moduleFileExtensions|rootDir|roots)\b/;

/** Whether Jest's settings look for other files than the written test, as those of the Nest CLI do: it runs without them. */
export function isPassedOver({ name, languageOf }: Runner, project: Project): boolean {
  if (name !== 'jest' || languageOf(project)[1] !== '.mjs') return false;
  const settings = textOf(project, ...configFiles('jest'), 'package.json');
  return JEST_SEEKS.test(settings) && !settings.includes('mjs');
}

/** The command that runs one test file, or all. */
export function commandOf(runner: Runner, project: Project, file?: string): string {
  const { name, command, languageOf } = runner;
  const isForTsx = name === 'node' && 'tsx' in project.dependencies && languageOf(project)[0] === 'TypeScript';
  const all = typeof command === 'string' ? command : command(project);
  const settings = file !== undefined && isPassedOver(runner, project) ? ' --config={}' : '';
  const words = `${isForTsx ? 'npx tsx --test' : all}${settings}${file === undefined ? '' : ` ${quote(file)}`}`;
  return project.packageManager.isPlugAndPlay ? words.replace(/^npx |^(?=node )/, 'yarn ') : words;
}

/** In a script of package.json, where the programs of the packages have their bare names. */
export const scriptOf = (command: string): string => command.replace(/^(npx|yarn) /, '');

/** Jest needs an option of Node, so that it is the file of its program that is run. */
function jestCommand({ folder, packageManager }: Project): string {
  const program = packageManager.isPlugAndPlay ? '$(yarn bin jest)' : installedPath(folder, 'jest/bin/jest.js');
  return `node --experimental-vm-modules ${program}`;
}

/** As a shell takes it in. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** For a runner that compiles what it loads. */
function compiledLanguage({ isTypeScript, hasManifest }: Project): Language {
  return isTypeScript ? ['TypeScript', '.ts'] : ['JavaScript with import', hasManifest ? '.js' : '.mjs'];
}

/** Jest hands a `.ts` file to its compiler as CommonJS, which cannot load greenroom, unless its settings say otherwise. */
function jestLanguage(project: Project): Language {
  const settings = project.isTypeScript ? textOf(project, ...configFiles('jest'), 'package.json') : '';
  if (/extensionsToTreatAsEsm|EsmPreset|default-esm/.test(settings)) return ['TypeScript', '.ts'];
  return ['JavaScript with import', project.isModule ? '.js' : '.mjs'];
}

/** Node takes a file as its name and package.json say, and compiles no import away. */
function nodeLanguage({ isTypeScript, isModule, hasManifest, dependencies }: Project): Language {
  if (isTypeScript && 'tsx' in dependencies) return ['TypeScript', '.ts'];
  if (isTypeScript && nodeLoadsTypeScript()) return ['TypeScript', isModule ? '.ts' : '.mts'];
  if (isModule || !hasManifest) return ['JavaScript with import', isModule ? '.js' : '.mjs'];
  return ['JavaScript with require', '.js'];
}

/** From Node 22.18 on. */
export const nodeLoadsTypeScript = () => 'typescript' in process.features && Boolean(process.features.typescript);
