import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Project } from '../support/project.js';

const WORKFLOW = '.github/workflows/greenroom.yml';

/** The settings of the greenroom that exec starts in a project, as its command reads them. */
function settingsOf(project: Project) {
  const prints = `
    const read = async (path) => (await fetch(process.env.GREENROOM_URL + '/_greenroom' + path)).json();
    const [{ scenario, strict }, { mode }, { casting }] = await Promise.all(['/workspaces/default', '/clock', '/casting'].map(read));
    console.log(JSON.stringify({ scenario, strict, mode, rules: casting.length }))`;
  const child = ['--', process.execPath, '--input-type=module', '-e', prints];
  const { code, stdout, stderr } = project.greenroom('exec', '--quiet', '--port', '0', ...child);
  return { code, stderr, ...(stdout === '' ? {} : JSON.parse(stdout)) };
}

describe('The settings file of greenroom init', () => {
  test('changes no command by itself', () => {
    using project = new Project();
    const before = settingsOf(project);
    project.greenroom('init');
    expect(project.files()).toContain('greenroom.config.mjs');
    expect(settingsOf(project)).toEqual(before);
    expect(before).toEqual({ code: 0, stderr: '', scenario: 'happy-path', strict: false, mode: 'auto', rules: 0 });
  });

  test('has comments that are settings, each of which can be opened', async () => {
    using project = new Project({ 'scenarios/own.json': '{ "description": "Nobody comes.", "ends": { "at": "5m" } }' });
    await project.runHere('init');
    const closed = project.read('greenroom.config.mjs');
    const opened = closed.replaceAll(/^ {2}\/\/ (\w+: .*,)$/gm, '  $1').replace('strict: false', 'strict: true');
    expect(opened.match(/^ {2}\w+: /gm)).toHaveLength(8);
    project.write('greenroom.config.mjs', opened);
    expect(settingsOf(project)).toEqual({
      code: 0,
      stderr: '',
      scenario: 'happy-path',
      strict: true,
      mode: 'live',
      rules: 1,
    });
  });
});

test('The test for pytest goes where pytest looks for tests, though the conftest.py of an earlier init stands above', async () => {
  using project = new Project({ 'setup.cfg': '[tool:pytest]\ntestpaths = tests\n' });
  await project.runHere('init');
  project.write('conftest.py', project.read('tests/conftest.py'));
  for (const file of ['conftest.py', 'test_greenroom.py']) rmSync(join(project.folder, 'tests', file));
  const { stdout } = await project.runHere('init', '--dry-run');
  expect(stdout).toContain('left alone\n  conftest.py\n');
  expect(stdout).toMatch(/Would be written\n {2}tests\/test_greenroom\.py /);
});

test.each<[does: string, files: Readonly<Record<string, string>>, is: boolean]>([
  ['of Python is told to have git ignore what npm installs', { 'pyproject.toml': '', '.gitignore': '.venv\n' }, true],
  ['of Go, too', { 'go.mod': '' }, true],
  ['that does so is not', { 'pyproject.toml': '', '.gitignore': '.venv\n/node_modules\n' }, false],
  ['of Node is not', { 'package.json': '{"devDependencies": {"vitest": "^4"}}' }, false],
])('A project %s', async (_, files, is) => {
  using project = new Project({ '.git/HEAD': '', ...files });
  const { stdout } = await project.runHere('init', '--dry-run');
  expect(
    stdout.includes('  node_modules/ in .gitignore\n      npm installs greenroom there, and git would add it\n'),
  ).toBe(is);
});

describe('A project in a language that greenroom writes no test for', () => {
  const report = async (files: Readonly<Record<string, string | object>>): Promise<string> => {
    using project = new Project(files);
    return (await project.runHere('init', '--dry-run')).stdout;
  };

  test.each([
    ['go.mod', 'Go'],
    ['composer.json', 'PHP'],
    ['Gemfile', 'Ruby'],
    ['build.gradle.kts', 'Java'],
    ['notes.csproj', 'C#'],
  ])('is told how its own tests call greenroom: %s', async (file, language) => {
    const told = await report({ [file]: '' });
    expect(told).toContain(`write tests in ${language}, which call greenroom over HTTP\n`);
    expect(told).toContain(`greenroom writes none for a project with ${file}\n`);
    expect(told).toContain('greenroom --port 0 --clock frozen --json --exit-with-parent" prints what they need');
  });

  test('is not told so where Node or Python has tests', async () => {
    const node = { 'package.json': { devDependencies: { vitest: '^4' } } };
    const all = await Promise.all(
      [node, { 'pyproject.toml': '' }, {}].map((files) => report({ 'go.mod': '', ...files })),
    );
    expect(all.map((told) => told.includes('write tests in'))).toEqual([false, false, true]);
  });
});

