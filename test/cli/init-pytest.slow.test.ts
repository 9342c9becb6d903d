import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Project } from '../support/project.js';

const PYTEST = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'];
const HAS_PYTEST = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;

describe('greenroom init puts the test of pytest', () => {
  const fixtures = `import pytest\n\n@pytest.fixture\ndef room():\n    return "mine"\n\n\n@pytest.fixture\ndef greenroom():\n    return "mine"\n`;
  const uses = 'def test_mine(room, greenroom):\n    assert (room, greenroom) == ("mine", "mine")\n';
  test.each<[where: string, files: Readonly<Record<string, string>>, folder: string]>([
    [
      'has fixtures of its names in a folder above',
      { 'tests/conftest.py': fixtures, 'tests/unit/test_a.py': uses },
      'tests/unit/greenroom',
    ],
    ['has them in the uppermost folder', { 'conftest.py': fixtures, 'tests/test_a.py': uses }, 'tests/greenroom'],
    ['has no tests yet, but a conftest.py', { 'conftest.py': '# mine' }, 'tests/greenroom'],
    ['has them beside its code', { 'test_a.py': `${fixtures}\n\n${uses}` }, 'greenroom'],
    [
      'has them below',
      { 'tests/test_a.py': '', 'tests/a/conftest.py': fixtures, 'tests/a/test_a.py': uses, 'tests/a/__init__.py': '' },
      'tests/greenroom',
    ],
    [
      'calls its tests otherwise',
      { 'pytest.ini': '[pytest]\ntestpaths = tests\npython_files = *.py\n', 'tests/checks.py': 'def test_a(): pass' },
      'tests/greenroom',
    ],
    [
      'has use for the folder, too',
      { 'tests/conftest.py': fixtures, 'tests/test_a.py': uses, 'tests/greenroom/test_b.py': '' },
      'tests/greenroom_tests',
    ],
  ])('where its conftest.py holds for no test of a project that %s', (_, files, folder) => {
    using project = new Project({ 'requirements.txt': '', ...files });
    expect(project.greenroom('init').code).toBe(0);
    const added = project.files().filter((path) => path.endsWith('.py') && !(path in files));
    expect(added).toEqual([`${folder}/conftest.py`, `${folder}/test_greenroom.py`]);
    for (const path of Object.keys(files)) expect(project.read(path)).toBe(files[path]);
    const before = project.everything();
    expect([project.greenroom('init').code, project.everything()]).toEqual([0, before]);
    if (!HAS_PYTEST) return;
    project.installGreenroom();
    expect(project.run('python3', PYTEST)).toMatchObject({ code: 0, stdout: expect.stringMatching(/[1-9] passed/) });
  });

  test('and the conftest.py of an earlier run counts as there, wherever it was moved', () => {
    using project = new Project({ 'setup.py': '', 'tests/conftest.py': '', 'tests/unit/test_a.py': '' });
    project.greenroom('init');
    project.write('tests/conftest.py', project.read('tests/unit/greenroom/conftest.py'));
    rmSync(join(project.folder, 'tests/unit/greenroom'), { recursive: true });
    const { stdout } = project.greenroom('init');
    expect(stdout).toContain('left alone\n  tests/conftest.py\n');
    expect(project.files()).toContain('tests/test_greenroom.py');
  });
});
