import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Project } from '../support/project.js';
import { COMMAND } from '../support/server.js';

const ROOT = dirname(dirname(dirname(COMMAND)));
const WORKFLOW = '.github/workflows/greenroom.yml';
const vitest = { type: 'module', scripts: { test: 'vitest run' }, devDependencies: { greenroom: '*', vitest: '^4' } };

const NODE_LOADS_TYPESCRIPT = 'typescript' in process.features && Boolean(process.features.typescript);

/** Modes of files say nothing to root, who runs the command as somebody else. */
const GUEST = process.getuid?.() === 0 ? { uid: 65_534 } : {};
const canRunAsGuest = (): boolean =>
  process.platform !== 'win32' && spawnSync(process.execPath, ['--version'], GUEST).status === 0;

describe('greenroom init writes', () => {
  test.each<[runner: string, files: Readonly<Record<string, string | object>>, written: string, says: RegExp]>([
    ['Vitest', { 'package.json': vitest }, 'test/greenroom.test.js', /from 'greenroom\/vitest'/],
    [
      'Vitest in TypeScript',
      { 'package.json': vitest, 'tsconfig.json': '{}' },
      'test/greenroom.test.ts',
      /base\.extend<RoomFixtures>/,
    ],
    [
      'Jest as an ES module',
      { 'package.json': { type: 'module', devDependencies: { jest: '^30' } } },
      'test/greenroom.test.js',
      /import .* from 'greenroom\/jest'/,
    ],
    [
      'Jest in a CommonJS project',
      { 'package.json': { devDependencies: { jest: '^30' } } },
      'test/greenroom.test.mjs',
      /import .* from 'greenroom\/jest'/,
    ],
    [
      'Jest whose compiler makes ES modules of TypeScript',
      {
        'package.json': { devDependencies: { jest: '^30' } },
        'tsconfig.json': '{}',
        'jest.config.ts': `export default { extensionsToTreatAsEsm: ['.ts'] };`,
      },
      'test/greenroom.test.ts',
      /import type \{ Greenroom \}/,
    ],
    [
      'Playwright',
      { 'package.json': { devDependencies: { '@playwright/test': '^1' } }, 'tsconfig.json': '{}' },
      'tests/greenroom.spec.ts',
      /RoomWorkerFixtures/,
    ],
    ['node:test', { 'package.json': { type: 'module' } }, 'test/greenroom.test.js', /import .* from 'node:test'/],
    ['node:test with require', { 'package.json': {} }, 'test/greenroom.test.js', /require\('node:test'\)/],
    [
      'node:test with tsx',
      { 'package.json': { devDependencies: { tsx: '^4' } }, 'tsconfig.json': '{}' },
      'test/greenroom.test.ts',
      /import type \{ Greenroom \}/,
    ],
    [
      'node:test in a CommonJS project, in TypeScript if Node loads it',
      { 'package.json': { type: 'commonjs' }, 'tsconfig.json': '{}' },
      NODE_LOADS_TYPESCRIPT ? 'test/greenroom.test.mts' : 'test/greenroom.test.js',
      NODE_LOADS_TYPESCRIPT ? /import type \{ Greenroom \}/ : /require\('node:test'\)/,
    ],
    ['node:test in an empty folder', {}, 'test/greenroom.test.mjs', /import .* from 'node:test'/],
    ['pytest', { 'requirements.txt': '' }, 'tests/test_greenroom.py', /def test_a_bot_lives/],
    [
      'pytest where npm has put greenroom',
      { 'pyproject.toml': '', 'package.json': { devDependencies: { greenroom: '*' } } },
      'tests/test_greenroom.py',
      /def test_a_bot_lives/,
    ],
  ])('a test for %s', (_, files, written, says) => {
    using project = new Project(files);
    const { code, stdout, stderr } = project.greenroom('init');
    expect([code, stderr]).toEqual([0, '']);
    const added = project.files().filter((path) => !(path in files));
    const settings = added.find((path) => /^greenroom\.config\.(mjs|ts)$/.test(path));
    const conftest = written.endsWith('.py') ? ['tests/conftest.py'] : [];
    expect(new Set(added)).toEqual(new Set([settings, ...conftest, written]));
    expect(project.read(written)).toMatch(says);
    for (const path of added) expect(stdout).toContain(`  ${path}  `);
    expect(stdout).toContain(`\nRun it\n`);
  });

  test.each([
    ['vitest', 'test/greenroom.test.js'],
    ['jest', 'test/greenroom.test.js'],
    ['playwright', 'tests/greenroom.spec.js'],
    ['node', 'test/greenroom.test.js'],
    ['pytest', 'tests/test_greenroom.py'],
  ])('a test for the runner of --runner %s, and says what it needs', (runner, written) => {
    using project = new Project({ 'package.json': { type: 'module' } });
    const { code, stdout } = project.greenroom('init', '--runner', runner);
    expect(code).toBe(0);
    expect(project.files()).toContain(written);
    expect(stdout).toMatch(/By hand\n {2}npm install --save-dev greenroom/);
  });

  test.each(['vitest', 'jest', 'playwright', 'node'])('JavaScript without a word of TypeScript for %s', (runner) => {
    using project = new Project({ 'package.json': { type: 'module' } });
    project.greenroom('init', '--runner', runner);
    const test = project.files().find((path) => /greenroom\.(test|spec)\.js$/.test(path))!;
    expect(project.run(process.execPath, ['--check', test])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test.each([{ type: 'module' }, {}])('a test that passes at once, in a project with %j', (manifest) => {
    using project = new Project({ 'package.json': manifest });
    project.installGreenroom();
    const run = /Run it\n {2}node (.*)\n/.exec(project.greenroom('init').stdout)![1]!;
    const { code, stdout } = project.run(process.execPath, run.split(' '), {
      env: { GREENROOM_JOURNAL: 'journal.jsonl' },
    });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/pass 1\b/)]);
    expect(project.greenroom('check', 'traffic', 'journal.jsonl')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 with Attendee'),
    });
  });
});

