import { andFinally, orElse, type Awaitable } from '../../awaitable.js';
import { Clock } from '../../clock/clock.js';
import { formatInstant, type Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { Violation } from '../../contracts/contract.js';
import type { Limits } from '../../contracts/control/terms.js';
import type { CoverageCounter } from '../../contracts/coverage/counter.js';
import type { Transport } from './deliveries/attempt.js';
import { enqueueDelivery } from './deliveries/enqueue.js';
import type { Replay } from './deliveries/exchange.js';
import { noteFailure, tellStopped } from './failures.js';
import { FaultRules } from './faults.js';
import type { Input, Position, Recorder } from './inputs.js';
import { Journal, type Entry, type EntryKind, type EntryOf, type NewEntry } from './past/journal.js';
import type { NewDelivery } from './deliveries/new-delivery.js';
import { Outbox, type Delivery } from './deliveries/outbox.js';
import type { JobDefinition } from './jobs.js';
import { jobsOf } from './job-table.js';
import { Memory } from './past/memory.js';
import type { Player } from './player.js';
import type { VendorRuntime } from './vendor.js';
import type { Random } from './random.js';
import { countIn, loadSlice, type Slice, type Tally } from './records.js';
import { RequestLog } from './past/requests.js';
import { SilentReceivers } from './deliveries/silent-receivers.js';
import type { DeliveryGuard, WorldOptions } from './world-options.js';
import type { Rest, WorldSnapshot } from './world-snapshot.js';

export type { WorldSnapshot } from './world-snapshot.js';

/** Of what is told once, so many texts; there are some fifty, but for what callers write into them. */
const MOST_TOLD = 200;

/**
 * A value of (seed, inputs): a clock, seeded chance, the vendors' records, an outbox and a journal. Nothing in it reads
 * the host's time or chance.
 */
export class World {
  readonly seed: number;
  /** What credentials that vendors give out begin with; empty where no strangers share a server. */
  readonly tag: string;
  /** How large it may become, where strangers share a server. */
  readonly limits: Limits | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly requests: RequestLog;
  readonly outbox: Outbox;
  readonly faults = new FaultRules();
  transport: Transport;
  readonly player: Player;
  readonly deliveryGuard: DeliveryGuard;
  readonly warn: (text: string) => void;
  coverage: CoverageCounter;
  record: Recorder | undefined;
  /** Set while the history of this world is replayed. */
  replay: Replay | undefined;
  /** Hears of each credential that a vendor gives out. */
  onIssue: (vendor: string, credential: string) => void = () => undefined;
  /** How many calls have changed something. */
  changes = 0;
  /** Where there are limits: bytes of the long bodies of calls that have changed something. What became of them is not counted. */
  bulk = 0;
  /** How many messages have left without an answer so far. */
  unanswered = 0;
  /** The scenario of meetings that nothing else is cast for. */
  scenario: string;
  /** The plain records of the meetings that are played. */
  readonly playState: Slice;
  readonly silentReceivers: SilentReceivers;
  /** The code of every kind of job. */
  readonly jobs: ReadonlyMap<string, JobDefinition>;
  readonly #vendors: ReadonlyMap<string, VendorRuntime>;
  readonly #slices: ReadonlyMap<string, Slice>;
  readonly #memory: Memory;
  readonly #records: Tally = { count: 0 };
  #settings: Readonly<Record<string, unknown>>;
  /** The texts of what is told once, and the topics of all notes: to look for one would take as long as the timeline is. */
  readonly #told = new Set<string>();

  constructor(options: WorldOptions) {
    this.seed = options.random.seed;
    this.scenario = options.scenario;
    this.#settings = options.settings;
    this.random = options.random;
    this.tag = options.tag;
    this.limits = options.limits;
    const memory = (this.#memory = new Memory(options.memory));
    this.journal = new Journal(options.journalLimit, memory);
    this.requests = new RequestLog(options.journalLimit, memory, this.journal);
    this.outbox = new Outbox(options.journalLimit, memory);
    this.transport = options.transport;
    this.deliveryGuard = options.deliveryGuard;
    this.coverage = options.coverage;
    this.warn = options.warn;
    this.record = options.record;
    this.player = options.player;
    this.playState = options.player.createState();
    this.#vendors = new Map(options.vendors.map((vendor) => [vendor.name, vendor]));
    this.#slices = new Map(options.vendors.map(({ name, createState }) => [name, createState()]));
    for (const slice of [this.playState, ...this.#slices.values()]) countIn(this.#records, slice);
    this.jobs = jobsOf(options);
    this.clock = new Clock({
      ...options.clock,
      run: (job) => this.#runJob(job),
      onNext: () => this.record?.next(),
      // While an input is still under way, nobody can tell how many lines it has written.
      onMoved: () => this.record?.moved({ ...this.position, ...(this.clock.live.isStill ? { seq: Number.NaN } : {}) }),
      onError: (error) => tellStopped(this, error),
    });
    this.silentReceivers = new SilentReceivers(this.clock);
  }

  now(): Micros {
    return this.clock.now();
  }

  vendor(name: string): VendorRuntime {
    return this.#vendors.get(name)!;
  }

  /** A vendor's own tables. The vendor knows their type; nobody else looks. */
  slice<S extends Slice>(name: string): S {
    return this.#slices.get(name) as S;
  }

  /** A vendor's settings as its own folder resolved them. */
  settings<T>(name: string): T {
    return this.#settings[name] as T;
  }

  changeSettings(settings: Readonly<Record<string, unknown>>): void {
    this.#settings = settings;
  }

  /** A number that differs whenever anything may have happened in between. */
  get state(): number {
    return this.clock.jobsRun + this.changes;
  }

  /** Where in its life the world is. */
  get position(): Position {
    return { jobs: this.clock.jobsRun, now: this.now(), seq: this.journal.lastSeq };
  }

  /** True if the records are all that there is: no message is out, and nothing is being taken. */
  get isWhole(): boolean {
    return this.unanswered === 0 && !this.clock.live.isStill;
  }

  /** Takes an input and does what follows from it at one instant: live time stands still until the work is over. */
  take<T>(input: Input, work: () => Awaitable<T>): Awaitable<T> {
    const done = (): Awaitable<T> => {
      this.record?.take(this.position, this.replay?.original(input) ?? input);
      return work();
    };
    return andFinally(done, this.clock.live.still(this.clock.now()));
  }

  /** A {@link note} about what took real time: when it is written, no seed and no call can tell. */
  remark(topic: string, subject: string | null, text: string): void {
    void this.take({ kind: 'note', topic, subject, text }, () => this.note(topic, subject, text));
  }

  /** Adds a line to the timeline at the present instant. */
  log<K extends EntryKind>(entry: NewEntry<K>): EntryOf<K> {
    const added = this.journal.add(this.now(), entry);
    this.#count(added);
    return added;
  }

  note(topic: string, subject: string | null, text: string): void {
    this.#told.add(topic);
    this.log({ kind: 'note', subject, topic, text });
  }

  hasNoted(topic: string): boolean {
    return this.#told.has(topic);
  }

  /** A note for a thing that people want to read of once. Whoever calls may make any number of texts, and all are kept. */
  noteOnce(topic: string, text: string): void {
    if (this.#told.has(text) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(text);
    this.note(topic, null, text);
  }

  violation(provider: string, where: string, subject: string | null, violation: Violation): void {
    const { rule, severity, pointer, expected, was } = violation;
    this.log({ kind: 'violation', subject, provider, rule, severity, where, pointer, expected, was });
  }

  /** Puts a webhook on its way: its first attempt is due now, if no fault is in its way. */
  enqueue(delivery: NewDelivery): Delivery {
    const added = this.outbox.add(this.now(), delivery);
    enqueueDelivery(this, added);
    return added;
  }

  labelOf(job: Job): string {
    const label = this.jobs.get(job.kind)?.label ?? job.kind;
    return typeof label === 'string' ? label : label(job);
  }

  /** A job as the control plane shows it. */
  describeJob(job: Job): { id: number; due: string; label: string; subject: string | null } {
    return { id: job.id, due: formatInstant(job.due), label: this.labelOf(job), subject: job.subject };
  }

  /** How many records the vendors and the scenarios keep. */
  get recordCount(): number {
    return this.#records.count;
  }

  /** A view, not a copy: whoever keeps it writes it down at once, but for its lasting lists. */
  snapshot(): WorldSnapshot {
    const { scenario, journal, requests, outbox } = this;
    const { clock, random, ...rest } = this.#rest();
    const past = { journal: journal.toJSON(), requests: requests.toJSON(), outbox: outbox.toJSON() };
    return { scenario, clock, random, ...past, ...rest, ...(this.#told.size > 0 ? { told: [...this.#told] } : {}) };
  }

  #rest(): Rest {
    return {
      clock: this.clock.snapshot(),
      random: this.random.toJSON(),
      faults: this.faults.toJSON(),
      play: this.playState,
      slices: Object.fromEntries(this.#slices),
      ...(this.bulk > 0 ? { bulk: this.bulk } : {}),
    };
  }

  /** Takes over what a snapshot holds: nobody else may have it. */
  restore(snapshot: WorldSnapshot): void {
    this.journal.load(snapshot.journal);
    for (const text of snapshot.told ?? []) this.#told.add(text);
    this.requests.load(snapshot.requests);
    this.outbox.load(snapshot.outbox);
    this.#load(snapshot);
  }

  /** Becomes a copy of a world in which nothing is on its way; tells how many characters the records of both have. */
  copyFrom(other: World): number {
    this.journal.copyFrom(other.journal);
    for (const text of other.#told) this.#told.add(text);
    this.requests.copyFrom(other.requests);
    this.outbox.copyFrom(other.outbox);
    this.#memory.copyFrom(other.#memory);
    const text = JSON.stringify(other.#rest());
    this.#load({ scenario: other.scenario, ...(JSON.parse(text) as Rest) });
    this.clock.countFrom(other.clock.jobsRun);
    return text.length;
  }

  #load({ scenario, random, faults, play, slices, clock, bulk = 0 }: Rest & Pick<WorldSnapshot, 'scenario'>): void {
    this.scenario = scenario;
    this.bulk = bulk;
    this.random.load(random);
    this.faults.load(faults);
    loadSlice(this.playState, play);
    for (const [name, slice] of this.#slices) loadSlice(slice, slices[name] ?? {});
    this.clock.restore(clock);
  }

  #count(entry: Entry): void {
    if (entry.kind === 'transition') this.coverage.transition(entry.provider, entry.event, entry.from, entry.sub_type);
    else if (entry.kind === 'delivery' && entry.attempt === 1)
      this.coverage.webhook(entry.provider, entry.type, entry.state);
  }

  #runJob(job: Job): void | Promise<void> {
    const definition = this.jobs.get(job.kind);
    if (!definition) throw new Error(`No code for a job of kind ${job.kind}`);
    this.replay?.begin(job);
    return orElse(
      () => definition.run(this, job),
      (error) => {
        noteFailure(this, job.subject, error);
        throw error;
      },
    );
  }
}
