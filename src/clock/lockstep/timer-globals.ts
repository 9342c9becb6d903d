import { realTimers } from '../real-time.js';
import type { TimerRefs } from './timer-refs.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** Code whose timers guard real I/O: Node's own, its fetch among it, and what serves and calls HTTP. */
const NETWORK = /^node:|[\\/]node_modules[\\/](undici|msw|@mswjs|@hono[\\/]node-server)[\\/]/;

/**
 * Puts a layer over timers that are faked already. Timers of network code are real ones: a request that waits for its
 * answer must not time out because the app's clock went on by an hour. Those of promises heed `ref`; `isOurs` if
 * they are faked for sure. The returned function takes the layer away again.
 */
export function wrapTimers(refs: TimerRefs, isOurs: boolean): () => void {
  const real = new WeakSet<object>();
  const start = (name: 'setTimeout' | 'setInterval', faked: AnyFunction): AnyFunction =>
    function start(...args: unknown[]): unknown {
      if (NETWORK.test(callerOf(start))) {
        const timer = (realTimers[name] as AnyFunction)(...args) as object;
        real.add(timer);
        return timer;
      }
      return faked(...args);
    };
  const clear =
    (name: 'clearTimeout' | 'clearInterval', faked: AnyFunction): AnyFunction =>
    (timer) =>
      typeof timer === 'object' && timer !== null && real.has(timer)
        ? (realTimers[name] as AnyFunction)(timer)
        : faked(timer);
  const undo = replace({
    setTimeout: (faked) => start('setTimeout', faked),
    setInterval: (faked) => start('setInterval', faked),
    clearTimeout: (faked) => clear('clearTimeout', faked),
    clearInterval: (faked) => clear('clearInterval', faked),
  });
  const promises = process.getBuiltinModule('node:timers/promises') as unknown as Promises;
  const { setTimeout: sleep, setInterval: ticks } = promises;
  promises.setTimeout = (delay, value, options) =>
    refs.during(isReferenced(options), () => sleep(delay, value, options));
  promises.setInterval = async function* (delay, value, options) {
    // As Node's own, it begins with the first that is asked for.
    const own = refs.during(isReferenced(options), () => ticks(delay, value, options)[Symbol.asyncIterator]());
    yield* { [Symbol.asyncIterator]: () => own };
  };
  // As Node has it. What fake-timers puts there makes timers that nobody hears of.
  if (isOurs)
    for (const { setTimeout: set } of places().filter(isFaked))
      Reflect.set(set!, PROMISIFIED, places().every(isFaked) ? promises.setTimeout : sleepWith(refs, set!));
  return () => {
    undo();
    Object.assign(promises, { setTimeout: sleep, setInterval: ticks });
  };
}

const PROMISIFIED = Symbol.for('nodejs.util.promisify.custom');

interface SleepOptions {
  readonly ref?: boolean;
  readonly signal?: AbortSignal;
}

interface Promises {
  setTimeout: (delay?: number, value?: unknown, options?: SleepOptions) => Promise<unknown>;
  setInterval: (delay?: number, value?: unknown, options?: SleepOptions) => AsyncIterable<unknown>;
}

const isReferenced = (options: SleepOptions | undefined): boolean => options?.ref !== false;

/** In a context of node:vm the globals alone are faked: Node's modules belong to all contexts. */
const isFaked = (place: Record<string, AnyFunction>): boolean => 'clock' in place['setTimeout']!;

/** The promise of a timer that is set by this function. */
const sleepWith =
  (refs: TimerRefs, set: AnyFunction): Promises['setTimeout'] =>
  (delay, value, options) =>
    new Promise((resolve, reject) => {
      const signal = options?.signal;
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const end = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      };
      const timer = refs.during(isReferenced(options), () => set(end, delay));
      const abort = (): void => {
        clearTimeout(timer as NodeJS.Timeout);
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });

/** Names that were imported from `node:timers` and `node:timers/promises` follow what was put in their place. */
export const syncImportedNames = (): void => process.getBuiltinModule('node:module').syncBuiltinESMExports();

/** The global object and `node:timers`. */
const places = () => [globalThis, process.getBuiltinModule('node:timers')] as unknown as Record<string, AnyFunction>[];

/** Replaces functions there. */
function replace(wrappers: Readonly<Record<string, (faked: AnyFunction) => AnyFunction>>): () => void {
  const undo = places().flatMap((place) =>
    Object.entries(wrappers).map(([name, wrap]) => {
      const faked = place[name]!;
      // With what fake-timers and util.promisify keep on the function.
      const wrapped = Object.defineProperties(wrap(faked), Object.getOwnPropertyDescriptors(faked));
      place[name] = wrapped;
      return () => {
        if (place[name] === wrapped) place[name] = faked;
      };
    }),
  );
  return () => undo.forEach((put) => put());
}

/** The file of the code that called the function, as the engine names it. */
function callerOf(callee: AnyFunction): string {
  const { stackTraceLimit } = Error;
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace');
  const holder: { stack?: readonly NodeJS.CallSite[] } = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, callee);
  const file = holder.stack?.[0]?.getFileName();
  Error.stackTraceLimit = stackTraceLimit;
  if (prepareStackTrace) Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
  else Reflect.deleteProperty(Error, 'prepareStackTrace');
  return file ?? '';
}
