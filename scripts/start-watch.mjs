// Loaded before the command: tells, when it ends, what its start has loaded and made.
import { appendFileSync, writeFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const report = process.env['START_REPORT'];
const seen = { files: [], intl: [], functions: 0 };

const hooks = `import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  if (url.startsWith('file:')) appendFileSync(${JSON.stringify(`${report}.files`)}, url + '\\n');
  return next(url, context);
}`;
writeFileSync(`${report}.files`, '');
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

for (const name of Object.getOwnPropertyNames(Intl)) {
  if (typeof Intl[name] !== 'function' || !/^[A-Z]/.test(name)) continue;
  const note = (...args) => (seen.intl.push(name), Reflect.construct(...args));
  Intl[name] = new Proxy(Intl[name], { construct: note, apply: (target, _, args) => note(target, args) });
}
globalThis.Function = new Proxy(Function, {
  construct: (...args) => (seen.functions++, Reflect.construct(...args)),
  apply: (...args) => (seen.functions++, Reflect.apply(...args)),
});

process.on('exit', () => {
  const required = Object.keys(createRequire(import.meta.url).cache);
  const ofNode = process.moduleLoadList.filter((name) => /\/undici$|^NativeModule http2$/.test(name));
  appendFileSync(report, JSON.stringify({ ...seen, required, ofNode }));
});
