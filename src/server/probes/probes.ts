import type { AppTimers, Wake } from '../../clock/lockstep/app-timers.js';
import { formatInstant, type Micros } from '../../clock/instant.js';
import { after, delayed, monotonic } from '../../clock/real-time.js';
import type { Testimony, Witness } from '../../clock/rest/witness.js';
import type { ProbeState } from '../../contracts/control/clock.js';
import type { FromProbe, Hello } from '../../probe/wire.js';
import type { World } from '../engine/world.js';
import { LedTimers, LOOK_AGAIN_MS } from './led-timers.js';
import { askAll, BUSY_LIMIT_MS, Probe, type Line, type Rest } from './probe.js';

/** Whoever moves a clock by hand has done so by then, in real milliseconds. */
const STANDS_MS = 5000;

/** Where an app lives: the world that it is with, or a listener that takes messages to it. */
export interface AppPlace {
  readonly now: () => Micros;
  readonly attach: (timers: AppTimers | undefined) => void;
  readonly timersChanged: () => void;
  /** A process has begun that says when it is at rest: its witness is to be asked from now on. */
  readonly began: (witness: Witness) => void;
  /** A process may read what is asked for while it is waited for. */
  readonly reading?: () => void;
  /** True if time waits until the app is at rest after a message, whatever the question was that it has not answered. */
  readonly isAwaited?: () => boolean;
  /** The state of a process is another. */
  readonly changed?: () => void;
  /** The app waits for nothing but its timers, the next of which is due then, and they have not moved for a while. False if it is to be told again. */
  readonly stands?: (due: Micros) => boolean;
  /** Hears sentences for people. */
  readonly tell: (text: string) => void;
}

/** The world that an app is with, whichever it is. */
export const inWorld = (world: () => World): AppPlace => ({
  now: () => world().now(),
  attach: (timers) => world().clock.attach(timers),
  timersChanged: () => world().clock.timersChanged(),
  began(witness) {
    const { clock } = world();
    clock.activity.hearing.witness = witness;
    clock.activity.appBegan();
    // Before anybody moves time: what begins later has another reason.
    clock.settled().catch(() => undefined);
  },
  reading: () => world().clock.readers.receivers.look(),
  isAwaited: () => world().clock.activity.hearing.isAwaited,
  stands(due) {
    const { clock, warn } = world();
    if (clock.mode !== 'frozen' || clock.advancing || clock.activity.holds.length > 0) return false;
    // No line of the timeline: how long people take is not to be seen in it.
    warn(
      `The clock is frozen at ${formatInstant(clock.now())} and nobody advances it, and the app waits for nothing but its timers: the next is due at ` +
        `${formatInstant(due)}. POST /_greenroom/clock/advance {"next":true} runs it, and with --clock auto time moves by itself`,
    );
    return true;
  },
  tell(text) {
    world().remark('probe', null, text);
    world().warn(text);
  },
});

/** What is known of an app: its processes, which say when they are at rest, and its timers. It outlives the worlds. */
export class Probes implements Witness {
  readonly #place: AppPlace;
  /** With the virtual instant since which each is as it is. */
  readonly #probes = new Map<Probe, Micros>();
  /** The names of all that ever were. */
  readonly #known = new Set<string>();
  #timers: AppTimers | undefined;
  #led: LedTimers | undefined;
  /** The runtimes of processes that keep their own time. */
  readonly #unled = new Set<string>();
  #cancelStands: (() => void) | undefined;
  #hasToldStands = false;
  /** One question at a time: a process answers the last. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(place: AppPlace) {
    this.#place = place;
  }

  /** True once a process has told anything. */
  get haveSpoken(): boolean {
    return this.#known.size > 0;
  }

  list(): ProbeState[] {
    return [...this.#probes].map(([{ pid, state }, since]) => ({ pid, state, since: formatInstant(since) }));
  }

  /** The timers of an app in this process move with the clock, through resets and restores; `undefined` lets them go. */
  attach(timers: AppTimers | undefined): void {
    this.#place.attach(timers);
    this.#timers = timers;
  }

  /** The app goes on in another world. */
  enter({ clock }: World): void {
    clock.attach(this.#timers);
    if (this.#known.size > 0) clock.activity.hearing.witness = this;
  }

  /** From now on the time of the processes moves with the clock; `write` has those that begin know what it is. Throws CONFLICT. */
  lead(write: (now: number) => void): void {
    const led = new LedTimers({
      probes: () => this.#speaking,
      alone: (ask) => this.#alone(ask),
      isStarting: (rests) => this.#isStarting(rests),
      write,
    });
    this.attach(led);
    this.#led = led;
  }

  get leads(): boolean {
    return this.#led !== undefined;
  }

  sync(): Promise<void> | undefined {
    return this.#led?.sync();
  }

  isReader(connection: string): boolean {
    return [...this.#probes.keys()].some((probe) => probe.isReader(connection));
  }

  waits(): Promise<void> {
    return this.#led ? this.#led.wait() : Promise.resolve();
  }

  /** The timers of an app that keeps its own time, and has done all that it began since; `undefined` if a process does not tell. */
  wakes(since: number): Promise<readonly Wake[] | undefined> {
    return this.#alone(async () => {
      const asked = this.#speaking.map((probe) => probe.ask({ since, waits: true, wakes: true }));
      const told = (await Promise.all(asked)).map((rest) => rest?.wakes);
      return told.length > 0 && told.every((wakes) => wakes !== undefined) ? told.flat() : undefined;
    });
  }

  rest(
    since: number,
    deliveries: number,
    connections: readonly string[] = [],
    sent: number = since,
  ): Promise<Testimony> {
    return this.#alone(async () => {
      const isSaid = connections.length > 0 && connections.length === deliveries;
      return isSaid && (await this.#hasSaid(since, connections)) ? 'all' : this.#rest(since, deliveries, sent);
    });
  }

  /** True if the app is one process, and has said by itself that it is at rest after these messages. */
  async #hasSaid(since: number, connections: readonly string[]): Promise<boolean> {
    const isOnly = (): boolean => this.#speaking.length === 1 && this.#speaking[0] === only;
    const [only] = this.#speaking;
    return only !== undefined && isOnly() && (await only.hasSaid(connections, since)) && isOnly();
  }

