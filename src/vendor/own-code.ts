import { orElse } from '../awaitable.js';
import { GreenroomError } from '../errors.js';
import type { Provider } from '../server/providers/provider.js';

const FRAME = '\n    at ';

/** The code of a vendor of the user's own has thrown something. Its stack is that of the code: there is what is to be mended. */
class VendorCodeError extends Error {
  override readonly name = 'VendorCodeError';

  /** `place` as in `meetingEvents.spoke`. */
  constructor(vendor: string, place: string, cause: unknown) {
    super(
      `The code of the vendor "${vendor}" failed in ${place}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    const [, ...frames] = cause instanceof Error ? (cause.stack ?? '').split(FRAME) : [];
    if (frames.length > 0) this.stack = [`${this.name}: ${this.message}`, ...frames].join(FRAME);
  }
}

/** Parts whose functions greenroom calls while a world lives. */
const PARTS = ['handlers', 'backstage', 'meetingEvents', 'refusals', 'webhookFormat'] as const;

type Code = (...given: never[]) => unknown;

/** The same code, which tells where it fails, for nobody else knows. What it throws as an error of greenroom stays so. */
export function tellingPlaces<P extends Partial<Provider>>(vendor: string, provider: P): P {
  const fail = (place: string, error: unknown): never => {
    const isTold = error instanceof GreenroomError || error instanceof VendorCodeError;
    throw isTold ? error : new VendorCodeError(vendor, place, error);
  };
  const guarded =
    (place: string, code: Code): Code =>
    (...given) =>
      orElse(
        () => code(...given),
        (error) => fail(place, error),
      );
  const within = <T extends object>(place: string, part: T): T => {
    // An object of a class may have fields that nobody else reaches: it stays as it is.
    if (Object.getPrototypeOf(part) !== Object.prototype) return part;
    const code = Object.entries(part).filter((entry): entry is [string, Code] => typeof entry[1] === 'function');
    const told = code.map(([name, work]) => [name, guarded(`${place}.${name}`, work.bind(part))]);
    return { ...part, ...Object.fromEntries(told) };
  };
  const { jobs = {} } = provider;
  const parts = PARTS.flatMap((name) => (provider[name] ? [[name, within(name, provider[name])] as const] : []));
  return {
    ...provider,
    ...Object.fromEntries(parts),
    jobs: Object.fromEntries(Object.entries(jobs).map(([kind, job]) => [kind, within(`jobs.${kind}`, job)])),
  };
}
