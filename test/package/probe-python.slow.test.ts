import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { runCommand } from '../support/server.js';

const APP = fileURLToPath(new URL('../support/late_app.py', import.meta.url));
const STORING_APP = fileURLToPath(new URL('../support/storing_app.py', import.meta.url));
const RENEWED_APP = fileURLToPath(new URL('../support/renewed_app.py', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../python', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/python.md', import.meta.url));
const PYTHON = process.env['PYTHON'] ?? 'python3';
/** Of each way. */
const LIVES = Number(process.env['GREENROOM_LIVES'] ?? 1);
const SERVERS = [
  [
    'http.server',
    'http.server',
    [
      'thread',
      'thread of a task',
      'timer',
      'pool',
      'fork',
      'process',
      'at once',
      'reads',
      'reads of a pool',
      'reads at once',
      'message',
      'published',
      'taker',
      'taker',
    ],
    '80',
  ],
  ['http.server beside APScheduler', 'http.server,apscheduler', ['scheduled'], '80'],
  ['Flask', 'flask', ['thread', 'at once'], '400'],
  ['Django', 'django', ['thread', 'pool', 'at once', 'reads at once'], '400'],
  ['Django under uvicorn', 'asgiref,django,uvicorn', ['task', 'timer', 'consumer', 'thread', 'reads'], '400'],
  ['Django under daphne', 'daphne,django', ['task', 'timer', 'reactor', 'consumer', 'thread', 'reads'], '400'],
  ['aiohttp', 'aiohttp', ['task', 'timer', 'consumer', 'server', 'reads'], '400'],
  ['FastAPI', 'fastapi,uvicorn', ['task', 'timer', 'consumer', 'server', 'at once', 'reads', 'reads at once'], '400'],
] as const;

/** With the modules that each needs. */
const QUEUES = [
  ['Celery', 'celery', 'celery'],
  ['Django Q', 'django-q', 'django_q'],
  ['huey', 'huey', 'huey'],
  ['RQ', 'rq', 'rq, fakeredis'],
  ['Dramatiq', 'dramatiq', 'dramatiq, fakeredis, lupa'],
  ['arq', 'arq', 'arq, fakeredis'],
  ['a queue of its own, by the holds of docs/python.md,', 'own', 'os'],
] as const;

/** How an app makes and stores its bot; the last are those of a loop of asyncio. */
const STORES = [
  'a handler',
  'a script',
  'the processor',
  'a thread',
  'a thread that takes',
  "another thread's call",
  'a thread that ends',
  'a socket',
  'a pool',
  'the loop',
  'a connection',
  'a task',
];

const runs = (program: string): boolean => spawnSync(PYTHON, ['-c', program]).status === 0;
const isThere = process.platform !== 'win32' && runs('import sys; sys.exit(sys.version_info < (3, 9))');
/** With `npm run python` they are there. */
const missing = (modules: string): string => `${PYTHON} cannot import ${modules}: PYTHON names another`;

async function exec(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const flags = ['exec', '--quiet', '--clock', 'frozen', '--', PYTHON];
  return runCommand([...flags, ...args], { PYTHONDONTWRITEBYTECODE: '1', ...env });
}

