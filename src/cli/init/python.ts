import { isThere, REQUIREMENTS, textOf, type Project } from './project.js';

/** Groups and extras that are there for tests. */
const FOR_TESTS = /^(dev|develop|development|tests?|testing)$/;

/** What installs a project, and the word before a command that runs in its environment. */
interface Installer {
  readonly lines: (project: Project) => readonly string[];
  readonly runs: string;
}

const INSTALLERS: Readonly<Record<'uv' | 'poetry' | 'pipenv' | 'pip', Installer>> = {
  uv: { lines: withUv, runs: 'uv run ' },
  poetry: { lines: withPoetry, runs: 'poetry run ' },
  pipenv: { lines: withPipenv, runs: 'pipenv run ' },
  pip: { lines: withPip, runs: '' },
};

/** The installer of a project's lock file, or else of its settings: a new project has no lock yet, and may have no settings either. */
function installerOf(project: Project): Installer {
  const settings = pyproject(project);
  if (isThere(project, 'uv.lock')) return INSTALLERS.uv;
  if (isThere(project, 'poetry.lock')) return INSTALLERS.poetry;
  if (isThere(project, 'Pipfile')) return INSTALLERS.pipenv;
  if (/^\[tool\.uv\b|^build-backend\s*=\s*["']uv_build\b/m.test(settings)) return INSTALLERS.uv;
  const isPoetry = /^\[tool\.poetry\b|^build-backend\s*=\s*["']poetry\./m.test(settings);
  return isPoetry ? INSTALLERS.poetry : INSTALLERS.pip;
}

/** The commands that install a project in CI with what its tests need, pytest among that. */
export const pythonInstall = (project: Project): readonly string[] => installerOf(project).lines(project);

/** The command that runs pytest where the project is installed. */
export const pytestCommand = (project: Project): string => `${installerOf(project).runs}python -m pytest`;

function withUv(project: Project): readonly string[] {
  // uv takes the group dev by itself.
  const groups = groupsOf(project).filter((name) => name !== 'dev');
  const flags = [...groups.map((name) => ` --group ${name}`), ...extrasOf(project).map((name) => ` --extra ${name}`)];
  const locked = isThere(project, 'uv.lock') ? ' --locked' : '';
  return [
    'python -m pip install uv',
    `uv sync${locked}${flags.join('')}`,
    ...unlessNamed(project, 'uv pip install pytest'),
  ];
}

function withPoetry(project: Project): readonly string[] {
  const settings = pyproject(project);
  const extras = [...extrasOf(project), ...keysOf(settings, 'tool.poetry.extras').filter(isForTests)];
  const isOptional = (name: string): boolean =>
    /^optional\s*=\s*true/m.test(sectionOf(settings, `tool.poetry.group.${name}`));
  const groups = [...settings.matchAll(/^\[tool\.poetry\.group\.([\w-]+)\]/gm)].map(([, name = '']) => name);
  const wanted = groups.filter((name) => isForTests(name) && isOptional(name));
  const flags = [...wanted.map((name) => ` --with ${name}`), ...extras.map((name) => ` --extras ${name}`)];
  const more = unlessNamed(project, 'poetry run python -m pip install pytest');
  return ['python -m pip install poetry', `poetry install${flags.join('')}`, ...more];
}

function withPipenv(project: Project): readonly string[] {
  const install = isThere(project, 'Pipfile.lock') ? 'pipenv sync --dev' : 'pipenv install --dev';
  return ['python -m pip install pipenv', install, ...unlessNamed(project, 'pipenv run pip install pytest')];
}

function withPip(project: Project): readonly string[] {
  const settings = pyproject(project);
  const files = REQUIREMENTS.filter((name) => isThere(project, name)).map((name) => ` -r ${name}`);
  const isPackage = /^\[(build-system|project)\]/m.test(settings) || isThere(project, 'setup.py');
  const extras = extrasOf(project);
  const groups = groupsOf(project).map((name) => ` --group ${name}`);
  return [
    ...(files.length > 0 ? [`python -m pip install${files.join('')}`] : []),
    ...(isPackage ? [`python -m pip install ${extras.length > 0 ? `'.[${extras.join(',')}]'` : '.'}`] : []),
    // The option is younger than many a pip.
    ...(groups.length > 0 ? ['python -m pip install --upgrade pip', `python -m pip install${groups.join('')}`] : []),
    ...(PYTEST.test(namedForPip(project)) ? [] : ['python -m pip install pytest']),
  ];
}

/** pytest or a plugin of it, among requirements. */
const PYTEST = /(^[ \t]*|["'])pytest/m;

/** What pip installs by the lines above, as far as it is plain: a list that has a `]` in it is read up to there. */
function namedForPip(project: Project): string {
  const names = [...extrasOf(project), ...groupsOf(project), 'dependencies', 'install_requires'];
  const list = new RegExp(`\\b(?:${names.join('|')})["']?\\s*[=:]\\s*\\[[^\\]]*`, 'g');
  const inLists = textOf(project, 'pyproject.toml', 'setup.py').match(list) ?? [];
  return [textOf(project, ...REQUIREMENTS), ...inLists].join('\n');
}

/** A command for a project that names neither pytest nor a plugin of it. */
const unlessNamed = (project: Project, command: string): readonly string[] =>
  PYTEST.test(textOf(project, 'pyproject.toml', 'Pipfile')) ? [] : [command];

const pyproject = (project: Project): string => textOf(project, 'pyproject.toml');
const isForTests = (name: string): boolean => FOR_TESTS.test(name);

const groupsOf = (project: Project): readonly string[] =>
  keysOf(pyproject(project), 'dependency-groups').filter(isForTests);

/** The extras for tests of pyproject.toml, setup.cfg and setup.py. */
function extrasOf(project: Project): readonly string[] {
  const inSetup = /extras_require\b([^]*)/.exec(textOf(project, 'setup.py'))?.[1] ?? '';
  const names = [
    ...keysOf(pyproject(project), 'project.optional-dependencies'),
    ...keysOf(textOf(project, 'setup.cfg'), 'options.extras_require'),
    ...[...inSetup.matchAll(/["']([\w-]+)["']\s*:/g)].map(([, name = '']) => name),
  ];
  return [...new Set(names)].filter(isForTests);
}

const keysOf = (text: string, section: string): readonly string[] =>
  [...sectionOf(text, section).matchAll(/^["']?([\w-]+)["']?\s*=/gm)].map(([, name = '']) => name);

/** The lines of a section of TOML, or of another file of that form. */
function sectionOf(text: string, name: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const after = lines.slice(lines.indexOf(`[${name}]`) + 1 || lines.length);
  const end = after.findIndex((line) => line.startsWith('['));
  return after.slice(0, end === -1 ? undefined : end).join('\n');
}
