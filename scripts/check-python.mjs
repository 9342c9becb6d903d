// Runs the tests of the probe for Python with frameworks of PyPI, which npm test does without.
import { spawnSync } from 'node:child_process';
import { makeFolder } from './packed.mjs';
import { pythonWith } from './python.mjs';

const { folder, remove } = makeFolder('python');
process.once('exit', remove);
const python = pythonWith(folder, [
  'flask',
  'django',
  'fastapi',
  'daphne',
  'aiohttp',
  'uvicorn',
  'gunicorn',
  'apscheduler',
  'celery',
  'django-q2',
  'fakeredis',
  'huey',
  'rq',
  'dramatiq[redis]',
  'arq',
  'lupa',
]);
if (python === undefined) {
  console.log('skipped: there is no Python with venv, or no PyPI');
} else {
  const env = { ...process.env, PYTHON: python, GREENROOM_LIVES: process.env.GREENROOM_LIVES ?? '5' };
  const args = [
    'vitest',
    'run',
    '--config',
    'vitest.laws.config.ts',
    '--project',
    'slow',
    'test/package/probe-python.slow.test.ts',
  ];
  process.exitCode = spawnSync('npx', args, { stdio: 'inherit', env }).status ?? 1;
}
