import { readFileSync, readdirSync } from 'node:fs';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import * as greenroom from '../../src/index.js';

/** A fault, the app that it breaks, the app that stands it, and the test that tells them apart. */
export interface Recipe {
  readonly page: string;
  readonly title: string;
  readonly fault: string;
  readonly naive: string;
  readonly mended: string;
  readonly test: string;
}

const FOLDER = new URL('../../docs/recipes/', import.meta.url);
const BLOCK = /^```(?:js|json) (\S+)\n(.*?)^```$/gms;

/** The recipes of docs/recipes, in the order of their pages. */
export function readRecipes(): Recipe[] {
  const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return pages.flatMap((page) =>
    read(page)
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const blocks = blocksOf(section);
        const block = (name: string): string => blocks.get(name) ?? fail(`${page} lacks the block ${name}: ${section}`);
        return {
          page,
          title: section.split('\n', 1)[0]!,
          fault: block('fault'),
          naive: block('naive'),
          mended: block('mended'),
          test: block('test'),
        };
      }),
  );
}

/** Runs the test of a recipe with one of its apps. Rejects as the test does. */
export async function runRecipe({ test, fault }: Recipe, app: string): Promise<void> {
  const modules: Record<string, unknown> = { greenroom, 'node:assert/strict': assert, 'node:crypto': crypto };
  modules['./meeting.js'] = await evaluate(blocksOf(read('README.md')).get('meeting.js')!, modules);
  modules['./app.js'] = await evaluate(app, modules);
  modules['./fault.json'] = JSON.parse(fault);
  await evaluate(test, modules);
}

/** A broken page must not pass for a bug that was found. */
function fail(reason: string): never {
  throw new Error(reason);
}

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

const blocksOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(BLOCK)].map(([, name, code]) => [name!, code!]));

const IMPORT = /^import (?:(\w+)|(\{[^}]*\})) from '([^']+)'(?: with \{[^}]*\})?;$/gm;
const EXPORT = /^export (?=(?:async )?(?:function|const) (\w+))/gm;

type AsyncFunction = new (...code: string[]) => (modules: object) => Promise<Record<string, unknown>>;
const AsyncFunction = (async () => undefined).constructor as unknown as AsyncFunction;

/** Runs the code of a page as the module that it is, with these for its imports; gives what it exports. */
function evaluate(code: string, modules: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const exported = [...code.matchAll(EXPORT)].map(([, name]) => name!);
  const body = code
    .replace(IMPORT, (_, whole?: string, names?: string, from?: string) => {
      if (!(from! in modules)) fail(`${from} is no import of a recipe`);
      return `const ${whole ?? names!} = modules[${JSON.stringify(from)}];`;
    })
    .replace(EXPORT, '');
  return new AsyncFunction('modules', `'use strict';\n${body}\nreturn { ${exported.join(', ')} };`)(modules);
}
