import type { ClockOptions } from '../../clock/options.js';
import type { Limits } from '../../contracts/control/terms.js';
import type { CoverageCounter } from '../../contracts/coverage/counter.js';
import type { Transport } from './deliveries/attempt.js';
import type { Recorder } from './inputs.js';
import type { Player } from './player.js';
import type { Random } from './random.js';
import type { VendorRuntime } from './vendor.js';

/** What a world is made with. */
export interface WorldOptions {
  readonly random: Random;
  /** See {@link World.tag}. */
  readonly tag: string;
  readonly limits: Limits | undefined;
  readonly clock: Required<Pick<ClockOptions, 'start' | 'mode' | 'speed' | 'quiet' | 'lateness'>> &
    Pick<ClockOptions, 'most' | 'share'>;
  readonly vendors: readonly VendorRuntime[];
  /** The vendors' settings, resolved; see {@link World.settings}. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The scenario of meetings that nothing else is cast for. */
  readonly scenario: string;
  readonly player: Player;
  readonly transport: Transport;
  /** How many entries, calls and deliveries are kept. */
  readonly journalLimit: number;
  /** How many bytes these may take together. */
  readonly memory: number;
  readonly deliveryGuard: DeliveryGuard;
  /** Counts what is exercised; it outlives the world. */
  readonly coverage: CoverageCounter;
  readonly record?: Recorder;
  /** Hears sentences for a person at the terminal. */
  readonly warn: (text: string) => void;
}

/**
 * Real milliseconds after which a receiver that does not answer is given up. Without one it is 3 s, and in live mode as
 * long as the vendor waits.
 */
export type DeliveryGuard = number | 'off' | undefined;