interface Job {
  readonly steps: readonly {
    readonly name?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
  }[];
}

/** The job that init writes for a project. */
async function jobFor(files: Readonly<Record<string, string | object>>): Promise<Job & { readonly text: string }> {
  using project = new Project({ '.git/': '', ...files });
  await project.runHere('init');
  const text = project.read(WORKFLOW);
  const { jobs, permissions } = parse(text) as { jobs: Record<string, Job>; permissions: unknown };
  expect(permissions).toEqual({ contents: 'read' });
  return { ...jobs['greenroom']!, text };
}

const linesOf = ({ steps }: Job, name: string): readonly string[] =>
  steps
    .find((step) => step.name === name)!
    .run!.trim()
    .split('\n');

describe('The CI job of greenroom init', () => {
  const vitest = { scripts: { test: 'vitest run' }, devDependencies: { vitest: '^4' } };
  const projects: Readonly<Record<string, Readonly<Record<string, string | object>>>> = {
    npm: { 'package.json': vitest, 'package-lock.json': '{}' },
    pnpm: { 'package.json': vitest, 'pnpm-lock.yaml': '' },
    yarn: { 'package.json': vitest, 'yarn.lock': '' },
    jest: { 'package.json': { scripts: { test: 'jest' }, devDependencies: { jest: '^30' } } },
    playwright: { 'package.json': { devDependencies: { '@playwright/test': '^1' } } },
    mocha: { 'package.json': { scripts: { test: 'mocha' } }, '.nvmrc': '24' },
    pytest: { 'pyproject.toml': '[project]\nname = "app"\n', 'requirements.txt': '' },
  };

  const jobs = new Map<string, Awaited<ReturnType<typeof jobFor>>>();
  const job = (name: string) => jobs.get(name)!;
  beforeAll(async () => {
    for (const [name, files] of Object.entries(projects)) jobs.set(name, await jobFor(files));
  });

  test.each(Object.keys(projects))('runs only what is installed, and has no secret: %s', (name) => {
    const { text, steps } = job(name);
    expect(text).not.toMatch(/secrets\.|\$\{\{|npx (?!--no-install )/);
    expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout'))?.with).toEqual({
      'persist-credentials': false,
    });
    const check = linesOf({ steps }, 'Contract check').join();
    const { GREENROOM_JOURNAL: journal } = steps.find(({ name }) => name === 'Test')!.env!;
    expect(check).toBe(`npx --no-install greenroom check traffic ${journal} --reporter pretty --reporter github`);
  });

  test('installs what the lock file says', () => {
    expect(linesOf(job('npm'), 'Install')).toEqual(['npm ci']);
    expect(linesOf(job('pnpm'), 'Install')).toEqual(['corepack enable', 'pnpm install --frozen-lockfile']);
    expect(linesOf(job('yarn'), 'Install')).toEqual(['corepack enable', 'yarn install --frozen-lockfile']);
    expect(linesOf(job('pytest'), 'Install')).toEqual([
      'npm install',
      'python -m pip install -r requirements.txt',
      'python -m pip install .',
      'python -m pip install pytest',
    ]);
  });

  test('installs with Bun, and runs the script instead of the tests of Bun', async () => {
    const bun = await jobFor({ 'package.json': vitest, 'bun.lock': '' });
    expect(linesOf(bun, 'Install')).toEqual(['npm install --global bun', 'bun install --frozen-lockfile']);
    expect(linesOf(bun, 'Test')).toEqual(['bun run test']);
  });

  test('has Yarn run what its archives have, where no npx finds it', async () => {
    const pnp = { 'yarn.lock': '', '.yarnrc.yml': '', '.pnp.cjs': '' };
    const job = await jobFor({ ...pnp, 'package.json': { devDependencies: { '@playwright/test': '^1' } } });
    expect(linesOf(job, 'Install').at(-1)).toBe('yarn playwright install --with-deps');
    expect(linesOf(job, 'Test')).toEqual(['yarn playwright test']);
    expect(linesOf(job, 'Contract check').join()).toMatch(/^yarn greenroom check traffic /);
    expect(job.text).not.toMatch(/\bnpx\b/);
  });

  test.each<[by: string, files: Readonly<Record<string, string>>, install: readonly string[], run: string]>([
    [
      'uv',
      { 'uv.lock': '', 'pyproject.toml': '[dependency-groups]\ndev = ["pytest"]\ntest = [\n  "httpx",\n]\n' },
      ['python -m pip install uv', 'uv sync --locked --group test'],
      'uv run python -m pytest',
    ],
    [
      'uv with an extra, and without pytest',
      { 'uv.lock': '', 'pyproject.toml': '[project.optional-dependencies]\ntest = ["httpx"]\n\n[tool.pytest]\n' },
      ['python -m pip install uv', 'uv sync --locked --extra test', 'uv pip install pytest'],
      'uv run python -m pytest',
    ],
    [
      'Poetry',
      {
        'poetry.lock': '',
        'pyproject.toml':
          '[tool.poetry.group.test]\noptional = true\n\n[tool.poetry.group.test.dependencies]\npytest = "*"\n',
      },
      ['python -m pip install poetry', 'poetry install --with test'],
      'poetry run python -m pytest',
    ],
    [
      'what uv init makes',
      { 'pyproject.toml': '[build-system]\nrequires = ["uv_build>=0.13.9,<0.14.0"]\nbuild-backend = "uv_build"\n' },
      ['python -m pip install uv', 'uv sync', 'uv pip install pytest'],
      'uv run python -m pytest',
    ],
    [
      'what poetry new makes',
      { 'pyproject.toml': '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n' },
      ['python -m pip install poetry', 'poetry install', 'poetry run python -m pip install pytest'],
      'poetry run python -m pytest',
    ],
    [
      'Pipenv',
      { Pipfile: '[packages]\n', 'Pipfile.lock': '{}' },
      ['python -m pip install pipenv', 'pipenv sync --dev', 'pipenv run pip install pytest'],
      'pipenv run python -m pytest',
    ],
    [
      'files for pip',
      { 'requirements.txt': '', 'requirements-dev.txt': '', 'requirements/test.txt': '' },
      [
        'python -m pip install -r requirements.txt -r requirements-dev.txt -r requirements/test.txt',
        'python -m pip install pytest',
      ],
      'python -m pytest',
    ],
    [
      'files for pip that name pytest',
      { 'requirements.txt': 'flask\n', 'requirements-dev.txt': '-r requirements.txt\npytest==8.4\n' },
      ['python -m pip install -r requirements.txt -r requirements-dev.txt'],
      'python -m pytest',
    ],
    [
      'an extra that names a plugin of pytest',
      { 'pyproject.toml': '[project]\n\n[project.optional-dependencies]\ntest = [\n  "pytest-cov",\n]\nlint = []\n' },
      ["python -m pip install '.[test]'"],
      'python -m pytest',
    ],
    [
      'an extra that is not installed, though it names pytest',
      { 'pyproject.toml': '[project]\n\n[project.optional-dependencies]\nall = ["pytest"]\ntest = ["httpx"]\n' },
      ["python -m pip install '.[test]'", 'python -m pip install pytest'],
      'python -m pytest',
    ],
    [
      'extras of pyproject.toml',
      { 'pyproject.toml': '[project]\n\n[project.optional-dependencies]\ndev = []\ndocs = []\ntest = []\n' },
      ["python -m pip install '.[dev,test]'", 'python -m pip install pytest'],
      'python -m pytest',
    ],
    [
      'extras of setup.cfg and setup.py',
      {
        'setup.py': 'setup(packages=[], extras_require={"dev": []})',
        'setup.cfg': '[options.extras_require]\ntests =\n    httpx\n',
      },
      ["python -m pip install '.[tests,dev]'", 'python -m pip install pytest'],
      'python -m pytest',
    ],
    [
      'groups without a lock file',
      { 'pyproject.toml': '[dependency-groups]\ndev = ["httpx"]\nlint = []\n' },
      ['python -m pip install --upgrade pip', 'python -m pip install --group dev', 'python -m pip install pytest'],
      'python -m pytest',
    ],
  ])('installs what the tests of a Python project need, with %s', async (_, files, install, run) => {
    const written = await jobFor(files);
    expect(linesOf(written, 'Install')).toEqual(['npm install', ...install]);
    expect(linesOf(written, 'Test')).toEqual([run]);
  });

  test("runs the project's tests, and the written one where they may leave it out", () => {
    expect(linesOf(job('npm'), 'Test')).toEqual(['npm test']);
    expect(linesOf(job('pytest'), 'Test')).toEqual(['python -m pytest']);
    expect(linesOf(job('playwright'), 'Test')).toEqual(['npx --no-install playwright test']);
    const mocha = job('mocha');
    expect(linesOf(mocha, 'Test')).toEqual(['npm test', 'node --test greenroom-tests/bot.js']);
    expect(mocha.steps.some((step) => step.with?.['node-version-file'] === '.nvmrc')).toBe(true);
  });

  test('lets Jest load ES modules', () => {
    const { steps } = job('jest');
    expect(steps.find(({ name }) => name === 'Test')!.env).toMatchObject({ NODE_OPTIONS: '--experimental-vm-modules' });
  });

  test('is not written where GitHub would not read it, and init says why', async () => {
    using repository = new Project({ '.git/': '', 'packages/api/package.json': vitest });
    const inside = (await repository.runHere('init', '--dir', 'packages/api')).stdout;
    expect(inside).toMatch(/No CI job: GitHub reads workflows in .*\.github alone/);
    expect(inside).toContain('Run it\n  cd packages/api\n  npx vitest run test/greenroom.test.js\n');
    using nowhere = new Project({ 'package.json': vitest });
    expect((await nowhere.runHere('init')).stdout).toContain(
      'No CI job: there is no .github folder, and this is no git repository.',
    );
    expect([...repository.files(), ...nowhere.files()].join()).not.toContain('greenroom.yml');
  });
});

