import { dirname, join } from 'node:path';
import { isThere, type Project } from './project.js';
import { pythonInstall } from './python.js';
import { commandOf, isPassedOver, standsApart, type Runner } from './runners.js';
import { fillTemplate } from './templates.js';
import type { PlannedFile } from './write.js';

/** The CI job of a project whose written test is `test`; a text says why there is none. */
export function planWorkflow(project: Project, runner: Runner, test: string): PlannedFile | string {
  const isOnGitHub = isThere(project, '.github');
  if (!isOnGitHub && !isThere(project, '.git')) return whyNone(dirname(project.folder));
  const reason = isOnGitHub ? 'there is a .github folder' : 'this is a git repository';
  const [yml, yaml] = ['.github/workflows/greenroom.yml', '.github/workflows/greenroom.yaml'] as const;
  const version = ['.nvmrc', '.node-version'].find((name) => isThere(project, name));
  const isOptionGiven = project.testScript?.includes(runner.nodeOption ?? '');
  const text = fillTemplate('workflow.yml', {
    node: [version === undefined ? 'node-version: 22' : `node-version-file: ${version}`],
    python: runner.name === 'pytest' ? ['- uses: actions/setup-python@v5', '  with:', "    python-version: '3.x'"] : [],
    install: installLines(project, runner),
    tests: testLines(project, runner, test),
    check: [`run: ${installed(project, 'greenroom')} check traffic journal.jsonl --reporter pretty --reporter github`],
    coverage: [`run: ${installed(project, 'greenroom')} coverage journal.jsonl`],
    environment: runner.nodeOption === undefined || isOptionGiven ? [] : [`NODE_OPTIONS: ${runner.nodeOption}`],
  });
  const purpose = `tests and contract check on GitHub, because ${reason}`;
  return { path: isThere(project, yaml) ? yaml : yml, text, purpose };
}

/** `above` is the folder above a project, which is in a repository or in none. */
function whyNone(above: string): string {
  if (isThere({ folder: above }, '.git'))
    return `GitHub reads workflows in ${join(above, '.github')} alone, where the repository begins. Run greenroom init there to have one`;
  if (dirname(above) !== above) return whyNone(dirname(above));
  return 'there is no .github folder, and this is no git repository. After git init, run greenroom init again';
}

/** The project's dependencies, and those that package.json does not name. */
function installLines(project: Project, runner: Runner): readonly string[] {
  const { name, ci } = project.packageManager;
  const before = { npm: [], bun: ['npm install --global bun'], pnpm: ['corepack enable'], yarn: ['corepack enable'] };
  const lines = [...before[name], ci];
  if (runner.name === 'playwright') return [...lines, `${installed(project, 'playwright')} install --with-deps`];
  return runner.name === 'pytest' ? [...lines, ...pythonInstall(project)] : lines;
}

/** The project's own script, and the written test where that script may not run it. */
function testLines(project: Project, runner: Runner, test: string): readonly string[] {
  const line = (file?: string) => commandOf(runner, project, file).replace(/^npx /, 'npx --no-install ');
  const isApart = standsApart(runner, project) || isPassedOver(runner, project);
  if (project.testScript === undefined) return [line(isApart ? test : undefined)];
  const own = `${project.packageManager.script} test`;
  const isRun = isApart ? project.testScript.includes(test) : runner.found.inScript.test(project.testScript);
  return isRun ? [own] : [own, line(test)];
}

/** The words for a program that is installed, and is never fetched by its name. */
const installed = ({ packageManager }: Project, program: string): string =>
  `${packageManager.isPlugAndPlay ? 'yarn' : 'npx --no-install'} ${program}`;
