import type { AppTimers } from '../clock/app-timers.js';
import { DEFAULT_QUIET_MS } from '../clock/clock.js';
import { formatInstant, type Micros } from '../clock/instant.js';
import { CoverageCounter } from '../contracts/coverage-counter.js';
import type { VendorProfile } from '../contracts/vendor.js';
import { MEMORY_BYTES, type CreateWorkspaceBody } from '../contracts/control/workspaces.js';
import { GreenroomError } from '../errors.js';
import { guardTime, quietTime, readerWait } from './real-durations.js';
import type { FetchReceiver } from './engine/destination.js';
import { withReceivers } from './engine/transport.js';
import type { Transport } from './engine/attempt.js';
import type { Entry } from './engine/journal.js';
import type { Player } from './engine/player.js';
import { World, type DeliveryGuard, type WorldSnapshot } from './engine/world.js';
import type { Vendor } from './providers/provider.js';
import { startOf } from './workspace-start.js';

type GivenSettings = Readonly<Record<string, unknown>>;

export const DEFAULT_WORKSPACE = 'default';

/** What all workspaces of a server share. */
export interface WorkspaceContext {
  readonly vendors: readonly Vendor[];
  readonly player: Player;
  readonly transport: Transport;
  /** Hears sentences for a person at the terminal. */
  readonly warn: (text: string) => void;
}

/** What a workspace may be made with; everything is optional. */
export interface WorkspaceOptions extends CreateWorkspaceBody {
  /** By the name of the vendor. */
  readonly settings?: Readonly<Record<string, GivenSettings>>;
}

