import { andThen, orElse } from '../awaitable.js';
import { GreenroomError, messageOf } from '../errors.js';
import type { Provider } from '../server/providers/provider.js';
import { misfitOf } from './results.js';

const FRAME = '\n    at ';

/** The code of a vendor of the user's own has failed. What it threw has its own stack: there is what is to be mended. */
class VendorCodeError extends Error {
  override readonly name = 'VendorCodeError';

  /** `place` as in `meetingEvents.spoke`. */
  constructor(vendor: string, place: string, cause: unknown) {
    super(`The code of the vendor "${vendor}" failed in ${place}: ${messageOf(cause)}`, { cause });
    const [, ...frames] = cause instanceof Error ? (cause.stack ?? '').split(FRAME) : [];
    if (frames.length > 0) this.stack = [`${this.name}: ${this.message}`, ...frames].join(FRAME);
  }
}

type Code = (...given: never[]) => unknown;
type Part = Readonly<Record<string, unknown>>;

/** An object of a class may have fields that nobody else reaches: it stays as it is. */
const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The same code, which tells where it fails, for nobody else knows. What it throws as an error of greenroom stays so. */
export function tellingPlaces<P extends Partial<Provider>>(vendor: string, provider: P): P {
  const fail = (place: string, error: unknown): never => {
    const isTold = error instanceof GreenroomError || error instanceof VendorCodeError;
    throw isTold ? error : new VendorCodeError(vendor, place, error);
  };
  const fitting = (place: string, value: unknown): unknown => {
    const misfit = misfitOf(place, value);
    return misfit === undefined ? value : fail(place, misfit);
  };
  const guarded =
    (place: string, code: Code): Code =>
    (...given) =>
      orElse(
        () =>
          place.startsWith('handlers.')
            ? andThen(code(...given), (value) => fitting(place, value))
            : fitting(place, code(...given)),
        (error) => fail(place, error),
      );
  const within = (part: Part, path: readonly string[]): Part =>
    Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, told(inner, part, [...path, name])]));
  const isCode = (value: unknown): value is Code => typeof value === 'function';
  const told = (value: unknown, owner: Part, path: readonly string[]): unknown => {
    if (isCode(value)) return guarded(path.join('.'), (...given) => value.apply(owner, given));
    // What jobs carry is described by schemas, which hold no code.
    return isPart(value) && path.at(-1) !== 'args' ? within(value, path) : value;
  };
  return within(provider, []) as P;
}
