// Builds dist: the Worker with the whole core, for a runtime with neither files nor sockets.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');
const OUT = join(HERE, 'dist');
const GENERATED = 'generated';

const folder = (name) => join(ROOT, 'fixtures', name);
const jsonIn = (name) =>
  Object.fromEntries(
    readdirSync(folder(name))
      .filter((file) => file.endsWith('.json'))
      // Without the white space: it would be a third of the whole.
      .map((file) => [file, JSON.stringify(JSON.parse(readFileSync(join(folder(name), file), 'utf8')))]),
  );
const bytesIn = (name) =>
  Object.fromEntries(
    readdirSync(folder(name))
      .filter((file) => /\.mp[34]$/.test(file))
      .map((file) => [file, readFileSync(join(folder(name), file), 'base64')]),
  );

/** What lies in fixtures of what the core reads, as texts and as base64. */
function fixtures() {
  const wire = readdirSync(folder('wire')).map((vendor) => [`wire/${vendor}`, jsonIn(`wire/${vendor}`)]);
  const texts = { scenarios: jsonIn('scenarios'), ...Object.fromEntries(wire) };
  const page = ['page.js', 'style.css'].map((file) => readFileSync(join(ROOT, 'dist/inspector', file), 'utf8'));
  return [
    `export const texts = ${JSON.stringify(texts)};`,
    `export const bytes = ${JSON.stringify({ media: bytesIn('media') })};`,
    `export const [script, style] = ${JSON.stringify(page)};`,
  ].join('\n');
}

/** The part of the word lists that names.ts asks for. The same code with the same lists chooses the same words. */
async function names() {
  const { en } = await import('@faker-js/faker');
  const { name, prefix, suffix, first_name, last_name, last_name_pattern } = en.person;
  const locale = {
    person: { name, prefix, suffix, first_name, last_name, last_name_pattern },
    lorem: { word: en.lorem.word },
  };
  return `import { Faker } from '@faker-js/faker';\nexport const faker = new Faker({ locale: ${JSON.stringify(locale)} });`;
}

const generated = {
  name: 'generated',
  setup(build) {
    const made = { fixtures, names };
    const named = (name) => ({ path: name, namespace: GENERATED });
    build.onResolve({ filter: /^generated:/ }, ({ path }) => named(path.slice('generated:'.length)));
    build.onResolve({ filter: /^@faker-js\/faker\/locale\/en$/ }, () => named('names'));
    build.onResolve({ filter: /\/host\/node\.js$/ }, () => ({ path: join(HERE, 'src/host.ts') }));
    build.onResolve({ filter: /\/host-work\.js$/ }, () => ({ path: join(HERE, 'src/host-work.ts') }));
    build.onLoad({ filter: /.*/, namespace: GENERATED }, async ({ path }) => ({
      contents: await made[path](),
      resolveDir: ROOT,
    }));
  },
};

// What is seldom or later wanted is in files of its own, which nobody waits for.
rmSync(OUT, { recursive: true, force: true });
await build({
  entryPoints: [join(HERE, 'src/worker.ts')],
  outdir: OUT,
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2023',
  minify: true,
  external: ['node:*', 'cloudflare:workers'],
  plugins: [generated],
  logLevel: 'warning',
});
