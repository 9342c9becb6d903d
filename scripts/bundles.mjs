// The command as bundles: npx users feel every module that is loaded.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const OPTIONS = {
  outdir: 'dist/bin',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Loaded only when they are used.
  external: ['@faker-js/faker', 'sinon'],
  minify: true,
  // Node 20 knows them, and to make one anew at each call takes longer than to use it.
  supported: { 'regexp-unicode-property-escapes': true },
  // Which becomes 1/0: a kilobyte in all.
  define: { 'Number.POSITIVE_INFINITY': 'Infinity', 'Number.NaN': 'NaN' },
  logLevel: 'warning',
  // Tells which packages a bundle holds parts of.
  metafile: true,
};

/** CommonJS, which knows its place by another name. */
const COMMON = {
  format: 'cjs',
  banner: { js: "'use strict';const here = require('node:url').pathToFileURL(__filename).href;" },
  define: { ...OPTIONS.define, 'import.meta.url': 'here' },
  outExtension: { '.js': '.cjs' },
};

/** Modules of pure functions that few starts use: they are imported from beside the bundle. */
const LATER = [
  'src/checks/signature/diagnose.ts',
  'src/checks/signature/evidence.ts',
  'src/contracts/openapi.ts',
  'src/contracts/coverage/report.ts',
  'src/contracts/control/operations.ts',
  'src/cli/usage.ts',
  'src/server/inspector/signature.ts',
].map((path) => resolve(path));

const later = {
  name: 'later',
  setup(build) {
    build.onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir, kind }) => {
      const source = resolve(resolveDir, path).replace(/\.js$/, '.ts');
      if (kind !== 'dynamic-import' || !LATER.includes(source)) return undefined;
      const built = relative(resolve(OPTIONS.outdir), source.replace(resolve('src'), resolve('dist')));
      return { path: built.replace(/\.ts$/, '.js'), external: true };
    });
  },
};

const IMPORTED = /\bimport\('(\.[^']+)'\)/g;

/**
 * What is imported later within one file stands in a function of its own there, and so does everything that it imports: seven
 * hundred functions, for a handful of small modules. So that is imported at once.
 */
function atOnce(text, path) {
  if (!path.includes('/src/server/')) return text;
  const imports = [];
  const contents = text.replace(IMPORTED, (later, name) => {
    if (LATER.includes(resolve(dirname(path), name).replace(/\.js$/, '.ts'))) return later;
    imports.push(`import * as later${imports.length} from '${name}';`);
    return `Promise.resolve(later${imports.length - 1})`;
  });
  return imports.join('') + contents;
}

const TYPES = /import \{([^}]*)\} from '@sinclair\/typebox';/;

/** `Type` is an object of all builders. As a namespace, those that no schema uses are left out, with all that they need. */
function builtWith(text) {
  return text.replace(TYPES, (whole, list) => {
    const names = list.split(',').flatMap((name) => name.trim() || []);
    if (!names.includes('Type')) return whole;
    const others = names.filter((name) => name !== 'Type').join(', ');
    return `import * as Type from '@sinclair/typebox/type';import { ${others} } from '@sinclair/typebox';`;
  });
}

const NODES_OWN = /^import (\w+) from ('node:[\w/]+');$/gm;

/** A module of Node's as it is. As the default of a namespace, a property is made for each of its hundred names. */
const asItIs = (text) => text.replace(NODES_OWN, 'const $1 = require($2);');

const rewritten = {
  name: 'rewritten',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: asItIs(builtWith(atOnce(text, path))), loader: 'ts' };
    });
  },
};

/** Stand for what @hono/node-server takes from Node at once, in up to ten milliseconds, and a start does not use. */
const STOOD_IN = {
  inject: ['src/cli/stand-ins/fetch-classes.ts', 'src/cli/stand-ins/builtins.ts'],
  define: {
    ...COMMON.define,
    'global.Request': 'RequestClass',
    'global.Response': 'ResponseClass',
    'globalThis.Headers': 'HeadersClass',
    // For its web sockets, which greenroom has none of.
    'globalThis.CloseEvent': 'undefined',
    'Buffer.byteLength': '$byteLength',
    'Buffer.from': '$bytesOf',
    'JSON.parse': '$parse',
    'JSON.stringify': '$stringify',
    'Array.isArray': '$isArray',
    'Number.isFinite': '$isFinite',
    'Number.isInteger': '$isInteger',
    'Object.assign': '$assign',
    'Object.entries': '$entries',
    'Object.freeze': '$freeze',
    'Object.fromEntries': '$fromEntries',
    'Object.hasOwn': '$hasOwn',
    'Object.keys': '$keys',
    'Math.floor': '$floor',
    'Math.max': '$max',
    'Math.min': '$min',
  },
  alias: { 'node:http2': resolve('src/cli/stand-ins/http2.ts') },
};

