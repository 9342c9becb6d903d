import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('every test that docs/cronofy-rules.md names is there', () => {
  const sections = read('docs/cronofy-rules.md')
    .split(/^## /m)
    .filter((section) => /^.+\(`test\//.test(section));
  expect(sections).toHaveLength(15);
  for (const section of sections) {
    const file = /\(`(.+?)`\)/.exec(section)![1]!;
    const source = read(file);
    const names = [...section.matchAll(/^\| .+? +\| (.+?) +\|$/gm)]
      .map((match) => match[1]!)
      .filter((name) => !/^(Test|-+)$/.test(name));
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !source.includes(name))).toEqual([]);
  }
});
