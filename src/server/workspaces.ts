import type { ClockMode } from '../clock/clock.js';
import { DEFAULT_QUIET_MS } from '../clock/clock.js';
import { formatInstant, parseInstant, type Micros } from '../clock/instant.js';
import { wallClock } from '../clock/real-time.js';
import type { ProviderName } from '../contracts/contract.js';
import { GreenroomError } from '../errors.js';
import type { Courier } from './engine/deliver.js';
import type { Play } from './engine/part.js';
import { World, type DeliveryGuard, type WorldSnapshot } from './engine/world.js';
import type { Provider } from './providers/provider.js';
import type { ScenarioLibrary } from './scenarios/library.js';

type GivenSettings = Readonly<Record<string, unknown>>;

/** What a workspace may be made with; everything is optional. */
export interface WorkspaceOptions {
  readonly id?: string;
  readonly seed?: number;
  readonly scenario?: string;
  readonly strict?: boolean;
  readonly clock?: { readonly now?: string; readonly mode?: ClockMode; readonly speed?: number };
  /** Real milliseconds; see {@link World}. */
  readonly quiet?: number;
  readonly delivery_guard?: DeliveryGuard;
  /** How many timeline entries are kept. */
  readonly journal?: number;
  readonly cronofy?: GivenSettings;
  readonly attendee?: GivenSettings;
}

const FROZEN_START = parseInstant('2026-01-01T09:00:00Z')!;
const DEFAULT_SCENARIO = 'happy-path';
const DEFAULT_SEED = 1;
const JOURNAL_ENTRIES = 100_000;

/** A world with credentials of its own, by which calls find it. */
export class Workspace {
  readonly id: string;
  readonly #options: WorkspaceOptions;
  readonly #providers: readonly Provider[];
  readonly #rooms: WorkspaceRooms;
  readonly #start: Micros;
  /** Credentials that greenroom made for this workspace, by vendor. */
  readonly #generated: Readonly<Record<string, Readonly<Record<string, string>>>>;
  #given: Record<ProviderName, GivenSettings>;
  #strict: boolean;
  #settings: Record<ProviderName, unknown>;
  #world: World;

  constructor(id: string, number: number, options: WorkspaceOptions, rooms: WorkspaceRooms) {
    this.id = id;
    this.#options = options;
    this.#rooms = rooms;
    this.#providers = rooms.providers;
    this.#generated = Object.fromEntries(
      rooms.providers.map(({ name, settings }) => [name, settings.generate(number)]),
    );
    this.#start = startOf(options.clock);
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

  settings(name: ProviderName): unknown {
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
    if (scenario !== undefined) this.#rooms.library.get(scenario);
    const before = {
      given: this.#given,
      strict: this.#strict,
      settings: this.#settings,
      scenario: this.#world.scenario,
    };
    this.#given = {
      cronofy: { ...this.#given.cronofy, ...cronofy },
      attendee: { ...this.#given.attendee, ...attendee },
    };
    this.#strict = strict ?? this.#strict;
    try {
      this.#settings = this.#resolve();
    } catch (error) {
      [this.#given, this.#strict] = [before.given, before.strict];
      throw error;
    }
    this.#world.changeSettings(this.#settings);
    if (scenario !== undefined) this.#world.scenario = scenario;
    return () => {
      [this.#given, this.#strict, this.#settings] = [before.given, before.strict, before.settings];
      this.#world.changeSettings(before.settings);
      this.#world.scenario = before.scenario;
    };
  }

  /** As on its creation: the world is built anew, not cleared piece by piece. */
  reset(): void {
    this.#world.clock.stop();
    this.#strict = this.#options.strict ?? false;
    this.#given = { cronofy: this.#options.cronofy ?? {}, attendee: this.#options.attendee ?? {} };
    this.#settings = this.#resolve();
    this.#world = this.#build();
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
    const undo = this.patch({ strict, ...this.#withoutCredentials(settings) });
    const restored = this.#build();
    try {
      restored.restore(snapshot);
    } catch (error) {
      restored.clock.stop();
      undo();
      const reason = error instanceof Error ? error.message : String(error);
      throw new GreenroomError(
        'INVALID_BODY',
        `Failed to restore the snapshot: ${reason}. The workspace is as it was.`,
      );
    }
    this.#world.clock.stop();
    this.#world = restored;
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
        this.#providers.map(({ name, settings }) => [name, settings.hand(this.#settings[name], origin)]),
      ),
    };
  }

  close(): void {
    this.#world.clock.stop();
  }

  #withoutCredentials(settings: Readonly<Record<ProviderName, GivenSettings>>): Record<ProviderName, GivenSettings> {
    const pairs = this.#providers.map(({ name }) => {
      const own = this.#generated[name]!;
      return [name, Object.fromEntries(Object.entries(settings[name]).filter(([key]) => !(key in own)))];
    });
    return Object.fromEntries(pairs) as Record<ProviderName, GivenSettings>;
  }