describe('In a package of a workspace, greenroom init', () => {
  const jest = { scripts: { test: 'jest' }, devDependencies: { jest: '^30' } };

  test('adds what is missing by the package manager of the workspace', async () => {
    using workspace = new Project({
      'pnpm-workspace.yaml': '',
      'pnpm-lock.yaml': '',
      'package.json': {},
      'packages/app/package.json': { scripts: { test: 'vitest run' } },
    });
    const { stdout } = await workspace.runHere('init', '--dir', 'packages/app');
    expect(stdout).toContain('  pnpm add --save-dev greenroom vitest\n');
  });

  test('adds nothing that the root has for all of its packages', async () => {
    const files = (manager: Record<string, string>) => ({
      ...manager,
      'package.json': { workspaces: ['packages/*'], devDependencies: { greenroom: '^1', vitest: '^4' } },
      'packages/app/package.json': { scripts: { test: 'vitest run' } },
    });
    using workspace = new Project(files({ 'package-lock.json': '' }));
    expect((await workspace.runHere('init', '--dir', 'packages/app')).stdout).not.toContain('By hand');
    // It hands out to a package what that names itself.
    using pnp = new Project(files({ 'yarn.lock': '', '.pnp.cjs': '' }));
    const { stdout } = await pnp.runHere('init', '--dir', 'packages/app');
    expect(stdout).toContain('  yarn add --dev greenroom vitest\n');
  });

  test('runs Jest from where the workspace has installed it', async () => {
    using workspace = new Project({
      'package.json': { workspaces: ['packages/*'] },
      'node_modules/jest/bin/jest.js': '',
      'packages/app/package.json': jest,
    });
    const { stdout } = await workspace.runHere('init', '--dir', 'packages/app');
    const run = 'node --experimental-vm-modules ../../node_modules/jest/bin/jest.js';
    expect(stdout).toContain(`  "test": "${run}" in the scripts of package.json\n`);
    expect(stdout).toContain(`  cd packages/app\n  ${run} test/greenroom.test.mjs\n`);
  });

  test('takes no package manager from above where there is no workspace', async () => {
    using folder = new Project({
      'yarn.lock': '',
      'package.json': {},
      'packages/app/package.json': { scripts: { test: 'vitest run' } },
    });
    const { stdout } = await folder.runHere('init', '--dir', 'packages/app');
    expect(stdout).toContain('  npm install --save-dev greenroom vitest\n');
  });
});

