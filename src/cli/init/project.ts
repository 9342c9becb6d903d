import { parseJsonFile } from '../../contracts/json/file.js';
import { existsSync, readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { GreenroomError, reasonOf } from '../../errors.js';
import { packageManagerOf, rootsOf } from './package-manager.js';

/** Files of pip that say what tests need, too. */
export const REQUIREMENTS = [
  'requirements.txt',
  ...['dev', 'test', 'tests'].flatMap((kind) => [
    `requirements-${kind}.txt`,
    `requirements_${kind}.txt`,
    `${kind}-requirements.txt`,
    `requirements/${kind}.txt`,
  ]),
];

/** Any of them makes a Python project. */
const PYTHON_FILES = ['pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile', ...REQUIREMENTS];

/** What makes a project one of a language for which there is no test to write. */
const OTHER_FILES: readonly (readonly [language: string, file: RegExp])[] = [
  ['Go', /^go\.mod$/],
  ['PHP', /^composer\.json$/],
  ['Ruby', /^(Gemfile|.*\.gemspec)$/],
  ['Java', /^(pom\.xml|build\.gradle(\.kts)?)$/],
  ['C#', /\.(csproj|slnx?)$/],
  ['Elixir', /^mix\.exs$/],
  ['Rust', /^Cargo\.toml$/],
];

type Lists = 'scripts' | 'dependencies' | 'devDependencies' | 'peerDependencies' | 'optionalDependencies';
/** A package.json whose members are as they should be; any other is npm's to refuse. */
type Manifest = { readonly type?: string } & { readonly [List in Lists]?: Readonly<Record<string, string>> };

/** A project as its files show it. */
export type Project = Readonly<ReturnType<typeof readProject>>;

/** Reads a project. Throws USAGE for a folder that is not there or cannot be looked at, and for a package.json that is not a JSON object. */
export function readProject(given: string) {
  const folder = resolve(given);
  const found = given === '' ? undefined : statsOf(folder);
  if (!found?.isDirectory()) {
    const what = found ? `the file "${given}"` : `"${given}". Make it first`;
    throw new GreenroomError('USAGE', `Failed to read --dir: expected a folder that is there, was ${what}.`);
  }
  const manifest = readManifest(join(folder, 'package.json'));
  const { type, scripts } = manifest ?? {};
  const dependencies = dependenciesOf(manifest);
  const packageManager = packageManagerOf(folder);
  const script = scripts?.['test'];
  const testScript = typeof script === 'string' && !/^\s*$|no test specified/.test(script) ? script : undefined;
  const isPython = PYTHON_FILES.some((name) => isThere({ folder }, name));
  const hasMore = testScript !== undefined || Object.keys(dependencies).some((name) => name !== 'greenroom');
  return {
    /** Absolute. */
    folder,
    hasManifest: manifest !== undefined,
    /** `.js` files are ES modules. */
    isModule: type === 'module',
    /** The `test` script, if it is more than what `npm init` writes. */
    testScript,
    /** Of whatever kind, with their ranges. */
    dependencies,
    /** The same, and what the root of its workspace has for all: Node finds that above, and Yarn's Plug'n'Play does not. */
    atHand: packageManager.isPlugAndPlay ? dependencies : { ...sharedWith(folder), ...dependencies },
    packageManager,
    isTypeScript: isThere({ folder }, 'tsconfig.json'),
    /** It has files of Python, and no package.json with more than greenroom in it. */
    isPython: !hasMore && isPython,
    /** A language that greenroom has no runner for, with the file that says so; not if there is one that it has. */
    other: hasMore || isPython ? undefined : otherLanguage(folder),
  };
}

function dependenciesOf(manifest: Manifest = {}): Readonly<Record<string, string>> {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  return { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies };
}

/** What the root of a workspace has, for a package of it. */
function sharedWith(folder: string): Readonly<Record<string, string>> {
  const [, root] = rootsOf(folder);
  return root === undefined ? {} : readOr({}, () => dependenciesOf(readManifest(join(root, 'package.json'))));
}

function otherLanguage(folder: string): { readonly language: string; readonly file: string } | undefined {
  const files = readOr([], () => readdirSync(folder));
  for (const [language, pattern] of OTHER_FILES) {
    const file = files.find((name) => pattern.test(name));
    if (file !== undefined) return { language, file };
  }
  return undefined;
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    const reason = `expected a folder that can be read, was ${folder}: ${reasonOf(error)}`;
    throw new GreenroomError('USAGE', `Failed to read --dir: ${reason}.`);
  }
}

function readManifest(file: string): Manifest | undefined {
  const refusal = (expected: string, was: string): GreenroomError =>
    new GreenroomError('USAGE', `Failed to read ${file}: expected ${expected}, was ${was}. Mend it first.`);
  try {
    const content = parseJsonFile(readFileSync(file, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
    throw refusal('a JSON object', Array.isArray(content) ? 'a list' : JSON.stringify(content));
  } catch (error) {
    if (error instanceof GreenroomError || !(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') return undefined;
    throw refusal(error instanceof SyntaxError ? 'JSON' : 'a file that can be read', reasonOf(error));
  }
}

/** Whether the project has a file or a folder. */
export const isThere = ({ folder }: { readonly folder: string }, name: string) => existsSync(join(folder, name));

/** The texts of those of some files that the project has. */
export const textOf = ({ folder }: Project, ...names: readonly string[]): string =>
  names.map((name) => readOr('', () => readFileSync(join(folder, name), 'utf8'))).join('\n');

/** The result of a function that reads; in a project, something that cannot be read is as good as not there. */
export function readOr<Content>(otherwise: Content, read: () => Content): Content {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
