import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The Python of a fresh environment in a folder, with these packages of PyPI; `undefined` where that cannot be had. */
export function pythonWith(folder, packages) {
  const place = join(folder, 'venv');
  const python = join(place, 'bin', 'python');
  const made = spawnSync(process.env.PYTHON ?? 'python3', ['-m', 'venv', '--clear', place]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const isThere = made.status === 0 && spawnSync(python, [...pip, ...packages]).status === 0;
  return isThere ? python : undefined;
}
