/**
 * Classes of the fetch API for @hono/node-server in a bundle, which puts its own under them. Node loads all of that API, in six to
 * eight milliseconds, when a name of it is first read; a call over a socket is read and answered past it, so a start needs none.
 */
type Made = new (...args: unknown[]) => object;

/** Stands for a class until one of it is made, or something is asked whether it is one; from then on it has all that the class has. */
function standIn<N extends 'Headers' | 'Request' | 'Response'>(name: N): (typeof globalThis)[N] {
  let loaded: Made | undefined;
  function load(): Made {
    if (loaded) return loaded;
    loaded = globalThis[name] as unknown as Made;
    Object.setPrototypeOf(Class, loaded);
    Object.setPrototypeOf(Class.prototype as object, loaded.prototype as object);
    return loaded;
  }
  function Class(...args: unknown[]): object {
    return Reflect.construct<unknown[], object>(load(), args, new.target as unknown as Made);
  }
  Object.defineProperty(Class, Symbol.hasInstance, { value: (one: unknown) => one instanceof load() });
  return Class as unknown as (typeof globalThis)[N];
}

export const HeadersClass = standIn('Headers');
export const RequestClass = standIn('Request');
export const ResponseClass = standIn('Response');
