import { formatInstant } from '../../clock/instant.js';
import { CoverageCounter } from '../../contracts/coverage/counter.js';
import { jsonPieces } from '../../json-pieces.js';
import { readReceivers, type FetchReceiver } from '../engine/deliveries/destination.js';
import type { Transport } from '../engine/deliveries/attempt.js';
import type { Recorder, SettingsInput } from '../engine/inputs.js';
import type { World, WorldSnapshot } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import type { Keeper } from '../history/keeper.js';
import type { RunHead } from '../history/run-file.js';
import { Followers, type Follower } from '../followers.js';
import { Pause } from './pause.js';
import { inWorld } from '../probes/place.js';
import { Probes } from '../probes/probes.js';
import { Relay } from '../relay/relay.js';
import type { Terms } from '../../contracts/control/terms.js';
import { OpenAnswers } from '../shared/open-answers.js';
import { onTerms } from '../shared/transport.js';
import { FrameMaker } from '../history/frame-maker.js';
import type { Frame } from '../history/frames.js';
import type { History } from '../history/history.js';
import type { Taken } from '../history/taken.js';
import { describeWorkspace } from './description.js';
import type { WorkspaceContext, WorkspaceOptions } from './context.js';
import { WorldMaker } from './world-maker.js';
import { assertNoAdvance, readSnapshot } from './start.js';
import { WorkspaceSettings, type Given, type SettingsByVendor } from './settings.js';

export const DEFAULT_WORKSPACE = 'default';

export type { WorkspaceContext, WorkspaceOptions } from './context.js';

