import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, blocksOf, linksOf, PAGES, pagesIn, readPage, ROOT } from '../support/pages.js';

describe('The README', () => {
  const lines = readPage('README.md').trimEnd().split('\n');

  test('has at most 90 lines', () => {
    expect(lines.length).toBeLessThanOrEqual(90);
  });

  test('shows the install line and a passing test on the first screen', () => {
    const firstScreen = lines.slice(0, 45).join('\n');
    expect(firstScreen).toContain('npm install --save-dev');
    expect(firstScreen).toContain('Tests  1 passed (1)');
  });

  test('leads to every page of docs, by itself or through the index of docs', () => {
    const reached = ['README.md', 'docs/README.md'].flatMap(linksOf).map(({ target }) => target);
    expect(pagesIn('docs').filter((page) => dirname(page) === 'docs' && !reached.includes(page))).toEqual([]);
  });
});

describe('The pages', () => {
  const links = PAGES.flatMap(linksOf);

  // That the package has these files is held by tarball.slow.test.ts.
  test('link to files of the repository that are not built', () => {
    expect(links.length).toBeGreaterThan(100);
    const dead = links.filter(({ target }) => target.startsWith('dist') || !existsSync(join(ROOT, target)));
    expect(dead.map(({ page, target }) => `${page} → ${target}`)).toEqual([]);
  });

  test('link to headings that are there', () => {
    const dead = links.filter(
      ({ target, anchor }) =>
        anchor !== undefined && existsSync(join(ROOT, target)) && !anchorsOf(target).includes(anchor),
    );
    expect(dead.map(({ page, target, anchor }) => `${page} → ${target}#${anchor}`)).toEqual([]);
  });

  test('run no name that a registry could serve while a secret is in the environment', () => {
    const commands = PAGES.flatMap((page) =>
      blocksOf(page).flatMap((block) => block.split('\n').map((line) => ({ page, line, block }))),
    ).filter(({ line }) => /\bnpx\b/.test(line));
    const withSecrets = commands.filter(({ block }) => /\b\w*(?:SECRET|_KEY|TOKEN)\b/.test(block));
    expect(withSecrets.length).toBeGreaterThan(2);
    const risky = [
      ...withSecrets.filter(({ line }) => !line.includes('npx --no-install')),
      ...commands.filter(({ line }) => /npx (?:-y|--yes)\b/.test(line)),
    ];
    expect(risky.map(({ page, line }) => `${page}: ${line}`)).toEqual([]);
  });
});
