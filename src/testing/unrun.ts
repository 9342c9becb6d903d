import { GreenroomError } from '../errors.js';
import { jestState } from './runners.js';

const GIVES =
  "withRoom gives a test, which is to be handed to the runner, test('…', withRoom(…)), or called, await withRoom(…)()";

/** Whoever imports this is loaded in the same turn. Deno shows no loader in its frames. */
let isBegun = false;
queueMicrotask(() => (isBegun = true));

/** A frame of the loader: a file that is being loaded hands its tests to a runner, which may leave them out. */
const LOADER = /^ +at (?!async ).*\bnode:internal\/modules\//m;

/**
 * Has somebody hear of a test that is made while another runs, where no runner takes it, and is never called: Jest fails the
 * other, and elsewhere a note says so at the end of the process. Returns how to say that it was called.
 */
export function noteMade(by: (...given: never[]) => unknown): () => void {
  const error = unrunError('it was neither');
  const stack = placeAt(error, by);
  const jest = jestState();
  if (jest?.suppressedErrors)
    return jest.currentTestName === undefined ? () => undefined : failAtEnd(jest.suppressedErrors, error);
  return isBegun && !LOADER.test(stack) ? tellAtExit(error) : () => undefined;
}

/** Until the returned function is called, the test that runs fails at its end. */
function failAtEnd(errors: Error[], error: Error): () => void {
  errors.push(error);
  return () => {
    const place = errors.indexOf(error);
    if (place !== -1) errors.splice(place, 1);
  };
}

/** What nobody has called so far. */
const unrun = new Set<Error>();

/** Until the returned function is called, the process tells of it when it ends. */
function tellAtExit(error: Error): () => void {
  if (unrun.size === 0) process.on('exit', tellUnrun);
  unrun.add(error);
  return () => {
    if (unrun.delete(error) && unrun.size === 0) process.off('exit', tellUnrun);
  };
}

function tellUnrun(): void {
  const [first] = unrun;
  const [, place] = /\n +at (.*)/.exec(first?.stack ?? '') ?? [];
  const which = unrun.size === 1 ? 'A test of withRoom, made' : `${unrun.size} tests of withRoom, the first made`;
  process.stderr.write(`${which} at ${place}, did not run: ${GIVES}.\n`);
}

/** Gives an error the frames of the caller, and the whole of them. */
function placeAt(error: Error, by: (...given: never[]) => unknown): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  Error.captureStackTrace(error, by);
  Error.stackTraceLimit = stackTraceLimit;
  return error.stack ?? '';
}

export const unrunError = (was: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to run the test: ${GIVES}; ${was}.`);