describe('With the Plug’n’Play of Yarn, greenroom init', () => {
  const pnp = { 'yarn.lock': '', '.pnp.cjs': '' };

  test.each<[runner: string, manifest: object, run: string]>([
    ['Vitest', { devDependencies: { vitest: '^4' } }, 'yarn vitest run test/greenroom.test.js'],
    ['node:test', { scripts: { test: 'node --test' } }, 'yarn node --test test/greenroom.test.js'],
    [
      'Jest',
      { devDependencies: { jest: '^30' } },
      'yarn node --experimental-vm-modules $(yarn bin jest) test/greenroom.test.mjs',
    ],
  ])('has Yarn run %s', async (_, manifest, run) => {
    using project = new Project({ ...pnp, 'package.json': manifest });
    const { stdout } = await project.runHere('init');
    expect(stdout).toContain(`Run it\n  ${run}\n`);
    expect(stdout).not.toMatch(/"test": "yarn/);
  });
});

describe('By hand, greenroom init', () => {
  test('does not ask for a newer Vitest than the one that the pages name', async () => {
    using project = new Project({ 'package.json': { devDependencies: { greenroom: '*', vitest: '^3.2.0' } } });
    expect((await project.runHere('init')).stdout).not.toContain('or later');
  });

  test('names the packages that are missing, and the runner that is too old', async () => {
    using project = new Project({
      'package.json': { type: 'module', devDependencies: { vitest: '^2.1.0' } },
      'tsconfig.json': '{}',
      'pnpm-lock.yaml': '',
    });
    const { stdout } = await project.runHere('init');
    expect(stdout).toContain('  pnpm add --save-dev greenroom @types/node\n');
    expect(stdout).toContain('  take vitest 3.2 or later\n      greenroom/vitest needs it, package.json says ^2.1.0\n');
    expect(stdout).toContain('"test": "vitest run" in the scripts of package.json');
  });

  test.each<[of: string, manifest: object]>([
    ['a script of another runner', { scripts: { test: 'mocha' } }],
    ['another runner without a script', { devDependencies: { mocha: '^11' } }],
    ['a script that may lead to any', { scripts: { test: 'make test' } }],
  ])('names a script for a test that the own runner would pass, beside %s', async (_, manifest) => {
    using project = new Project({
      'package.json': { ...manifest, type: 'module' },
      'test/mine.test.js': '',
      '.git/': '',
    });
    const run = 'node --test greenroom-tests/bot.js';
    const { stdout } = await project.runHere('init');
    expect(stdout).toContain(`  "test:greenroom": "${run}" in the scripts of package.json\n`);
    expect(stdout).not.toContain('"test": ');
    expect(stdout).toContain(`Run it\n  ${run}\n`);
    expect(project.files()).not.toContain('test/greenroom.test.js');
    expect(project.read(WORKFLOW)).toContain(`          ${run}\n`);

    const scripts = { test: 'mocha', 'test:greenroom': run };
    project.write('package.json', JSON.stringify({ ...manifest, scripts }));
    const again = (await project.runHere('init')).stdout;
    expect(again).toContain('left alone\n  greenroom-tests/bot.js\n');
    expect(again).not.toContain('test:greenroom');
  });

  test('names a script for a test that the settings of Jest do not look for, as those of the Nest CLI', async () => {
    const manifest = {
      scripts: { test: 'jest' },
      devDependencies: { jest: '^30', greenroom: '*' },
      jest: { rootDir: 'src', testRegex: String.raw`.*\.spec\.ts$`, moduleFileExtensions: ['js', 'json', 'ts'] },
    };
    using project = new Project({
      'package.json': manifest,
      'tsconfig.json': '{}',
      'test/app.e2e-spec.ts': '',
      '.git/': '',
    });
    const run = 'node --experimental-vm-modules node_modules/jest/bin/jest.js --config={} test/greenroom.test.mjs';
    const { stdout } = await project.runHere('init');
    expect(stdout).toContain(`  "test:greenroom": "${run}" in the scripts of package.json\n`);
    expect(stdout).not.toContain('"test": ');
    expect(stdout).toContain(`Run it\n  ${run}\n`);
    expect(project.read(WORKFLOW)).toContain(`          npm test\n          ${run}\n`);
  });

  test('names the flag that Jest needs, unless the script has it', async () => {
    const manifest = (script: string) => ({
      scripts: { test: script },
      devDependencies: { jest: '^30', greenroom: '*' },
    });
    using without = new Project({ 'package.json': manifest('jest') });
    expect((await without.runHere('init')).stdout).toMatch(
      /By hand\n {2}"test": "node --experimental-vm-modules .*jest\.js"/,
    );
    using flagged = new Project({
      'package.json': manifest('node --experimental-vm-modules node_modules/jest/bin/jest.js'),
    });
    expect((await flagged.runHere('init')).stdout).not.toContain('By hand');
  });
});
