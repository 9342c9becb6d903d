import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../src/server/host/free-port.js';
import { runCommand } from '../support/server.js';

interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly run?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const step = action.runs.steps.find(({ id }) => id === 'check')!;

const folder = mkdtempSync(join(tmpdir(), 'greenroom-action-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the step as GitHub would, with these inputs. */
function runStep(inputs: Readonly<Record<string, string>>) {
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const env = Object.fromEntries(
    Object.entries(step.env!).map(([name, value]) => {
      const input = /\$\{\{ inputs\.([\w-]+) \}\}/.exec(value)![1]!;
      return [name, inputs[input] ?? action.inputs[input]!.default ?? ''];
    }),
  );
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', step.run!], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...env,
      GITHUB_ACTION_PATH: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    },
  });
  return { status, stdout, stderr, output: readFileSync(output, 'utf8'), summary: readFileSync(summary, 'utf8') };
}

describe('The action for GitHub', () => {
  test('uses only inputs that it declares, and every one of them', () => {
    const used = [...JSON.stringify(action.runs).matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name!);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(action.inputs).toSorted());
    for (const { value } of Object.values(action.outputs)) expect(value).toMatch(/steps\.check\.outputs\.[\w-]+/);
  });

  test('names only flags that there are', async () => {
    const { stdout } = await runCommand(['check', 'receiver', '--help']);
    const flags = [...step.run!.matchAll(/--[a-z-]+/g)].map(([flag]) => flag);
    expect(flags.length).toBeGreaterThan(3);
    expect(flags.filter((flag) => !stdout.includes(`${flag} `))).toEqual([]);
  });

  test('explores an app that it starts, and annotates what it found', async () => {
    const [app, port] = [join(root, 'test/explore/apps/mails.mjs'), await freePort()];
    const target = `http://127.0.0.1:${port}/hooks/cronofy`;
    const args = `--state\nhttp://127.0.0.1:${port}/meetings/{id}\n--executions\n4\n--scenario\nhappy-path\n--save\n${folder}`;
    const { status, stdout, output, summary } = runStep({
      check: 'explore',
      target,
      args,
      command: `env\nBUG=twice\n${process.execPath}\n${app}`,
      junit: join(folder, 'explored.xml'),
    });
    expect([status, output]).toEqual([1, 'result=findings\nexit-code=1\n']);
    expect(stdout).toMatch(/^::error file=\S+\.json,title=idempotent::A message that comes again changes the state/m);
    expect(summary).toContain('### greenroom explore');
    expect(readFileSync(join(folder, 'explored.xml'), 'utf8')).toMatch(
      /tests="12" failures="1".*<failure type="idempotent"/s,
    );
  });

  test('takes no flag for the URL of an app', () => {
    const { stdout, output } = runStep({ check: 'explore', target: '--help', command: 'true' });
    expect(stdout).toMatch(/^::error title=greenroom explore::.* was "http--help"\.\ngreenroom explore .*\n$/);
    expect(output).toBe('result=failed\nexit-code=2\n');
  });

  test('runs its own code, and nothing that a registry names', () => {
    const { steps } = action.runs;
    expect(steps.flatMap(({ run = '' }) => run.match(/\b(npx|npm|pnpm|yarn)\b.*/) ?? [])).toEqual([]);
    const programs = steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/\bnode "?([\w./$-]+)/g)].map(([, file]) => file!),
    );
    expect(programs).toEqual(['scripts/prepare.mjs', '$GITHUB_ACTION_PATH/dist/bin/greenroom.js']);
  });

  test('has a secret in the environment of the check alone', () => {
    const withSecrets = action.runs.steps.filter((one) => /inputs\.(secret|key)\b/.test(JSON.stringify(one)));
    expect(withSecrets.map(({ id }) => id)).toEqual(['check']);
    expect(step.run).not.toMatch(/GREENROOM_CHECK_(SECRET|KEY)/);
  });

  test('passes what is clean, and leaves a summary', () => {
    const junit = join(folder, 'clean.xml');
    const run = runStep({ check: 'scenarios', target: scenario('{"description":"Nothing happens."}'), junit });
    expect([run.status, run.output, run.stderr]).toEqual([0, 'result=clean\nexit-code=0\n', '']);
    expect(run.summary).toContain('scenarios');
    expect(readFileSync(junit, 'utf8')).toContain('<testsuite');
  });

  test('fails for findings, with an annotation', () => {
    const run = runStep({ check: 'scenarios', target: scenario('{"description":"x","lobbby":{}}') });
    expect([run.status, run.output]).toEqual([1, 'result=findings\nexit-code=1\n']);
    expect(run.stdout).toMatch(/^::error /m);
  });

  test('takes no flag from its target', () => {
    const { status, stderr } = runStep({
      check: 'receiver',
      target: '--allow-host=app.example.com',
      provider: 'cronofy',
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining('was "--allow-host=app.example.com"')]);
  });

  test('tells wrong use from findings', () => {
    const run = runStep({ check: 'scenarios', args: '--no-such-flag' });
    expect([run.status, run.output]).toEqual([2, 'result=failed\nexit-code=2\n']);
  });
});

function scenario(text: string): string {
  const file = join(folder, 'a-story.json');
  writeFileSync(file, text);
  return file;
}
