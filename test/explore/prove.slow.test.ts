import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import type { Ran } from '../support/ran.js';
import { app, APP, greenroom, shareFolder, storyFile } from './command-line.js';

shareFolder();

test('prove ends with 0 for a fix alone, and leaves no work tree behind', async () => {
  const repository = makeFolder();
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...words], {
      cwd: repository,
      encoding: 'utf8',
    });
  git('init', '-q');
  const commit = (name: string, bug: string): void => {
    copyFileSync(APP, path.join(repository, 'app.mjs'));
    const source = readFileSync(APP, 'utf8').replace("process.env.BUG === 'twice'", bug);
    writeFileSync(path.join(repository, 'app.mjs'), source);
    git('add', '.');
    git('commit', '-qm', name, '--allow-empty');
    git('tag', name);
  };
  commit('broken', 'true');
  commit('still-broken', 'Boolean(true)');
  commit('fixed', 'false');
  const story = storyFile('proved.json');
  const prove = async (before: string, after: string): Promise<Ran> =>
    greenroom(['prove', story, '--before', before, '--after', after, ...(await app('app.mjs'))], { cwd: repository });
  const [real, none, never] = [
    await prove('broken', 'fixed'),
    await prove('broken', 'still-broken'),
    await prove('fixed', 'fixed'),
  ];
  expect(
    [real, none, never].map(({ code }) => code),
    real.told,
  ).toEqual([0, 1, 1]);
  const [before, after] = ['broken', 'fixed'].map((tag) => git('rev-parse', tag).trim());
  expect(real.out).toMatch(new RegExp(`^story [0-9a-f]{12}\nbefore ${before} fails\nafter ${after} passes\nproven\n$`));
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  expect(existsSync(path.join(repository, '.git', 'worktrees'))).toBe(false);
  rmSync(repository, { recursive: true });
});
