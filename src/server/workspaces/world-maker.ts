import { Lateness } from '../../clock/rest/lateness.js';
import { DEFAULT_QUIET_LIMIT_MS, DEFAULT_QUIET_MS, type ClockOptions } from '../../clock/options.js';
import type { Micros } from '../../clock/instant.js';
import type { CoverageCounter } from '../../contracts/coverage/counter.js';
import { MEMORY_BYTES } from '../../contracts/control/workspaces.js';
import type { Transport } from '../engine/deliveries/attempt.js';
import type { FetchReceiver } from '../engine/deliveries/destination.js';
import type { Recorder } from '../engine/inputs.js';
import { Random } from '../engine/random.js';
import { withReceivers } from '../engine/deliveries/transport.js';
import { World } from '../engine/world.js';
import { tagOf } from '../providers/tags.js';
import type { Frame } from '../history/frames.js';
import { History } from '../history/history.js';
import { guardTime, quietTime, readerWait } from '../real-durations.js';
import type { WorkspaceContext, WorkspaceOptions } from './workspace.js';
import { startOf } from './start.js';

/** Real milliseconds that a world of a shared server has, before others have a turn. */
const TURN_MS = 2;
const DEFAULT_SCENARIO = 'happy-path';
const DEFAULT_SEED = 1;
/** The history of a world may take this part of what its memory may. */
const HISTORY_SHARE = 4;
const JOURNAL_ENTRIES = 100_000;

/** What a workspace has beyond its options. */
interface Parts {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly receivers: ReadonlyMap<string, FetchReceiver>;
  readonly coverage: CoverageCounter;
  readonly record: Recorder;
}

/** Makes the worlds of a workspace, each as it is on its creation. */
export class WorldMaker {
  /** Where the clock begins. */
  readonly start: Micros;
  /** Bytes that a world may remember. */
  readonly memory: number;
  readonly #options: WorkspaceOptions;
  readonly #context: WorkspaceContext;
  readonly #fairness: Pick<ClockOptions, 'most' | 'share'>;
  readonly #real: Readonly<{ wait: number; quiet: number; guard: ReturnType<typeof guardTime> }>;
  /** Of the app, which outlives the worlds. */
  readonly lateness: Lateness;

  /** Throws INVALID_BODY for an option that makes no sense. */
  constructor(options: WorkspaceOptions, context: WorkspaceContext) {
    const { clock, quiet = DEFAULT_QUIET_MS, quiet_limit = DEFAULT_QUIET_LIMIT_MS } = options;
    const { delivery_guard, memory = MEMORY_BYTES } = options;
    this.#options = options;
    this.#context = context;
    const { terms } = options;
    this.#fairness = { ...(terms ? { most: terms.limits.jobs } : {}), ...(context.apart ? { share: TURN_MS } : {}) };
    this.start = startOf(clock);
    this.memory = memory;
    this.#real = { wait: readerWait(clock?.reader_wait), quiet: quietTime(quiet), guard: guardTime(delivery_guard) };
    this.lateness = new Lateness(quietTime(quiet_limit, '/quiet_limit'));
  }

  /** With the frame that it begins with, if that is not the beginning of the world. */
  history(first: Frame = { count: 0, jobs: 0, now: this.start }): History {
    return new History(this.memory / HISTORY_SHARE, first);
  }

  transport(receivers: Parts['receivers']): Transport {
    return withReceivers(this.#context.transport, receivers);
  }

  /** Throws INVALID_BODY and UNKNOWN_SCENARIO. */
  make({ settings, receivers, coverage, record }: Parts): World {
    const { vendors, player, warn } = this.#context;
    const { seed = DEFAULT_SEED, ids_given, scenario = DEFAULT_SCENARIO, clock = {} } = this.#options;
    const { journal, casting = [], secret, terms } = this.#options;
    const { mode = 'frozen', speed = 1 } = clock;
    // Nobody answers the messages of another world.
    this.lateness.delivered(undefined);
    const world = new World({
      random: new Random(seed, ids_given),
      tag: secret === undefined ? '' : tagOf(secret),
      limits: terms?.limits,
      scenario,
      clock: { start: this.start, mode, speed, quiet: this.#real.quiet, lateness: this.lateness, ...this.#fairness },
      vendors,
      settings,
      player,
      transport: this.transport(receivers),
      journalLimit: journal ?? JOURNAL_ENTRIES,
      memory: this.memory,
      deliveryGuard: this.#real.guard,
      coverage,
      record,
      warn,
    });
    world.clock.readers.wait = this.#real.wait;
    player.assertKnown(world, scenario);
    for (const [i, rule] of casting.entries()) player.addRule(world, rule, `/casting/${i}`);
    return world;
  }
}
