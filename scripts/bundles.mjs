// The command as bundles: npx users feel every module that is loaded.
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

const START = './cli/start.js';
const startApart = {
  name: 'start-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/start\.js$/ }, ({ path }) =>
      path === START ? { path: './start.js', external: true } : undefined,
    );
  },
};

/** What most people run, as one file: each file more takes most of a millisecond to find. */
export const bundleStart = (options = {}) =>
  build({ ...OPTIONS, entryPoints: { start: 'src/cli/start.ts' }, ...options });

/** The command, and the others, which share their files. */
export const bundleCommands = () =>
  build({ ...OPTIONS, entryPoints: { greenroom: 'src/cli.ts' }, splitting: true, plugins: [startApart] });

/** What Node is told to require in each process of an app: one file, and CommonJS, which workers of texts require too. */
export const bundleProbe = () =>
  build({
    ...OPTIONS,
    entryPoints: { probe: 'src/probe.ts' },
    format: 'cjs',
    // What is fetched only when it is used is fetched from here.
    banner: { js: "const here = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'here' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  });