const DEFAULT_SCENARIO = 'happy-path';
const DEFAULT_SEED = 1;
const JOURNAL_ENTRIES = 100_000;

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
  readonly #vendors: readonly Vendor[];
  readonly #context: WorkspaceContext;
  readonly #start: Micros;
  readonly #readerWait: number;
  readonly #quiet: number;
  readonly #deliveryGuard: DeliveryGuard;
  /** Credentials that greenroom made for this workspace, by vendor. */
  readonly #generated: Readonly<Record<string, Readonly<Record<string, string>>>>;
  #given: Record<string, GivenSettings>;
  #strict: boolean;
  #settings: Record<string, unknown>;
  #world: World;
  /** Each with what ends its listening to the present world. */
  readonly #followers = new Map<Follower, () => void>();
  /** Functions of this process that receive this workspace's webhooks, by origin. */
  readonly #receivers = new Map<string, FetchReceiver>();
  #appTimers: AppTimers | undefined;

  constructor(id: string, number: number, options: WorkspaceOptions, context: WorkspaceContext) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#vendors = context.vendors;
    this.#generated = Object.fromEntries(
      context.vendors.map(({ name, settings }) => [name, settings.generate(number)]),
    );
    this.#start = startOf(options.clock);
    this.#readerWait = readerWait(options.clock?.reader_wait);
    this.#quiet = quietTime(options.quiet ?? DEFAULT_QUIET_MS);
    this.#deliveryGuard = guardTime(options.delivery_guard);
    this.#strict = options.strict ?? false;
    this.#given = this.#withAll(options.settings);
    this.#settings = this.#resolve();
    this.#world = this.#build();
  }

  get world(): World {
    return this.#world;
  }

  get strict(): boolean {
    return this.#strict;
  }

  settings(name: string): unknown {
    return this.#settings[name];
  }

  /** Every credential by which a call of this vendor finds the workspace. */
  credentials(provider: Vendor): readonly string[] {
    return provider.settings.credentials(this.#settings[provider.name]);
  }

  /** Changes what can change while the workspace lives; the returned function takes it back. What is wrong changes nothing. */
  patch({ scenario, strict, settings = {} }: Pick<WorkspaceOptions, 'scenario' | 'strict' | 'settings'>): () => void {
    if (scenario !== undefined) this.#context.player.assertKnown(this.#world, scenario);
    const before = this.#world.scenario;
    const changed = this.#vendors.map(({ name }) => [name, { ...this.#given[name], ...settings[name] }]);
    const undo = this.#give(strict ?? this.#strict, Object.fromEntries(changed) as Record<string, GivenSettings>);
    if (scenario !== undefined) this.#world.scenario = scenario;
    return () => {
      undo();
      this.#world.scenario = before;
    };
  }

  /** Puts these settings in the place of the present ones; the returned function takes it back. */
  #give(strict: boolean, given: Record<string, GivenSettings>): () => void {
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
    this.#given = this.#withAll(this.#options.settings);
    this.#settings = this.#resolve();
    this.#world = this.#build();
    this.#world.clock.attach(this.#appTimers);
    this.#renewed();
  }

  /** The whole workspace as plain data, without its credentials. */
  snapshot(): WorkspaceSnapshot {
    return { strict: this.#strict, settings: this.#part(this.#given, false), ...this.#world.snapshot() };
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
      this.#context.player.assertPlayable(restored);
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
        this.#vendors.map(({ name, profile }) => [name, { base_url: origin, ...this.#credentialsOf(name, profile) }]),
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

  /** The credentials that an app is given. */
  #credentialsOf(name: string, { access }: VendorProfile): Record<string, unknown> {
    const settings = this.#settings[name] as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.keys(access.schema.properties).map((credential) => [credential, settings[credential]]),
    );
  }

  /** Settings of every vendor. */
  #withAll(given: WorkspaceOptions['settings'] = {}): Record<string, GivenSettings> {
    return Object.fromEntries(this.#vendors.map(({ name }) => [name, given[name] ?? {}]));
  }

  #withOwnCredentials(settings: Readonly<Record<string, GivenSettings>>): Record<string, GivenSettings> {
    const [own, restored] = [this.#part(this.#given, true), this.#part(settings, false)];
    return Object.fromEntries(this.#vendors.map(({ name }) => [name, { ...own[name], ...restored[name] }]));
  }

  /** The settings that are credentials, or those that are none. */
  #part(settings: Readonly<Record<string, GivenSettings>>, credentials: boolean): Record<string, GivenSettings> {
    const pairs = this.#vendors.map(({ name, settings: { moreCredentials = [] } }): [string, GivenSettings] => {
      const isOwn = (key: string): boolean => key in this.#generated[name]! || moreCredentials.includes(key);
      const entries = Object.entries(settings[name] ?? {});
      return [name, Object.fromEntries(entries.filter(([key]) => isOwn(key) === credentials))];
    });
    return Object.fromEntries(pairs);
  }

  #resolve(): Record<string, unknown> {
    const auth = this.id === DEFAULT_WORKSPACE && !this.#strict ? 'any' : 'strict';
    const resolved = this.#vendors.map(({ name, settings }) => [
      name,
      settings.resolve({ auth, ...this.#generated[name], ...this.#given[name] }, this.#strict),
    ]);
    return Object.fromEntries(resolved) as Record<string, unknown>;
  }

  #build(): World {
    const { seed = DEFAULT_SEED, scenario = DEFAULT_SCENARIO, clock = {}, journal = JOURNAL_ENTRIES } = this.#options;
    const world = new World({
      seed,
      scenario,
      clock: { start: this.#start, mode: clock.mode ?? 'frozen', speed: clock.speed ?? 1, quiet: this.#quiet },
      vendors: this.#vendors,
      settings: this.#settings,
      player: this.#context.player,
      transport: withReceivers(this.#context.transport, this.#receivers),
      journalLimit: journal,
      memory: this.#options.memory ?? MEMORY_BYTES,
      deliveryGuard: this.#deliveryGuard,
      coverage: this.coverage,
      warn: this.#context.warn,
    });
    world.clock.readers.wait = this.#readerWait;
    this.#context.player.assertKnown(world, scenario);
    for (const rule of this.#options.casting ?? []) this.#context.player.addRule(world, rule);
    return world;
  }
}

/** A workspace as plain data. */
export interface WorkspaceSnapshot extends WorldSnapshot {
  readonly strict: boolean;
  readonly settings: Readonly<Record<string, GivenSettings>>;
}
