import type { AppTimers } from '../clock/app-timers.js';
import type { ClockMode } from '../clock/clock.js';
import { DEFAULT_QUIET_MS } from '../clock/clock.js';
import { DURATION_FORMS, parseDuration } from '../clock/duration.js';
import { formatInstant, parseInstant, type Micros } from '../clock/instant.js';
import { wallClock } from '../clock/real-time.js';
import type { VendorName } from '../contracts/contract.js';
import { CoverageCounter } from '../contracts/coverage-counter.js';
import type { CastingBody } from '../contracts/control/casting.js';
import { GreenroomError } from '../errors.js';
import { withReceivers, type FetchReceiver } from './engine/transport.js';
import type { Transport } from './engine/attempt.js';
import type { Entry } from './engine/journal.js';
import type { Player } from './engine/vendor.js';
import { World, type DeliveryGuard, type WorldSnapshot } from './engine/world.js';
import type { Provider } from './providers/provider.js';

type GivenSettings = Readonly<Record<string, unknown>>;

export const DEFAULT_WORKSPACE = 'default';

/** What all workspaces of a server share. */
export interface WorkspaceContext {
  readonly providers: readonly Provider[];
  readonly player: Player;
  readonly transport: Transport;
}

/** What a workspace may be made with; everything is optional. */
export interface WorkspaceOptions {
  readonly id?: string;
  readonly seed?: number;
  readonly scenario?: string;
  /** Rules that the workspace has from its beginning; a reset keeps these. */
  readonly casting?: readonly CastingBody[];
  readonly strict?: boolean;
  readonly clock?: { readonly now?: string; readonly mode?: ClockMode; readonly speed?: number };
  /** A duration of real time, a minute at most; a number is milliseconds. */
  readonly quiet?: number | string;
  /** A duration of real time; see {@link DeliveryGuard}. */
  readonly delivery_guard?: number | string;
  /** How many timeline entries are kept. */
  readonly journal?: number;
  readonly cronofy?: GivenSettings;
  readonly attendee?: GivenSettings;
}

const FROZEN_START = parseInstant('2026-01-01T09:00:00Z')!;
const DEFAULT_SCENARIO = 'happy-path';
const DEFAULT_SEED = 1;
const JOURNAL_ENTRIES = 100_000;
const LONGEST_QUIET_MS = 60_000;

/** Somebody who watches the timeline of a workspace. */
export interface Follower {
  readonly entry: (entry: Entry) => void;
  /** The world was reset or restored: numbers begin anew. */
  readonly renewed: () => void;
  /** The workspace, or the server, has come to its end. */
  readonly ended: () => void;
}

/** A world with credentials of its own, by which calls find it. */
export class Workspace {
  readonly id: string;
  /** What was exercised here, since the workspace was made: what a suite has done is not undone by reset and restore. */
  readonly coverage = new CoverageCounter();
  readonly #options: WorkspaceOptions;
  readonly #providers: readonly Provider[];
  readonly #rooms: WorkspaceContext;
  readonly #start: Micros;
  readonly #quiet: number;
  readonly #deliveryGuard: DeliveryGuard;
  /** Credentials that greenroom made for this workspace, by vendor. */
  readonly #generated: Readonly<Record<string, Readonly<Record<string, string>>>>;
  #given: Record<VendorName, GivenSettings>;
  #strict: boolean;
  #settings: Record<VendorName, unknown>;
  #world: World;
  /** Each with what ends its listening to the present world. */
  readonly #followers = new Map<Follower, () => void>();
  /** Functions of this process that receive this workspace's webhooks, by origin. */
  readonly #receivers = new Map<string, FetchReceiver>();
  #appTimers: AppTimers | undefined;