/** How often it imports something when it runs: what esbuild knows by its name, and a settings file. */
const importsIn = ({ metafile }) =>
  1 + Object.values(metafile.outputs)[0].imports.filter(({ kind }) => kind === 'dynamic-import').length;

/**
 * A bundle whose compiled code is kept: a function, behind a line that names it, for src/cli/compiled. Such code has forgotten
 * how to import: it is given a function for that. One file: each file more takes most of a millisecond to find.
 */
async function bundleKept(name, { write = true, ...options } = {}) {
  const entryPoints = { [name]: `src/cli/${name}.ts` };
  const result = await build({
    ...OPTIONS,
    ...COMMON,
    ...STOOD_IN,
    plugins: [later, rewritten],
    entryPoints,
    ...options,
    write: false,
  });
  const [{ path, text }] = result.outputFiles;
  const parts = text.split(/\bimport\(/);
  const imports = importsIn(result);
  if (parts.length !== imports + 1)
    throw new Error(
      `${name}: expected ${imports} times "import(", was ${parts.length - 1}: each becomes a call of importModule`,
    );
  if (!write) return result;
  const strange = /[^\0-\x7f].{0,40}/.exec(text)?.[0];
  if (strange)
    throw new Error(`${name}: expected ASCII, was ${JSON.stringify(strange)}: write the letter as \\u and its number`);
  const program = `(function (exports, require, module, __filename, importModule) {${parts.join('importModule(')}\n})\n`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `//${createHash('sha256').update(program).digest('hex')}\n${program}`);
  return result;
}

/** What most people run. */
export const bundleStart = (options) => bundleKept('start', options);

/** The command, and the others behind it: gives both results. */
export async function bundleCommands() {
  // As CommonJS: an ES module has Node get its loader of them ready, which takes six to eight milliseconds of each start.
  const { banner, define } = COMMON;
  const command = await build({
    ...OPTIONS,
    format: 'cjs',
    banner,
    define,
    plugins: [rewritten],
    entryPoints: { greenroom: 'src/cli.ts' },
  });
  writeFileSync(`${OPTIONS.outdir}/package.json`, '{ "type": "commonjs" }\n');
  return [command, await bundleKept('commands')];
}

/** What Node is told to require in each process of an app: one file, and CommonJS, which workers of texts require too. */
export const bundleProbe = () =>
  build({ ...OPTIONS, ...COMMON, entryPoints: { probe: 'src/probe.ts' }, outdir: 'dist' });

/**
 * What tests and programs import. Each module by itself would be five hundred files to find, which takes a third of a second of every
 * file of tests; what several of the library's entries share is in chunks of its own, so that all have the same classes.
 */
export async function bundleLibrary() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.values(exports)
    .map((entry) => entry.default ?? entry)
    .filter((path) => path.endsWith('.js'))
    .map((path) => path.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts'));
  const result = await build({
    ...OPTIONS,
    minify: false,
    packages: 'external',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    entryPoints: [...entries, ...LATER, 'src/needs.ts'],
    outbase: 'src',
    outdir: 'dist',
  });
  for (const entry of entries) if (readFileSync(entry, 'utf8').split('\n').includes(NEEDS)) needFirst(entry);
  return result;
}

const NEEDS = "import './needs.js';";

/** Has a door find first what it needs, as it says: esbuild has it load the chunks before. */
function needFirst(entry) {
  const path = entry.replace(/^src(.*)\.ts$/, 'dist$1.js');
  writeFileSync(path, `${NEEDS}\n${readFileSync(path, 'utf8')}`);
}

/** What an app has in production, for runners such as Jest, which load no ES module for a `require`. Its types are those of the other. */
export async function bundleWebhooks() {
  const { outExtension } = COMMON;
  const result = await build({
    ...OPTIONS,
    format: 'cjs',
    minify: false,
    outExtension,
    entryPoints: { webhooks: 'src/webhooks.ts' },
    outdir: 'dist',
  });
  writeFileSync('dist/webhooks.d.cts', "export * from './webhooks.js';\n");
  return result;
}

/** What a browser runs to show a timeline, and how that looks: two files, which the server puts into one page. */
export const bundleInspector = () =>
  build({
    entryPoints: { page: 'src/server/inspector/page/main.tsx', style: 'src/server/inspector/page/style.css' },
    outdir: 'dist/inspector',
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: 'src/server/inspector/page/tsconfig.json',
    logLevel: 'warning',
    metafile: true,
  });
