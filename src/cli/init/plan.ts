import { posix } from 'node:path';
import { CONFIG_FILES } from '../settings/config.js';
import { choosePlace } from './place.js';
import { isThere, textOf, type Project } from './project.js';
import { planPytest } from './pytest.js';
import {
  commandOf,
  isPassedOver,
  nodeLoadsTypeScript,
  scriptOf,
  standsApart,
  type Language,
  type LanguageName,
  type Runner,
} from './runners.js';
import { fillTemplate, scriptFrom } from './templates.js';
import { planWorkflow } from './workflow.js';
import type { PlannedFile } from './write.js';

/** The files that a project gets, in the order of the report, and the steps that are left to its owner. */
export type Plan = ReturnType<typeof planFor>;

/** Decides what a project gets. */
export function planFor(project: Project, runner: Runner) {
  const language = runner.languageOf(project);
  const tests = planTests(project, runner, language);
  const workflow = planWorkflow(project, runner, tests[0].path);
  return {
    reading: `${runner.title}, ${language[0]}`,
    files: [...tests, planSettings(project), ...(typeof workflow === 'string' ? [] : [workflow])],
    /** Why there is no CI job, if there is none. */
    withoutJob: typeof workflow === 'string' ? workflow : undefined,
    byHand: [
      ...adviseLanguage(project),
      ...adviseByHand(project, runner, language[0]),
      ...adviseIgnoring(project),
      ...adviseScript(project, runner, tests[0].path),
    ],
    run: commandOf(runner, project, tests[0].path),
  };
}

/** The test, and for pytest a conftest. */
function planTests(project: Project, runner: Runner, language: Language): readonly [PlannedFile, ...PlannedFile[]] {
  const [name, extension] = language;
  if (name === 'Python') return planPytest(project, runner);
  const { folder, name: called, written } = choosePlace(project, runner);
  const path = written ?? posix.join(folder, `${called}${extension}`);
  return [{ path, text: scriptFrom(`${runner.name}.ts`, name), purpose: 'the whole life of a bot' }];
}

/** TypeScript where Node loads it as it is; JavaScript elsewhere, because JSON has no comments. */
function planSettings(project: Project): PlannedFile {
  const isTypeScript = project.isTypeScript && project.isModule && nodeLoadsTypeScript();
  const path = CONFIG_FILES.find((name) => isThere(project, name)) ?? `greenroom.config.${isTypeScript ? 'ts' : 'mjs'}`;
  return { path, text: fillTemplate('config.mjs'), purpose: 'the settings of npx greenroom in this folder' };
}

/** The changes of the project's own files, which greenroom does not make, each with its reason on a second line. */
function adviseByHand(project: Project, runner: Runner, language: LanguageName): readonly string[] {
  const { testScript, atHand, hasManifest, packageManager } = project;
  const hasScript = testScript !== undefined || standsApart(runner, project);
  const { name, nodeOption, found } = runner;
  const { npm, oldest = '0' } = found;
  const wanted = ['greenroom', npm, language === 'TypeScript' ? '@types/node' : undefined];
  const missing = wanted.filter((one) => one !== undefined && !(one in atHand)).join(' ');
  const why = hasManifest ? 'package.json does not name' : 'makes package.json, with';
  const has = atHand[npm ?? ''] ?? '';
  const major = Number(/^[\^~>=\sv]*(\d+)/.exec(has)?.[1] ?? Infinity);
  const script = `"test": "${scriptOf(commandOf(runner, project))}" in the scripts of package.json`;
  const isNeeded = nodeOption !== undefined && !isPassedOver(runner, project);
  const lacksOption = isNeeded && testScript?.includes(nodeOption) === false;
  return [
    ...advise(missing !== '', `${packageManager.add} ${missing}`, `${why} what the test needs`),
    ...advise(
      major < Number.parseInt(oldest),
      `take ${name} ${oldest} or later`,
      `greenroom/${name} needs it, package.json says ${has}`,
    ),
    ...advise(!hasScript && language !== 'Python', script, 'so that npm test runs it'),
    ...advise(lacksOption, script, 'Jest loads ES modules, which greenroom is, only with that flag'),
  ];
}

/** A project of Node has that line; in any other, greenroom is the first package that npm installs. */
function adviseIgnoring(project: Project): readonly string[] {
  const isOfNode = !project.isPython && project.other === undefined;
  const isDue = !isOfNode && isThere(project, '.git') && !/^\W*node_modules\b/m.test(textOf(project, '.gitignore'));
  return advise(isDue, 'node_modules/ in .gitignore', 'npm installs greenroom there, and git would add it');
}

/** Tests in a language that greenroom does not write. */
function adviseLanguage({ other }: Project): readonly string[] {
  if (!other) return [];
  const start = 'node_modules/.bin/greenroom --port 0 --clock frozen --json --exit-with-parent';
  return [
    `write tests in ${other.language}, which call greenroom over HTTP`,
    `    the one above is for Node: greenroom writes none for a project with ${other.file}`,
    `    "${start}" prints what they need`,
    '    the page "Any language, over HTTP" (docs/http.md) shows a suite, and has the calls',
  ];
}

/** A script of its own for a test that the project's runner does not run. */
function adviseScript(project: Project, runner: Runner, test: string): readonly string[] {
  const isOther = isPassedOver(runner, project);
  const isDue = (isOther || standsApart(runner, project)) && !textOf(project, 'package.json').includes(test);
  const script = `"test:greenroom": "${scriptOf(commandOf(runner, project, test))}" in the scripts of package.json`;
  const reason = isOther
    ? "the project's settings of Jest look for other files than this ES module: it runs without them, by a script of its own"
    : "the project's own runner would pass whatever this test finds, and does not look there: it runs by a script of its own";
  return advise(isDue, script, reason);
}

const advise = (isDue: boolean, action: string, why: string) => (isDue ? [action, `    ${why}`] : []);