describe('greenroom init puts the test', () => {
  const js = { type: 'module', devDependencies: { vitest: '^4', '@playwright/test': '^1' } };
  test.each<[where: string, files: Readonly<Record<string, string | object>>, written: string]>([
    ['where most tests are', { 'tests/a.test.js': '', 'test/': '' }, 'tests/greenroom.test.js'],
    ['into a folder for tests that is empty yet', { '__tests__/': '' }, '__tests__/greenroom.test.js'],
    ['into src, if tests stand beside what they test', { 'src/app/a.test.js': '' }, 'src/greenroom.test.js'],
    ['into the folder for tests in src', { 'src/__tests__/a.js': '' }, 'src/__tests__/greenroom.test.js'],
    ['under the tests of a kind', { 'test/unit/a.spec.js': '' }, 'test/unit/greenroom.spec.js'],
    [
      'away from the tests of Playwright',
      { 'test/a.spec.js': '', 'playwright.config.js': `export default { testDir: './test' };`, 'src/b.test.js': '' },
      'src/greenroom.test.js',
    ],
  ])('%s', (_, files, written) => {
    using project = new Project({ 'package.json': js, ...files });
    expect(project.greenroom('init').code).toBe(0);
    expect(project.files().filter((path) => path.includes('greenroom.') && path.includes('/'))).toEqual([written]);
  });

  test('where the settings of Playwright and of pytest say', () => {
    using project = new Project({
      'package.json': js,
      'playwright.config.js': `export default { testDir: './browser' };`,
      'pyproject.toml': '[tool.pytest.ini_options]\ntestpaths = ["checks"]\n',
    });
    for (const runner of ['playwright', 'pytest']) project.greenroom('init', '--runner', runner);
    expect(project.files()).toEqual(
      expect.arrayContaining(['browser/greenroom.spec.js', 'checks/conftest.py', 'checks/test_greenroom.py']),
    );
  });

  test('into a folder of its own beside a conftest.py of the project', () => {
    using project = new Project({ 'setup.py': '', 'tests/conftest.py': '# mine', 'tests/test_a.py': '' });
    project.greenroom('init');
    expect(project.read('tests/conftest.py')).toBe('# mine');
    expect(project.files()).toContain('tests/greenroom/test_greenroom.py');
    expect(project.greenroom('init').stdout).not.toContain('Written');
  });
});

describe('greenroom init overwrites nothing:', () => {
  test('a second run leaves all as it is, and says so', () => {
    using project = new Project({ 'package.json': vitest, '.git/': '' });
    project.greenroom('init');
    project.write('test/greenroom.test.js', '// mine now');
    const before = project.everything();
    const { code, stdout } = project.greenroom('init');
    expect([code, project.everything()]).toEqual([0, before]);
    expect(stdout).toContain(
      `There already, left alone\n  test/greenroom.test.js\n  greenroom.config.mjs\n  ${WORKFLOW}\n\nRun it`,
    );
  });

  test('a test that was moved and settings of another kind count as there', () => {
    using project = new Project({
      'package.json': vitest,
      'src/meetings/greenroom.spec.js': '// moved',
      'greenroom.config.json': '{}',
    });
    const { stdout } = project.greenroom('init');
    expect(stdout).toContain('left alone\n  src/meetings/greenroom.spec.js\n  greenroom.config.json\n');
    expect(project.files()).toHaveLength(3);
  });

  test('a link to nowhere is not written through', () => {
    using project = new Project({ 'package.json': vitest, 'test/': '' });
    symlinkSync('../elsewhere.js', join(project.folder, 'test/greenroom.test.js'));
    expect(project.greenroom('init').stdout).toContain('left alone\n  test/greenroom.test.js\n');
    expect(project.files()).not.toContain('elsewhere.js');
  });

  test('a dry run prints each file and writes none', () => {
    using project = new Project({
      'package.json': vitest,
      '.github/': '',
      'greenroom.config.mjs': 'export default {};',
    });
    const before = project.everything();
    const { code, stdout } = project.greenroom('init', '--dry-run');
    expect([code, project.everything()]).toEqual([0, before]);
    expect(stdout).toContain('Would be written\n  test/greenroom.test.js');
    expect(stdout).toContain('left alone\n  greenroom.config.mjs\n');
    const texts = new Map(
      stdout
        .split('\n--- ')
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
    );
    project.greenroom('init');
    expect([...texts.keys()]).toEqual(['test/greenroom.test.js', WORKFLOW]);
    for (const [path, part] of texts) expect(part.trimEnd()).toBe(`${path}\n${project.read(path)}`.trimEnd());
  });
});

