import { GreenroomError, messageOf } from '../errors.js';

/** A call that has not come to a good end. */
interface OpenCall {
  /** As a test writes it: `room.clock.advance(…)`. */
  readonly name: string;
  /** Under way when a test ends, it was not awaited even if something waits for it: a helper that was not awaited itself. */
  readonly isOfTest: boolean;
  isHeard: boolean;
  isTold: boolean;
  failure?: { readonly error: unknown };
  promise?: Promise<unknown>;
  /** Where it was made. Texts of stacks are made when they are read, so this costs a call little. */
  readonly stack?: string;
}

/** A call that was not awaited. */
export interface Unheard {
  readonly text: string;
  readonly stack: string | undefined;
}

/** How a call says that it has ended; what it was called with tells nothing of that. */
export interface Ending {
  readonly done: () => void;
  /** An error of greenroom's begins from then on where the test has made the call. */
  readonly failed: (error: unknown) => void;
  /** True once the test has been told that it did not wait for the call. */
  readonly isTold: () => boolean;
}

interface Beginning {
  /** Under way at the end of the test, it was not awaited. */
  readonly ofTest?: boolean;
  readonly heard?: boolean;
  /** What the test has called. The frames above it are none of its own. */
  readonly from?: (...given: never[]) => unknown;
}

/** The calls of a room that have not come to a good end, and whether anybody waits for them. */
export class OpenCalls {
  readonly #open = new Set<OpenCall>();

  /**
   * Runs a call. What it gives is a promise like any other, and heard once somebody asks for its `then`. An assertion is
   * `ofTest`; one whose promise a runner takes is `heard` from the first.
   */
  begin<T>(
    name: string,
    run: (ending: Ending) => Promise<T>,
    { ofTest = false, heard = false, from }: Beginning = {},
  ): Promise<T> {
    const call: OpenCall = { name, isOfTest: ofTest, isHeard: heard, isTold: false };
    Error.captureStackTrace(call, from);
    this.#open.add(call);
    const promise = run({
      done: () => this.#open.delete(call),
      failed: (error) => {
        call.failure = { error };
        if (isOurs(error)) placeAt(call.stack, error);
        if (call.isHeard) this.#open.delete(call);
      },
      isTold: () => call.isTold,
    });
    call.promise = promise;
    const then: Promise<T>['then'] = (...callbacks) => {
      call.isHeard = true;
      if (!call.isOfTest || call.failure) this.#open.delete(call);
      return Promise.prototype.then.apply(promise, callbacks) as never;
    };
    // Of a promise that names Promise as its constructor, `await` does not ask for the `then`.
    // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
    return Object.defineProperties(promise, { constructor: { value: undefined }, then: { value: then } });
  }

  /**
   * Those that nobody has waited for, at the end of a test. It is said once: from then on nobody else hears how they end.
   */
  async take(): Promise<readonly Unheard[]> {
    const begun = [...this.#open];
    // What is awaited is heard in the next of these steps.
    await Promise.resolve();
    await Promise.resolve();
    const calls = begun.filter((call) => this.#open.has(call) && (!call.isHeard || (call.isOfTest && !call.failure)));
    for (const call of calls) {
      this.#open.delete(call);
      call.isTold = true;
      // oxlint-disable-next-line no-empty-function -- it is told here
      void Promise.prototype.then.call(call.promise, undefined, () => {});
    }
    return calls.map((call) => ({ text: tell(call), stack: call.stack }));
  }
}

const tell = ({ name, failure }: OpenCall): string =>
  `${name} was not awaited${failure ? `, and has failed: ${messageOf(failure.error)}` : ''}. Write: await ${name}.`;

const ofRooms = new WeakMap<object, OpenCalls>();

/** Whatever handles there are of one room, they have its clock. */
interface Handle {
  readonly clock: object;
}

export const noteCalls = ({ clock }: Handle, calls: OpenCalls): void => void ofRooms.set(clock, calls);

export const callsOf = ({ clock }: Handle): OpenCalls | undefined => ofRooms.get(clock);

/** Throws USAGE if calls of a room whose test has ended were not awaited. Its stack is that of the first of them. */
export function assertHeard([first, ...others]: readonly Unheard[]): void {
  if (!first) return;
  const lines = new Set([`Failed to end the test: ${first.text}`, ...others.map(({ text }) => text)]);
  const error = new GreenroomError('USAGE', [...lines]);
  placeAt(first.stack, error);
  throw error;
}

/** True of what a call or an assertion has thrown on purpose. The stack of any other error says where a mistake is. */
const isOurs = (error: unknown): error is Error =>
  error instanceof Error && ['GreenroomError', 'AssertionError'].includes(error.name);

/** Gives an error the frames of the call: where greenroom found it out is of no use to a test. */
function placeAt(stack: string | undefined, error: Error): void {
  const [, ...frames] = (stack ?? '').split('\n');
  if (frames.length > 0) error.stack = [String(error), ...frames].join('\n');
}