/** A world with credentials of its own, by which calls find it. */
export class Workspace {
  readonly id: string;
  /** What was exercised here, since the workspace was made: what a suite has done is not undone by reset and restore. */
  readonly coverage = new CoverageCounter();
  readonly #options: WorkspaceOptions;
  readonly #context: WorkspaceContext;
  readonly #worlds: WorldMaker;
  readonly #number: number;
  readonly #settings: WorkspaceSettings;
  #history: History;
  readonly #record: Recorder = {
    take: (at, input) => {
      this.#history.add(at, input);
      this.keeper?.take(this.id, at, input);
    },
    moved: (at) => this.keeper?.moved(this.id, at),
    next: () => this.frameMaker.next(),
  };
  /** Keeps the run of this workspace. */
  keeper: Keeper | undefined;
  #world: World;
  readonly followers = new Followers();
  readonly pause = new Pause();
  readonly frameMaker = new FrameMaker(this);
  /** The processes of its app that say when they are at rest. */
  readonly probes = new Probes(inWorld(() => this.#world));
  /** The way to its app, if that is on another machine. */
  readonly relay: Relay | undefined;
  readonly openAnswers: OpenAnswers;
  /** Functions of this process that receive this workspace's webhooks, by origin. */
  readonly #receivers = new Map<string, FetchReceiver>();

  /** `number` names its credentials. Throws INVALID_BODY. */
  constructor(id: string, number: number, options: WorkspaceOptions, context: WorkspaceContext) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#number = number;
    this.openAnswers = new OpenAnswers(options.terms?.limits.streams);
    this.relay = context.isShared ? new Relay(id, () => this.#world) : undefined;
    const { transport } = context;
    const own = this.relay ? { ...context, transport: onTerms(transport, this.relay, options.terms) } : context;
    this.#worlds = new WorldMaker(options, own);
    const door = { number, secret: options.secret, isDefault: id === DEFAULT_WORKSPACE };
    this.#settings = new WorkspaceSettings(context.vendors, door, givenIn(options));
    this.#history = this.#worlds.history();
    this.#world = this.#build();
  }

  get world(): World {
    return this.#world;
  }

  get strict(): boolean {
    return this.#settings.strict;
  }

  /** The settings as they were given, with credentials. */
  get given(): Given {
    return this.#settings.given;
  }

  get terms(): Terms | undefined {
    return this.#options.terms;
  }

  /** See {@link WorkspaceOptions.secret}. */
  get secret(): string | undefined {
    return this.#options.secret;
  }

  settings(name: string): unknown {
    return this.#settings.resolved[name];
  }

  /** Every credential by which a call of this vendor finds the workspace. */
  credentials(provider: Vendor): readonly string[] {
    return provider.settings.credentials(this.settings(provider.name));
  }

  /** Changes what can change while the workspace lives, if `assertFits` takes it. What is wrong changes nothing. */
  patch(changes: SettingsInput['changes'], assertFits: () => void = () => undefined): void {
    const { scenario, strict, settings } = changes;
    const world = this.#world;
    if (scenario !== undefined) this.#context.player.assertKnown(world, scenario);
    const before = this.#settings.given;
    this.#settings.change({ strict, settings });
    try {
      assertFits();
    } catch (error) {
      this.#settings.give(before);
      throw error;
    }
    void world.take({ kind: 'settings', changes }, () => {
      world.changeSettings(this.#settings.resolved);
      if (scenario !== undefined) world.scenario = scenario;
    });
  }

  /** Has webhooks for these origins delivered to functions of this process. */
  receive(receivers: Readonly<Record<string, FetchReceiver>>): void {
    for (const [origin, receiver] of readReceivers(receivers)) this.#receivers.set(origin, receiver);
    this.keeper?.renew(this.id);
  }

  /** The origins that functions of this process receive. */
  get receivers(): readonly string[] {
    return [...this.#receivers.keys()];
  }

  /** As on its creation: the world is built anew, not cleared piece by piece. */
  reset(): void {
    this.#settings.give(givenIn(this.#options));
    this.#history = this.#worlds.history();
    this.keeper?.begin(this.id);
    const world = this.#build();
    this.#enter(world);
    this.#replace(world);
  }

  /** The whole workspace as plain data, without its credentials. */
  snapshot(): WorkspaceSnapshot {
    return { strict: this.strict, settings: this.#settings.withoutCredentials(), ...this.#world.snapshot() };
  }

  /**
   * Puts a snapshot in the place of the world; `text` is the same as JSON. It is read into a new world first: one that
   * cannot be read changes nothing. The credentials stay this workspace's own. Throws INVALID_BODY and CLOCK_BUSY.
   */
  restore({ strict, settings, ...snapshot }: WorkspaceSnapshot, text: string): void {
    assertNoAdvance(this.#world, 'restore the snapshot');
    const [given, history] = [this.#settings.given, this.#history];
    this.#settings.giveAllBut({ strict, settings });
    const { now } = snapshot.clock;
    const frame = { count: 0, jobs: 0, now, snapshot: text, given: this.#settings.given };
    this.#history = this.#worlds.history(frame);
    const restored = this.#build();
    try {
      readSnapshot(restored, snapshot, this.#context.player);
    } catch (error) {
      this.#settings.give(given);
      this.#history = history;
      throw error;
    }
    this.#enter(restored);
    this.keeper?.begin(this.id, frame);
    this.#replace(restored);
  }

  get history(): History {
    return this.#history;
  }

  /** The world as it is, with which a replay can begin, and its snapshot in pieces. Nothing may be on its way. */
  frame(): { readonly frame: Frame; readonly snapshot: Iterable<string> } {
    const { jobs, now } = this.#world.position;
    const frame = { count: this.#history.taken.length, jobs, now, given: this.given };
    return { frame, snapshot: jsonPieces(this.snapshot()) };
  }

  /** What the workspace was made with, its first instant included. */
  get origin(): RunHead['workspace'] {
    const clock = { ...this.#options.clock, now: formatInstant(this.#worlds.start) };
    return { id: this.id, number: this.#number, options: { ...this.#options, clock } };
  }

  /** Has the history begin with a frame of the world as it is. */
  beginWith(frame: Frame): void {
    this.#history = this.#worlds.history(frame);
  }

  /** A workspace with the same options, and a world of its own as it was at a frame, after these inputs; messages go that way. */
  twin(frame: Frame, taken: readonly Taken[], transport: Transport = this.#context.transport): Workspace {
    const { id, number, options } = this.origin;
    const twin = new Workspace(id, number, options, { ...this.#context, transport });
    const world = twin.#world;
    for (const [origin, receiver] of this.#receivers) twin.#receivers.set(origin, receiver);
    world.clock.lead(true, twin.#worlds.start);
    if (frame.world) world.copyFrom(frame.world);
    else if (frame.snapshot !== undefined) {
      const { strict, settings, ...snapshot } = JSON.parse(frame.snapshot) as WorkspaceSnapshot;
      twin.#settings.giveAllBut({ strict, settings });
      world.restore(snapshot);
      this.#context.player.assertPlayable(world);
    }
    if (frame.given) twin.#settings.give(frame.given);
    world.changeSettings(twin.#settings.resolved);
    world.clock.countFrom(frame.jobs);
    twin.#history = this.#history.branch(taken);
    twin.frameMaker.renew();
    return twin;
  }

  /** A copy of the world in which nothing ever happens, and how many characters its records have. */
  copyWorld(): { readonly copy: World; readonly size: number } {
    const copy = this.#build();
    copy.clock.lead(true);
    return { copy, size: copy.copyFrom(this.#world) };
  }

  /** Puts the world of a twin, with its history, in the place of this one. Throws CLOCK_BUSY. */
  become(twin: Workspace): void {
    assertNoAdvance(this.#world, 'rewind');
    this.#enter(twin.#world);
    twin.#world.coverage = this.coverage;
    twin.#world.record = this.#record;
    twin.#world.transport = this.#worlds.transport(this.#receivers);
    this.#settings.give(twin.#settings.given);
    this.#history = twin.#history;
    this.#replace(twin.#world);
    this.#keepWhole();
  }

  /** See {@link Followers.add}. */
  follow(follower: Follower): () => void {
    return this.followers.add(follower, this.#world);
  }

  /** As the control plane shows it, credentials included: handing them out is what this is for. */
  describe(origin: string): Record<string, unknown> {
    return describeWorkspace(this, this.#context.vendors, origin);
  }

  close(): void {
    this.#world.clock.stop();
    this.followers.end();
    this.relay?.leave();
  }

  /** The app goes on in this world. */
  #enter(world: World): void {
    this.probes.enter(world);
    this.relay?.enter(world);
  }

  /** The run is the history, and no more. */
  #keepWhole(): void {
    const { first, taken } = this.#history;
    if (!this.keeper) return;
    this.keeper.begin(this.id, first);
    for (const { at, input } of taken) this.keeper.take(this.id, at, input);
    this.#record.moved(this.#world.position);
  }

  #replace(world: World): void {
    this.#world.clock.stop();
    this.#world = world;
    this.frameMaker.renew();
    this.followers.renew(world);
  }

  #build(): World {
    const settings = this.#settings.resolved;
    return this.#worlds.make({ settings, receivers: this.#receivers, coverage: this.coverage, record: this.#record });
  }
}

/** A workspace as plain data. */
export interface WorkspaceSnapshot extends WorldSnapshot {
  readonly strict: boolean;
  readonly settings: SettingsByVendor;
}

const givenIn = ({ strict = false, settings = {} }: WorkspaceOptions): Given => ({ strict, settings });
