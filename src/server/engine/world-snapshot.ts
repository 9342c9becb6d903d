import type { ClockSnapshot } from '../../clock/options.js';
import type { FaultRules } from './faults.js';
import type { Journal } from './past/journal.js';
import type { Outbox } from './deliveries/outbox.js';
import type { Random } from './random.js';
import type { Slice } from './records.js';
import type { RequestLog } from './past/requests.js';

/** A world as plain data. */
export interface WorldSnapshot {
  readonly scenario: string;
  readonly clock: ClockSnapshot;
  readonly random: ReturnType<Random['toJSON']>;
  readonly journal: ReturnType<Journal['toJSON']>;
  readonly requests: ReturnType<RequestLog['toJSON']>;
  readonly outbox: ReturnType<Outbox['toJSON']>;
  readonly faults: ReturnType<FaultRules['toJSON']>;
  readonly play: Slice;
  readonly slices: Readonly<Record<string, Slice>>;
  /** See `World.bulk`; left out if there is none. */
  readonly bulk?: number | undefined;
  /** The texts of what is told once, and the topics of all notes; left out if there are none. */
  readonly told?: readonly string[] | undefined;
}

/** What a world has beside what it remembers. */
export type Rest = Pick<WorldSnapshot, 'clock' | 'random' | 'faults' | 'play' | 'slices' | 'bulk'>;
