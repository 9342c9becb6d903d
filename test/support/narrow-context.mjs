// Imports a door of the built package where only the named globals are, as environments of Jest and browsers load it, and prints why that fails.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const [door, ...globals] = process.argv.slice(2);
const context = vm.createContext(Object.fromEntries(globals.map((name) => [name, globalThis[name]])));
/** Each module by its URL, and the URLs by the modules. */
const modules = new Map();
const urls = new Map();

/** A file of the package is loaded in there, and every other module is that of Node. */
async function load(url) {
  if (/\/dist\/.*\.js$/.test(url)) {
    const meta = (meta) => Object.assign(meta, { url });
    return new vm.SourceTextModule(readFileSync(fileURLToPath(url), 'utf8'), { context, initializeImportMeta: meta });
  }
  const own = await import(url);
  const names = Object.keys(own);
  const handOn = function () {
    for (const name of names) this.setExport(name, own[name]);
  };
  return new vm.SyntheticModule(names, handOn, { context });
}

function linked(specifier, referrer) {
  const url = specifier.startsWith('.') ? new URL(specifier, urls.get(referrer)).href : import.meta.resolve(specifier);
  if (!modules.has(url)) modules.set(url, loaded(url));
  return modules.get(url);
}

async function loaded(url) {
  const module = await load(url);
  urls.set(module, url);
  return module;
}

const module = await loaded(import.meta.resolve(door));
await module.link(linked);
await module.evaluate().then(
  () => console.log('loaded'),
  (error) => console.log(`${error.name}: ${error.message}`),
);
process.exit();
