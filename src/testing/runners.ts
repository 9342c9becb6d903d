import { GreenroomError } from '../errors.js';

/** What Jest's `expect`, where it is a global, knows of the test that runs. */
interface JestState {
  readonly currentTestName?: string;
  /** Those with which Jest fails the test at its end. */
  readonly suppressedErrors?: Error[];
}

export function jestState(): JestState | undefined {
  const { expect } = globalThis as { expect?: { getState?: () => JestState } };
  return expect?.getState?.();
}

/** The name of the test that runs now, where the runner has Jest's global. */
export const currentTest = (): string | undefined => jestState()?.currentTestName;

/** The name of a test in the context that its runner calls it with: an argument in node:test and others, `this` in Mocha. */
export function nameIn(context: unknown): string | undefined {
  const { name, title, test, task } = Object(context) as {
    readonly name?: unknown;
    readonly title?: unknown;
    readonly task?: { readonly name?: unknown; readonly fullTestName?: unknown };
    readonly test?: { readonly title?: unknown; readonly fullTitle?: () => string };
  };
  // The callback by which a test says that it is done is a function, and has a name of its own.
  if (typeof context !== 'object' || context === null) return undefined;
  // Japa, Mocha and Vitest have the test itself in their contexts.
  const found = test?.fullTitle?.() ?? test?.title ?? task?.fullTestName ?? task?.name ?? name ?? title;
  return typeof found === 'string' ? found : undefined;
}

/** The milliseconds that a runner gives the test, where its context says so, as `this` in Mocha. */
export function limitIn(context: unknown): number | undefined {
  const { runnable, timeout } = Object(context) as { readonly runnable?: unknown; readonly timeout?: unknown };
  // Others set the time by a function of that name.
  const limit: unknown = runnable && typeof timeout === 'function' ? timeout.call(context) : undefined;
  return typeof limit === 'number' && limit > 0 ? limit : undefined;
}

/** Whether an assertion of the test has failed that has not thrown, as those of tap, which knows so by its context. */
export function isFailing(context: unknown): boolean {
  const { passing } = Object(context) as { readonly passing?: unknown };
  return typeof passing === 'function' && passing.call(context) === false;
}

/** Whether the context of a test that is over says that it has failed: that of node:test has an `error`, which in tap is an assertion. */
export function hasFailed(context: { readonly error?: unknown }): boolean {
  return isFailing(context) || (context.error != null && typeof context.error !== 'function');
}

/** Whether a test has left itself out by what it has thrown, as by the `skip` of Mocha and of Vitest, and Jasmine's `pending`. */
export const isSkip = (error: unknown): boolean => /^(Pending|NotApplicable)/.test(Object(error).constructor?.name);

/** The error as a runner can show it: uvu takes `details` for a text, and ends the run of any other without a word, as one that has passed. */
export function showable(error: unknown, context: unknown): unknown {
  if (!(error instanceof GreenroomError) || !('__test__' in Object(context))) return error;
  const shown = new Error(error.message, { cause: error });
  return Object.assign(shown, { name: error.name, stack: error.stack });
}
