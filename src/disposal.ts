/** By these `using` finds what ends a thing. A context of node:vm, as some runners give to each test, lacks them before Node 24, and compilers take these there. */
export const DISPOSE: typeof Symbol.dispose = symbolOf('dispose') as typeof Symbol.dispose;
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose = symbolOf('asyncDispose') as typeof Symbol.asyncDispose;

function symbolOf(name: string): symbol {
  const known: unknown = Reflect.get(Symbol, name);
  return typeof known === 'symbol' ? known : Symbol.for(`Symbol.${name}`);
}