  constructor(id: string, number: number, options: WorkspaceOptions, rooms: WorkspaceContext) {
    this.id = id;
    this.#options = options;
    this.#rooms = rooms;
    this.#providers = rooms.providers;
    this.#generated = Object.fromEntries(
      rooms.providers.map(({ name, settings }) => [name, settings.generate(number)]),
    );
    this.#start = startOf(options.clock);
    this.#quiet = quietTime(options.quiet ?? DEFAULT_QUIET_MS);
    this.#deliveryGuard = guardTime(options.delivery_guard);
    this.#strict = options.strict ?? false;
    this.#given = { cronofy: options.cronofy ?? {}, attendee: options.attendee ?? {} };
    this.#settings = this.#resolve();
    this.#world = this.#build();
  }

  get world(): World {
    return this.#world;
  }

  get strict(): boolean {
    return this.#strict;
  }

  settings(name: VendorName): unknown {
    return this.#settings[name];
  }

  /** Every credential by which a call of this vendor finds the workspace. */
  credentials(provider: Provider): readonly string[] {
    return provider.settings.credentials(this.#settings[provider.name]);
  }

  /** Changes what can change while the workspace lives; the returned function takes it back. What is wrong changes nothing. */
  patch({
    scenario,
    strict,
    cronofy,
    attendee,
  }: Pick<WorkspaceOptions, 'scenario' | 'strict' | 'cronofy' | 'attendee'>): () => void {
    if (scenario !== undefined) this.#rooms.player.assertKnown(this.#world, scenario);
    const before = this.#world.scenario;
    const undo = this.#give(strict ?? this.#strict, {
      cronofy: { ...this.#given.cronofy, ...cronofy },
      attendee: { ...this.#given.attendee, ...attendee },
    });
    if (scenario !== undefined) this.#world.scenario = scenario;
    return () => {
      undo();
      this.#world.scenario = before;
    };
  }

  /** Puts these settings in the place of the present ones; the returned function takes it back. */
  #give(strict: boolean, given: Record<VendorName, GivenSettings>): () => void {
    const before = [this.#strict, this.#given, this.#settings] as const;
    [this.#strict, this.#given] = [strict, given];
    const undo = (): void => {
      [this.#strict, this.#given, this.#settings] = before;
      this.#world.changeSettings(this.#settings);
    };
    try {
      this.#settings = this.#resolve();
    } catch (error) {
      undo();
      throw error;
    }
    this.#world.changeSettings(this.#settings);
    return undo;
  }

  /** Has webhooks for these origins delivered to functions of this process. */
  receive(receivers: Readonly<Record<string, FetchReceiver>>): void {
    for (const [origin, receiver] of Object.entries(receivers)) this.#receivers.set(origin, receiver);
  }

  /** As on its creation: the world is built anew, not cleared piece by piece. */
  reset(): void {
    this.#world.clock.stop();
    this.#strict = this.#options.strict ?? false;
    this.#given = { cronofy: this.#options.cronofy ?? {}, attendee: this.#options.attendee ?? {} };
    this.#settings = this.#resolve();
    this.#world = this.#build();
    this.#world.clock.attach(this.#appTimers);
    this.#renewed();
  }

  /** The whole workspace as plain data. */
  snapshot(): WorkspaceSnapshot {
    return { strict: this.#strict, settings: this.#given, ...this.#world.snapshot() };
  }

  /**
   * Puts a snapshot in the place of the world. It is read into a new world first: one that cannot be read changes
   * nothing. The credentials stay this workspace's own. Throws INVALID_BODY and CLOCK_BUSY.
   */
  restore({ strict, settings, ...snapshot }: WorkspaceSnapshot): void {
    if (this.#world.clock.advancing) {
      throw new GreenroomError(
        'CLOCK_BUSY',
        'Failed to restore the snapshot: an advance of this workspace is still under way. Await it first.',
      );
    }
    const undo = this.#give(strict, this.#withOwnCredentials(settings));
    const restored = this.#build();
    try {
      restored.restore(snapshot);
      this.#rooms.player.assertKnown(restored, restored.scenario);
      restored.clock.attach(this.#appTimers);
    } catch (error) {
      restored.clock.stop();
      undo();
      if (error instanceof GreenroomError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new GreenroomError(
        'INVALID_BODY',
        `Failed to restore the snapshot: ${reason}. The workspace is as it was.`,
      );
    }
    this.#world.clock.stop();
    this.#world = restored;
    this.#renewed();
  }

  /** Tells of every new entry of the timeline until the returned function is called; resets and restores do not end it. */
  follow(follower: Follower): () => void {
    this.#followers.set(follower, this.#world.journal.listen(follower.entry));
    return () => {
      this.#followers.get(follower)?.();
      this.#followers.delete(follower);
    };
  }

  /** As the control plane shows it, credentials included: handing them out is what this is for. */
  describe(origin: string): Record<string, unknown> {
    const { clock, seed, scenario } = this.#world;
    return {
      id: this.id,
      seed,
      scenario,
      strict: this.#strict,
      clock: { now: formatInstant(clock.now()), mode: clock.mode, speed: clock.speed },
      ...Object.fromEntries(
        this.#providers.map(({ name, settings }) => [name, settings.describe(this.#settings[name], origin)]),
      ),
    };
  }

  /** The timers of an app in this process move with the clock, through resets and restores; `undefined` lets them go. */
  attach(timers: AppTimers | undefined): void {
    this.#world.clock.attach(timers);
    this.#appTimers = timers;
  }

  close(): void {
    this.#world.clock.stop();
    for (const { ended } of this.#followers.keys()) ended();
  }

  #renewed(): void {
    for (const follower of this.#followers.keys()) {
      this.#followers.set(follower, this.#world.journal.listen(follower.entry));
      follower.renewed();
    }
  }

  #withOwnCredentials(settings: Readonly<Record<VendorName, GivenSettings>>): Record<VendorName, GivenSettings> {
    const pairs = this.#providers.map(({ name, settings: { moreCredentials = [] } }) => {
      const isOwn = (key: string): boolean => key in this.#generated[name]! || moreCredentials.includes(key);
      const own = Object.entries(this.#given[name]).filter(([key]) => isOwn(key));
      const restored = Object.entries(settings[name]).filter(([key]) => !isOwn(key));
      return [name, Object.fromEntries([...own, ...restored])];
    });
    return Object.fromEntries(pairs) as Record<VendorName, GivenSettings>;
  }

  #resolve(): Record<VendorName, unknown> {
    const auth = this.id === DEFAULT_WORKSPACE && !this.#strict ? 'any' : 'strict';
    const resolved = this.#providers.map(({ name, settings }) => [
      name,
      settings.resolve({ auth, ...this.#generated[name], ...this.#given[name] }, this.#strict),
    ]);
    return Object.fromEntries(resolved) as Record<VendorName, unknown>;
  }

  #build(): World {
    const { seed = DEFAULT_SEED, scenario = DEFAULT_SCENARIO, clock = {}, journal = JOURNAL_ENTRIES } = this.#options;
    const world = new World({
      seed,
      scenario,
      clock: { start: this.#start, mode: clock.mode ?? 'frozen', speed: clock.speed ?? 1, quiet: this.#quiet },
      vendors: this.#providers,
      settings: this.#settings,
      player: this.#rooms.player,
      transport: withReceivers(this.#rooms.transport, this.#receivers),
      journalLimit: journal,
      deliveryGuard: this.#deliveryGuard,
      coverage: this.coverage,
    });
    this.#rooms.player.assertKnown(world, scenario);
    for (const rule of this.#options.casting ?? []) this.#rooms.player.addRule(world, rule);
    return world;
  }
}

function startOf({ now, mode = 'frozen' }: NonNullable<WorkspaceOptions['clock']> = {}): Micros {
  if (now === undefined) return mode === 'live' ? wallClock() : FROZEN_START;
  const start = parseInstant(now);
  if (start !== undefined) return start;
  const expected = 'an ISO 8601 instant with a zone, such as "2026-03-02T10:00:00Z"';
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to set the clock: expected ${expected}, was ${JSON.stringify(now)}.`,
    {
      pointer: '/clock/now',
      expected,
      was: now,
    },
  );
}

/** Reads a `quiet`, in real milliseconds. Throws INVALID_BODY. */
export function quietTime(value: number | string): number {
  const expected = `${DURATION_FORMS}, a minute at most`;
  const quiet = realMilliseconds(value, '/quiet', expected);
  if (quiet <= LONGEST_QUIET_MS) return quiet;
  throw unreadable('/quiet', expected, value);
}

function guardTime(value: number | string | undefined): DeliveryGuard {
  if (value === undefined || value === 'off') return value;
  const expected = `"off" or ${DURATION_FORMS}, a millisecond at least`;
  const guard = realMilliseconds(value, '/delivery_guard', expected);
  if (guard >= 1) return guard;
  throw unreadable('/delivery_guard', expected, value);
}

function realMilliseconds(value: number | string, pointer: string, expected: string): number {
  const duration = parseDuration(value);
  if (duration === undefined) throw unreadable(pointer, expected, value);
  return duration / 1000;
}

const unreadable = (pointer: string, expected: string, was: unknown): GreenroomError =>
  new GreenroomError(
    'INVALID_BODY',
    `Failed to read a duration of real time: at ${pointer}, expected ${expected}, was ${JSON.stringify(was)}.`,
    { pointer, expected, was },
  );

/** A workspace as plain data. */
export interface WorkspaceSnapshot extends WorldSnapshot {
  readonly strict: boolean;
  readonly settings: Readonly<Record<VendorName, GivenSettings>>;
}
