import type { Operation } from '../../contracts/contract.js';
import type { ProviderLife, ProviderWrite, VendorProfile } from '../../contracts/vendor.js';
import type { WireMessage } from '../../contracts/wire.js';
import { GreenroomError } from '../../errors.js';
import { authorizationFor, type Keys, type Probe } from './probes.js';

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** Whole seconds, as vendors write them. */
const instant = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** The vendor's life that can be taken back, a month after the vendor's own now. */
export const lifeOf = ({ probes }: VendorProfile, messages: readonly WireMessage[], now: number): ProviderLife =>
  probes.life({
    name: `greenroom-check-${now}`,
    joinAt: instant(now + MONTH_MS),
    later: instant(now + MONTH_MS + HOUR_MS),
    example: (operation) => bodyOf(messages, operation),
  });

/** A write as a probe. Throws INVALID_VENDOR for one of an operation that the contract does not have. */
export function probeOf({ contract }: VendorProfile, keys: Keys, write: ProviderWrite): Probe {
  const operation: Operation | undefined = contract.operations.find(({ id }) => id === write.operation);
  if (!operation) {
    throw new GreenroomError(
      'INVALID_VENDOR',
      `Failed to check the provider: expected operations of ${contract.title} in profile.probes.life, was "${write.operation}".`,
      { pointer: '/profile/probes/life', was: write.operation },
    );
  }
  const { what, path, expected, body } = write;
  const authorization = authorizationFor(operation, keys);
  const auth = authorization ? { authorization } : {};
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return { what, operation, expected, call: { method: operation.method, path, ...auth, ...sent } };
}

/** The body of the vendor's example, without those who would hear of it. */
function bodyOf(messages: readonly WireMessage[], operation: string): Readonly<Record<string, unknown>> {
  const example = messages.find((message) => message.operation === operation && message.response!.status < 300);
  const {
    webhooks: _,
    subscriptions: _s,
    ...body
  } = (example?.request?.body ?? {}) as Readonly<Record<string, unknown>>;
  return body;
}

/** The text of a field; empty if there is none. */
export function textIn(value: unknown, field: string): string {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
  return typeof found === 'string' ? found : '';
}

export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