  #alone<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#asking.then(ask);
    this.#asking = answer.catch(() => undefined);
    return answer;
  }

  /** A process says something. */
  hear(probe: Probe, message: FromProbe): void {
    if (probe.hear(message)) this.#timersChanged();
    if ('reading' in message) this.#place.reading?.();
  }

  #timersChanged(): void {
    this.#place.timersChanged();
    this.#watchTime();
  }

  /** Says it once when an app waits for time that nobody moves: each process tells of its timers whenever time moves. */
  #watchTime(): void {
    this.#cancelStands?.();
    if (this.#hasToldStands || !this.#led?.areAwaited) return;
    this.#cancelStands = after(STANDS_MS, () => {
      const due = Math.min(...[...(this.#led?.all() ?? [])].map((timer) => timer.due));
      if (this.#led?.areAwaited) this.#hasToldStands = this.#place.stands?.(due) ?? true;
      this.#watchTime();
    });
  }

  /** A process begins to tell. */
  add(hello: Hello, line: Line): Probe {
    const noteState = (): void => {
      this.#probes.set(probe, this.#place.now());
      this.#place.changed?.();
    };
    const probe = new Probe(hello, line, (text) => this.#tell(text), noteState);
    noteState();
    this.#known.add(probe.name);
    this.#led?.began();
    this.#watchLed(hello);
    this.#place.began(this);
    return probe;
  }

  /** Says it once of each runtime when time is led, and not that of this process. */
  #watchLed({ runtime = 'unknown', led = true }: Hello): void {
    if (!this.#led || led || this.#unled.has(runtime)) return;
    this.#unled.add(runtime);
    this.#place.tell(
      `A process of the app (${runtime}) is not in lockstep: its clock and its timers are real, and no advance moves them. ` +
        'Lockstep leads processes of Node that have GREENROOM_TIME in their environment',
    );
  }

  /** It has said that it ends, or its connection is closed. */
  remove(probe: Probe, why: 'ended' | 'closed'): void {
    if (!this.#probes.delete(probe)) return;
    probe.end(why === 'closed', this.#place.isAwaited?.() ?? false);
    this.#place.changed?.();
    if (this.#led) this.#timersChanged();
  }

  /** The app is about to be stopped: that its processes fall silent then says nothing. */
  letGo(): void {
    for (const probe of this.#probes.keys()) this.remove(probe, 'ended');
  }

  /**
   * Asks them all. One process may have given another something to do after that had answered: so they are at rest if they
   * say so twice, and nothing has happened in any of them in between.
   */
  async #rest(since: number, deliveries: number, sent: number): Promise<Testimony> {
    const question = Number.isFinite(sent) && sent !== since ? { since, sent } : { since };
    const limit = monotonic() + BUSY_LIMIT_MS;
    for (let before = ''; monotonic() < limit;) {
      const asked = this.#speaking;
      if (asked.length === 0) return 'none';
      const answers = await askAll(asked, question);
      if (answers.some((answer, i) => !answer && this.#probes.has(asked[i]!))) return 'none';
      const rests = answers.filter((answer) => answer !== undefined);
      const now = rests.map(({ stirs }, i) => `${asked[i]!.name} ${stirs}`).join();
      const isStarting = this.#isStarting(rests);
      // One that stands still may have been woken before the others have answered.
      const isStill = asked.every((probe, i) => probe.isAsBefore(answers[i]));
      const isWhole = isStill && this.#speaking.length === asked.length && rests.length === asked.length && !isStarting;
      if (isWhole && (asked.length === 1 || now === before)) return countSeen(rests) >= deliveries ? 'all' : 'some';
      before = now;
      if (isStarting) await delayed(LOOK_AGAIN_MS);
    }
    this.#tell('The processes of the app have given one another something to do for 10 s');
    return 'none';
  }

  #isStarting(rests: readonly (Rest | undefined)[]): boolean {
    return rests.some((rest) => rest?.started.some((name) => !this.#known.has(name)));
  }

  get #speaking(): Probe[] {
    return [...this.#probes.keys()].filter(({ state }) => state !== 'silent');
  }

  #tell(text: string): void {
    this.#place.tell(`${text}. Each webhook is followed by quiet time until the app is at rest again`);
  }
}

const countSeen = (rests: readonly Rest[]): number => rests.reduce((total, { seen }) => total + seen, 0);