describe('greenroom init refuses', () => {
  test.each<[what: string, files: Readonly<Record<string, string>>, flags: readonly string[], says: RegExp]>([
    ['an unknown flag', {}, ['--runer', 'jest'], /no flag --runer\. Did you mean --runner\?/],
    ['a word without a flag', {}, ['here'], /expected flags alone, was also "here"/],
    ['an unknown runner', {}, ['--runner', 'vitesst'], /was "vitesst"\. Did you mean "vitest"\?/],
    ['a folder that is not there', {}, ['--dir', 'nowhere'], /expected a folder that is there, was "nowhere"/],
    [
      'a file for a folder',
      { 'a.txt': '' },
      ['--dir', 'a.txt'],
      /expected a folder that is there, was the file "a\.txt"/,
    ],
    ['a package.json that is not JSON', { 'package.json': '{' }, [], /package\.json: expected JSON, was /],
    ['a package.json that is a list', { 'package.json': '[]' }, [], /expected a JSON object, was a list/],
  ])('%s, and writes nothing', (_, files, flags, says) => {
    using project = new Project(files);
    const before = project.everything();
    const { code, stdout, stderr } = project.greenroom('init', ...flags);
    expect([code, stdout, project.everything()]).toEqual([2, '', before]);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('greenroom init leaves nothing half written', () => {
  const says = /^Failed to write 1 of 3 files: .*run greenroom init again/;

  test('where a folder is a file: it writes the rest, and says which is missing', () => {
    using project = new Project({ 'package.json': vitest, '.github': '' });
    const { code, stdout, stderr } = project.greenroom('init');
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(stdout).toMatch(/Written\n {2}test\/greenroom\.test\.js .*\n {2}greenroom\.config\.mjs .*\n/);
    expect(stdout).toMatch(
      /Not written\n {2}\.github\/workflows\/greenroom\.yml {2}(a part of its path is a file|a file has its name, or)/,
    );
    expect(project.files()).toEqual(['.github', 'greenroom.config.mjs', 'package.json', 'test/greenroom.test.js']);
  });

  test('on a disk that is full in the middle of a file: neither the file nor its folder stays', () => {
    using project = new Project({ 'package.json': vitest });
    const before = project.files();
    const { code, stdout } = project.run('sh', ['-c', `ulimit -f 1; exec "${process.execPath}" "${COMMAND}" init`]);
    expect([code, project.files()]).toEqual([2, before]);
    expect(stdout).toMatch(
      /Not written\n {2}test\/greenroom\.test\.js {2}the file would become larger than is allowed \(EFBIG\)/,
    );
    expect(project.everything()).toHaveLength(1);
  });

  test.skipIf(process.platform !== 'linux')('on a file system that takes no files: it ends, and says so', () => {
    using project = new Project();
    const { code, stdout, stderr } = project.greenroom('init', '--dir', '/proc/self');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^Failed to write 2 of 2 files/)]);
    expect(stdout).toMatch(/Not written\n {2}test\/greenroom\.test\.mjs {2}there is no such file or folder$/m);
  });

  test.skipIf(!canRunAsGuest())('in a folder that only others may write: it says so for each file', () => {
    using project = new Project({ 'package.json': vitest });
    using command = new Project();
    cpSync(dirname(COMMAND), command.folder, { recursive: true });
    cpSync(join(ROOT, 'fixtures/init'), join(command.folder, 'fixtures/init'), { recursive: true });
    chmodSync(command.folder, 0o755);
    chmodSync(project.folder, 0o555);
    const before = project.everything();
    const { code, stdout, stderr } = project.run(
      process.execPath,
      [join(command.folder, 'greenroom.js'), 'init'],
      GUEST,
    );
    expect([code, project.everything()]).toEqual([2, before]);
    expect(stdout.match(/ {2}permission denied \(EACCES\)$/gm)).toHaveLength(2);
    expect(stderr).toMatch(/^Failed to write 2 of 2 files/);
    chmodSync(project.folder, 0o755);
  });
});