  #resolve(): Record<ProviderName, unknown> {
    const auth = this.id === DEFAULT_WORKSPACE && !this.#strict ? 'any' : 'strict';
    const resolved = this.#providers.map(({ name, settings }) => [
      name,
      settings.resolve({ auth, ...this.#generated[name], ...this.#given[name] }, this.#strict),
    ]);
    return Object.fromEntries(resolved) as Record<ProviderName, unknown>;
  }

  #build(): World {
    const {
      seed = DEFAULT_SEED,
      scenario = DEFAULT_SCENARIO,
      clock = {},
      quiet = DEFAULT_QUIET_MS,
      journal = JOURNAL_ENTRIES,
    } = this.#options;
    this.#rooms.library.get(scenario);
    return new World({
      seed,
      scenario,
      clock: { start: this.#start, mode: clock.mode ?? 'frozen', speed: clock.speed ?? 1, quiet },
      parts: this.#providers,
      settings: this.#settings,
      play: this.#rooms.play,
      courier: this.#rooms.courier,
      journalLimit: journal,
      deliveryGuard: this.#options.delivery_guard,
    });
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

/** A workspace as plain data. */
export interface WorkspaceSnapshot extends WorldSnapshot {
  readonly strict: boolean;
  readonly settings: Readonly<Record<ProviderName, GivenSettings>>;
}

export const DEFAULT_WORKSPACE = 'default';

/** What all workspaces of a server share. */
export interface WorkspaceRooms {
  readonly providers: readonly Provider[];
  readonly library: ScenarioLibrary;
  readonly play: Play;
  readonly courier: Courier;
}

/** The workspaces of a server, found by id or by a credential of theirs. */
export class Workspaces {
  readonly #rooms: WorkspaceRooms;
  readonly #byId = new Map<string, Workspace>();
  /** `vendor credential` to workspace. */
  readonly #byCredential = new Map<string, Workspace>();
  /** Credentials that were good once. They never let anybody in again. */
  readonly #retired = new Set<string>();
  #count = 0;

  constructor(rooms: WorkspaceRooms, options: WorkspaceOptions) {
    this.#rooms = rooms;
    this.create({ ...options, id: DEFAULT_WORKSPACE });
  }

  get size(): number {
    return this.#byId.size;
  }

  get default(): Workspace {
    return this.#byId.get(DEFAULT_WORKSPACE)!;
  }

  list(): Workspace[] {
    return [...this.#byId.values()];
  }

  /** Throws UNKNOWN_WORKSPACE. */
  get(id: string): Workspace {
    const found = this.#byId.get(id);
    if (found) return found;
    throw new GreenroomError(
      'UNKNOWN_WORKSPACE',
      `Failed to find the workspace "${id}": there is none. GET /_greenroom/workspaces lists them.`,
      {
        workspace: id,
      },
    );
  }

  /** Throws CONFLICT for an id or a credential that is taken. */
  create(options: WorkspaceOptions): Workspace {
    const number = this.#count;
    const id = options.id ?? `ws_${number}`;
    if (this.#byId.has(id)) throw conflict(`the id "${id}" is taken`);
    const workspace = new Workspace(id, number, options, this.#rooms);
    this.#assertFree(workspace);
    this.#claim(workspace);
    this.#byId.set(id, workspace);
    this.#count++;
    return workspace;
  }

  patch(id: string, changes: Parameters<Workspace['patch']>[0]): Workspace {
    const workspace = this.get(id);
    this.#release(workspace);
    let undo = (): void => undefined;
    try {
      undo = workspace.patch(changes);
      this.#assertFree(workspace);
    } catch (error) {
      undo();
      throw error;
    } finally {
      this.#claim(workspace);
    }
    return workspace;
  }

  reset(id: string): void {
    const workspace = this.get(id);
    this.#release(workspace);
    workspace.reset();
    this.#claim(workspace);
  }

  /** Ends a workspace. `default` stays; it can be reset. */
  delete(id: string): void {
    const workspace = this.get(id);
    if (id === DEFAULT_WORKSPACE) throw conflict('the workspace "default" cannot be deleted, only reset');
    this.#release(workspace);
    this.#byId.delete(id);
    workspace.close();
  }

  /**
   * The workspace that a credential belongs to; for one that is nobody's, `default` if it lets unknown ones in.
   * `issued` tells the two apart.
   */
  find(
    provider: Provider,
    credential: string,
  ): { readonly workspace: Workspace; readonly issued: boolean } | undefined {
    const owner = this.#byCredential.get(keyOf(provider, credential));
    if (owner && !isPlaceholder(credential)) return { workspace: owner, issued: true };
    const giver = this.#giverOf(provider, credential);
    if (giver) return { workspace: giver, issued: true };
    if (isPlaceholder(credential) || this.#retired.has(keyOf(provider, credential))) return undefined;
    const workspace = this.default;
    return provider.settings.admitsUnknown(workspace.settings(provider.name))
      ? { workspace, issued: false }
      : undefined;
  }

  close(): void {
    for (const workspace of this.#byId.values()) workspace.close();
  }

  #giverOf({ gaveOut }: Provider, credential: string): Workspace | undefined {
    if (!gaveOut) return undefined;
    for (const workspace of this.#byId.values()) if (gaveOut(workspace.world, credential)) return workspace;
    return undefined;
  }

  #keysOf(workspace: Workspace): string[] {
    return this.#rooms.providers.flatMap((provider) =>
      workspace.credentials(provider).map((credential) => keyOf(provider, credential)),
    );
  }

  #assertFree(workspace: Workspace): void {
    const taken = this.#keysOf(workspace).find((key) => (this.#byCredential.get(key) ?? workspace) !== workspace);
    if (taken !== undefined)
      throw conflict(`a credential of ${taken.split(' ', 1)[0]} belongs to another workspace already`);
  }

  #claim(workspace: Workspace): void {
    for (const key of this.#keysOf(workspace)) {
      this.#byCredential.set(key, workspace);
      this.#retired.delete(key);
    }
  }

  #release(workspace: Workspace): void {
    for (const key of this.#keysOf(workspace)) {
      this.#byCredential.delete(key);
      this.#retired.add(key);
    }
  }
}

const keyOf = ({ name }: Provider, credential: string): string => `${name} ${credential}`;

const conflict = (reason: string): GreenroomError =>
  new GreenroomError('CONFLICT', `Failed to keep workspaces apart: ${reason}.`);

/** What documentation prints where a credential belongs, and what a client sends whose variable is not set. */
function isPlaceholder(credential: string): boolean {
  return (
    /^(undefined|null|none|nan|false|true|xxx+|\[object object\])$/i.test(credential) ||
    /^[{<[].*[}>\]]$/.test(credential) ||
    /^your[-_ ]/i.test(credential) ||
    /^(api[-_]?key|access[-_]?token|client[-_]?secret|token)$/i.test(credential)
  );
}
