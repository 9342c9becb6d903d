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
const PARTS = ['handlers', 'backstage', 'meetingEvents', 'refusals', 'webhookFormat', 'jobs'] as const;

type Code = (...given: never[]) => unknown;

/** The same code, which tells where it fails, for nobody else knows. What it throws as an error of greenroom stays so. */
export function tellingPlaces<P extends Partial<Provider>>(vendor: string, provider: P): P {
  const fail = (place: string, error: unknown): never => {
    const isTold = error instanceof GreenroomError || error instanceof VendorCodeError;
    throw isTold ? error : new VendorCodeError(vendor, place, error);
  };
  const within = (place: string, part: object): object =>
    Object.fromEntries(
      Object.entries(part).map(([name, value]: [string, unknown]) => {
        const at = `${place}.${name}`;
        if (isPlain(value)) return [name, within(at, value)];
        if (typeof value !== 'function') return [name, value];
        const code = (value as Code).bind(part);
        return [
          name,
          (...given: never[]) =>
            orElse(
              () => code(...given),
              (error) => fail(at, error),
            ),
        ];
      }),
    );
  const parts = PARTS.flatMap((name) => (provider[name] ? [[name, within(name, provider[name])] as const] : []));
  return { ...provider, ...Object.fromEntries(parts) };
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
