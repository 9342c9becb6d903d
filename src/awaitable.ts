/**
 * A value that is there already, or a promise of it. One path serves both: work for which nothing has to be waited for is
 * done in one turn, and only what waits is awaited.
 */
export type Awaitable<T> = T | Promise<T>;

const isPromise = <T>(value: Awaitable<T>): value is Promise<T> =>
  typeof (value as { readonly then?: unknown } | undefined)?.then === 'function';

/** Goes on with a value: at once if it is there, else when it is. */
export const andThen = <T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> =>
  isPromise(value) ? value.then(next) : next(value);

/** Does work, and `end` after it, whether it returns or throws. */
export function andFinally<T>(work: () => Awaitable<T>, end: () => void): Awaitable<T> {
  let value: Awaitable<T>;
  try {
    value = work();
  } catch (error) {
    end();
    throw error;
  }
  if (isPromise(value)) return value.finally(end);
  end();
  return value;
}

/** Does work; what it throws, now or later, goes to `failed`. */
export function orElse<T>(work: () => Awaitable<T>, failed: (error: unknown) => Awaitable<T>): Awaitable<T> {
  try {
    const value = work();
    return isPromise(value) ? value.catch(failed) : value;
  } catch (error) {
    return failed(error);
  }
}
