import Module from 'node:module';

/** What is done with the exports of a module once it has been loaded. */
export type Watch = (exports: Readonly<Record<string, unknown>>) => void;

type Compile = (this: NodeModule, content: string, filename: string, ...more: unknown[]) => unknown;

const PACKAGES = /.*[\\/]node_modules[\\/]/s;

/**
 * Watches modules of packages, by their paths below `node_modules`, as the app loads them: whether by `require` or by `import`, Node
 * compiles those of CommonJS here. An app that loads none of them pays for a look at each name.
 */
export function watchModules(watches: Readonly<Record<string, Watch>>): void {
  const proto = Module.prototype as unknown as { _compile: Compile };
  const { _compile: compile } = proto;
  proto._compile = function (content, filename, ...more) {
    const result = compile.call(this, content, filename, ...more);
    const watch = watches[filename.replace(PACKAGES, '').replaceAll('\\', '/')];
    if (watch) tryOut(watch, this.exports as Readonly<Record<string, unknown>>);
    return result;
  };
}

/** Another version may have other exports: its jobs are not seen. */
function tryOut(watch: Watch, exports: Readonly<Record<string, unknown>>): void {
  try {
    watch(exports);
  } catch {
    // The app goes on without.
  }
}

type Method = (this: object, ...args: unknown[]) => unknown;

/** What is told of a call: what it was called on, with what, and `go`, which calls the original and gives what that gives. */
type Around = (go: () => Promise<unknown>, self: object, args: readonly unknown[]) => Promise<unknown>;

/**
 * Has a method called by way of another function, if this version has it. Whatever goes wrong there, the app has what the original
 * gives.
 */
export function around(owner: unknown, name: string, call: Around): void {
  const methods = owner as Record<string, Method | undefined>;
  const original = methods[name];
  if (!original) return;
  methods[name] = function (...args) {
    const result = callAround(
      async () => original.apply(this, args),
      (go) => call(go, this, args),
    );
    // Whoever gives a callback hears of a failure there.
    if (typeof args.at(-1) === 'function') result.catch(() => undefined);
    return result;
  };
}

async function callAround(
  original: () => Promise<unknown>,
  call: (go: () => Promise<unknown>) => Promise<unknown>,
): Promise<unknown> {
  let result: Promise<unknown> | undefined;
  const go = (): Promise<unknown> => (result ??= original());
  try {
    await call(go);
  } catch {
    // It is what the original throws, or this version has something that is not known here.
  }
  return go();
}