describe.skipIf(!isThere)('An app in Python under greenroom exec', () => {
  test.for(SERVERS)(
    'that works on after its answer in %s is served at the instant of its webhook',
    { timeout: 3_600_000 },
    async ([, modules, ways, ms], { skip }) => {
      skip(!runs(`import ${modules}`), missing(modules));
      const lives = ways.length * LIVES;
      const { stdout, stderr } = await exec([APP, modules.split(',')[0]!, ways.join(), ms, String(lives)]);
      expect(stderr).toBe('');
      const { took, ...told } = JSON.parse(stdout) as { took: number };
      expect(told).toMatchObject({ exact: lives, notes: [], probes: [{ state: 'at rest' }] });
      // What a server does now and then, once a second, say, is no work on any of the five webhooks.
      expect(took / lives).toBeLessThan(5);
    },
  );

  test.for(QUEUES)('that leaves the work to %s is served at that instant', async ([, queue, modules], { skip }) => {
    skip(!runs(`import ${modules}`), missing(modules));
    const folder = makeFolder();
    const page = fs.readFileSync(PAGE, 'utf8');
    fs.writeFileSync(path.join(folder, 'holds.py'), /```python holds\.py\n([^]*?)```/.exec(page)![1]!);
    const env = { PYTHONPATH: folder, LATE_JOBS: folder };
    const { stdout, stderr } = await exec([APP, 'http.server', `queue ${queue}`, '300', '3'], env);
    fs.rmSync(folder, { recursive: true });
    expect([stderr, JSON.parse(stdout)]).toMatchObject(['', { exact: 3, notes: [] }]);
  });

  test.concurrent.for(STORES)('that stores its bot late, by %s, knows it in each webhook', async (way, { expect }) => {
    const { stdout } = await runCommand(['exec', '--quiet', '--', PYTHON, '-B', STORING_APP, way]);
    expect(stdout).toMatch(/^(\w+ True\n)+ended True\n$/);
  });

  test('whose workers of gunicorn are renewed is at rest when they wait', async ({ skip }) => {
    skip(!runs('import gunicorn'), missing('gunicorn'));
    const { stdout } = await exec(['-B', RENEWED_APP]);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(9);
  });

  test('that takes messages where no probe sees it is waited for twice', async () => {
    const { stdout } = await runCommand(['exec', '--quiet', '--', PYTHON, '-B', STORING_APP, 'messages']);
    expect(Number(stdout)).toBeLessThan(9);
  });

  test.for([
    ['exits at once', 'import os, time; time.sleep(.3); os._exit(0)'],
    [
      'becomes another program',
      'import os, sys, time; time.sleep(.3); os.execv(sys.executable, [sys.executable, "-c", ""])',
    ],
    [
      'has a fork that exits at once',
      'import os, time; pid = os.fork(); time.sleep(.3); os.waitpid(pid, 0) if pid else os._exit(0)',
    ],
    [
      'has a sleep of its own',
      'import pickle, time; type("Own", (), {"sleep": time.sleep})().sleep(0); assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep',
    ],
  ])('that %s says nothing', async ([, program]) => {
    const { stderr, code } = await exec(['-c', program!]);
    expect([stderr, code]).toEqual(['', 0]);
  });

  test('keeps the modules that PYTHONPATH names, and what Python loads when it starts', async () => {
    const folder = makeFolder();
    const prints = 'import json, sys, mine; print(json.dumps([mine.NAME, "greenroom_probe" in sys.modules]))';
    fs.writeFileSync(path.join(folder, 'mine.py'), 'NAME = "mine"');
    const run = () => exec(['-c', prints], { PYTHONPATH: folder });
    const without = await run();
    const file = path.join(folder, 'sitecustomize.py');
    fs.writeFileSync(file, 'import mine; mine.NAME = "customized"');
    const own = await run();
    fs.appendFileSync(file, '\nimport greenroom_probe');
    const both = await run();
    fs.rmSync(folder, { recursive: true });
    expect([without, own, both].map(({ stdout }) => JSON.parse(stdout))).toEqual([
      ['mine', true],
      ['customized', false],
      ['customized', true],
    ]);
    expect([without.stderr, own.stderr]).toEqual([
      '',
      expect.stringContaining(`Python loads ${file} and not the probe`),
    ]);
  });

  test('that is older than the probe is left alone, and has what it loads at its start', () => {
    const folder = makeFolder();
    fs.writeFileSync(path.join(folder, 'sitecustomize.py'), 'import sys; sys.mine = True');
    const program = `import json, runpy, sys; sys.version_info = (3, 8, 18, "final", 0); sys.path[:0] = ${JSON.stringify([FOLDER, folder])}
runpy.run_path(${JSON.stringify(path.join(FOLDER, 'sitecustomize.py'))}); print(json.dumps(["greenroom_probe" in sys.modules, sys.mine]))`;
    const { stdout } = spawnSync(PYTHON, ['-B', '-I', '-c', program], { encoding: 'utf8' });
    fs.rmSync(folder, { recursive: true });
    expect(JSON.parse(stdout)).toEqual([false, true]);
  });

  test('is not led in lockstep, and a sentence says so once', async () => {
    const program = 'import os, time; pid = os.fork(); time.sleep(.3); os.waitpid(pid, 0) if pid else None';
    const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--'];
    const { stderr, code } = await runCommand([...flags, PYTHON, '-c', program], { PYTHONDONTWRITEBYTECODE: '1' });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^A process of the app \(Python 3\.\d+\) is not in lockstep: its clock and its timers are real, and no advance moves them\. .*\n$/,
      ),
    ]);
  });

  test('runs with a sentence where its greenroom is gone', async () => {
    const program = [PYTHON, '-c', 'print("done")'];
    const env = { GREENROOM_PROBE: 'secret@/nowhere/probes', PYTHONPATH: FOLDER, PYTHONDONTWRITEBYTECODE: '1' };
    const { stdout, stderr } = await runCommand(['exec', '--quiet', '--no-probe', '--', ...program], env);
    expect([stdout, stderr]).toEqual([
      'done\n',
      expect.stringMatching(/^greenroom: this process is not probed.*No such/),
    ]);
  });
});
