import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({
    path: relative(SRC, join(SRC, path)).replaceAll('\\', '/'),
    text: readFileSync(join(SRC, path), 'utf8'),
  }));

/** A vendor's own folders, and the two lists. */
const OF_A_VENDOR =
  /^(contracts|server\/providers)\/(cronofy|attendee)\/|^contracts\/(vendors|hosts)\.ts$|^server\/providers\/registry\.ts$/;
/** Doors: their names and types are public. */
const DOORS = ['contracts/index.ts', 'contracts/webhooks.ts', 'index.ts', 'webhooks.ts', 'intercept.ts'];

describe('The sources', () => {
  test('name a vendor in its own folders, in the two lists and in doors; elsewhere in at most eight files', () => {
    const naming = sources
      .filter(({ path }) => !OF_A_VENDOR.test(path) && !DOORS.includes(path))
      .filter(({ text }) => /cronofy|attendee(?!_absent)/i.test(text.replaceAll('attendee-absent', '')))
      .map(({ path }) => path);
    expect(naming.length, naming.join(', ')).toBeLessThanOrEqual(8);
  });

  test('never ask for the name of a vendor', () => {
    const asking = sources.filter(
      ({ path, text }) =>
        !OF_A_VENDOR.test(path) && /[!=]==? '(cronofy|attendee)'|'(cronofy|attendee)' [!=]==?/.test(text),
    );
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  test('do not know the example of a vendor of one’s own', () => {
    const knowing = sources.filter(({ text }) => /notetaker/i.test(text.replace(/^ \*.*@example.*$/gm, '')));
    expect(knowing.map(({ path }) => path)).toEqual([]);
  });

  test('write to a terminal in one module, which lets nothing act there, but for what programs read and reports', () => {
    const writing = sources
      .filter(({ path, text }) => /^cli[./]/.test(path) && /\bstd(out|err)\.write\(/.test(text))
      .map(({ path }) => path);
    expect(writing).toEqual([
      'cli.ts',
      'cli/env.ts',
      'cli/export.ts',
      'cli/terminal/outlets.ts',
      'cli/terminal/say.ts',
    ]);
  });

  // Commands, and checks of files, speak of a recording by the call that gives it.
  test('name a call of the control plane as data where they make errors, for each door has words of its own', () => {
    const asText = sources.filter(
      ({ path, text }) =>
        !/^(cli|checks)\//.test(path) &&
        /\bGreenroomError\b|\bmisfit\(/.test(text) &&
        /\b(GET|POST|PUT|PATCH|DELETE) \/_greenroom/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
    );
    expect(asText.map(({ path }) => path)).toEqual([]);
  });

  test('have at most 300 lines a file', () => {
    expect(sources.filter(({ text }) => text.split('\n').length > 301).map(({ path }) => path)).toEqual([]);
  });

  test('have no word “any” for a type', () => {
    const loose = sources.filter(({ text }) =>
      /(:|<|as|=>) any\b(?!\w| [a-z])/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
    );
    expect(loose.map(({ path }) => path)).toEqual([]);
  });
});

describe('The server without a socket', () => {
  test('needs of Node, its host apart, nothing but node:crypto and Buffer, and makes no code of texts', async () => {
    const wanted = new Set<string>();
    const { outputFiles } = await build({
      entryPoints: [join(SRC, 'server/server.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      external: ['*/host/node.js'],
      plugins: [
        {
          name: 'of Node',
          setup: (build) =>
            build.onResolve({ filter: new RegExp(`^(node:.*|${builtinModules.join('|')})$`) }, ({ path }) => {
              wanted.add(path);
              return { path, external: true };
            }),
        },
      ],
    });
    expect([...wanted].sort()).toEqual(['node:buffer', 'node:crypto']);
    expect(outputFiles[0]!.text).not.toMatch(/\bnew (globalThis\.)?Function\(|(?<![\w.])eval\(/);
  });
});

describe('Versions of a vendor', () => {
  /** The one module that compares them. */
  const THE_MODULE = 'contracts/versions/versions.ts';
  /** Of greenroom's own files, which count 1, 2, 3. */
  const OWN = /\b(STORY_VERSION|RUN_VERSION)\b/;

  test('are compared in one module alone', () => {
    const comparing = sources
      .filter(({ path }) => path !== THE_MODULE)
      .flatMap(({ path, text }) =>
        text
          .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
          .split('\n')
          .filter((line) => COMPARISON.test(line.replace(/typeof \w+ === | [=!]== undefined/g, '')) && !OWN.test(line))
          .map((line) => `${path}: ${line.trim()}`),
      );
    expect(comparing).toEqual([]);
  });

  test('are known to the tables of a vendor, and to nobody else', () => {
    const naming = sources.filter(
      ({ path, text }) =>
        path !== THE_MODULE &&
        !/^contracts\/[a-z]+\/(changes\/|versions\.ts|vocabulary\.ts|contract\.ts)/.test(path) &&
        /['"`]v?1\.\d+\.\d+['"`]/.test(text),
    );
    expect(naming.map(({ path }) => path)).toEqual([]);
  });
});

/** A version beside a sign of order or equality, as prettier writes them; or a call that orders or takes apart its text. */
const COMPARISON =
  /\b(version|\w+Version)\b\)? ([=!]==|[<>]=?) | ([=!]==|[<>]=?) ([\w.]+\.)?(version|\w+Version)\b|\b(version|\w+Version)\.(localeCompare|startsWith|split)\(| ([=!]==|[<>]=?) ['"`]v?\d+\.\d+\.\d+['"`]/;
