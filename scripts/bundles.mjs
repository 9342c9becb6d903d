// The command as bundles: npx users feel every module that is loaded.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
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
  logLevel: 'warning',
};

/** CommonJS, which knows its place by another name. */
const COMMON = {
  format: 'cjs',
  banner: { js: "'use strict';const here = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'here' },
  outExtension: { '.js': '.cjs' },
};

/**
 * What most people run, as one file: each file more takes most of a millisecond to find. Its compiled code is kept, and code that
 * was kept has forgotten how to import: it is given a function for that.
 */
export async function bundleStart({ write = true, ...options } = {}) {
  const entryPoints = { start: 'src/cli/start.ts' };
  const result = await build({ ...OPTIONS, ...COMMON, entryPoints, ...options, write: false });
  const [{ path, text }] = result.outputFiles;
  if (!write) return result;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.replace(/\bimport\(/g, 'importModule('));
  return result;
}

/** The command as one small file, and the commands behind it, which share their files. */
export async function bundleCommands() {
  const entryPoints = {};
  const apart = {
    name: 'commands-apart',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^\.\/cli\//, namespace: 'file' }, ({ path, kind }) => {
        if (kind !== 'dynamic-import') return undefined;
        const name = basename(path, '.js');
        entryPoints[name] = `src/cli/${name}.ts`;
        return { path: `./${name}.js`, external: true };
      });
    },
  };
  await build({ ...OPTIONS, entryPoints: { greenroom: 'src/cli.ts' }, plugins: [apart] });
  await build({ ...OPTIONS, entryPoints, splitting: true });
}

/** What Node is told to require in each process of an app: one file, and CommonJS, which workers of texts require too. */
export const bundleProbe = () =>
  build({ ...OPTIONS, ...COMMON, entryPoints: { probe: 'src/probe.ts' }, outdir: 'dist' });
