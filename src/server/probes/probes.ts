import type { AppTimers } from '../../clock/app-timers.js';
import { formatInstant, type Micros } from '../../clock/instant.js';
import { delayed, monotonic } from '../../clock/real-time.js';
import type { Testimony, Witness } from '../../clock/witness.js';
import type { ProbeState } from '../../contracts/control/clock.js';
import type { FromProbe, Hello } from '../../probe/wire.js';
import type { World } from '../engine/world.js';
import { LedTimers, LOOK_AGAIN_MS } from './led-timers.js';
import { BUSY_LIMIT_MS, Probe, type Line, type Rest } from './probe.js';

/** What is known of the app of a workspace: its processes, which say when they are at rest, and its timers. It outlives the worlds. */
export class Probes implements Witness {
  readonly #world: () => World;
  /** With the virtual instant since which each is as it is. */
  readonly #probes = new Map<Probe, Micros>();
  /** The names of all that ever were. */
  readonly #known = new Set<string>();
  #timers: AppTimers | undefined;
  #led: LedTimers | undefined;
  /** One question at a time: a process answers the last. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(world: () => World) {
    this.#world = world;
  }

  list(): ProbeState[] {
    return [...this.#probes].map(([{ pid, state }, since]) => ({ pid, state, since: formatInstant(since) }));
  }

  /** The timers of an app in this process move with the clock, through resets and restores; `undefined` lets them go. */
  attach(timers: AppTimers | undefined): void {
    this.#world().clock.attach(timers);
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

  waits(): Promise<void> {
    return this.#led ? this.#led.wait() : Promise.resolve();
  }

  rest(since: number, deliveries: number): Promise<Testimony> {
    return this.#alone(() => this.#rest(since, deliveries));
  }

  #alone<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#asking.then(ask);
    this.#asking = answer.catch(() => undefined);
    return answer;
  }

  /** A process says something. */
  hear(probe: Probe, message: FromProbe): void {
    if (probe.hear(message)) this.#world().clock.timersChanged();
  }

  /** A process begins to tell. */
  add(hello: Hello, line: Line): Probe {
    const noteState = (): void => void this.#probes.set(probe, this.#world().now());
    const probe = new Probe(hello, line, (text) => this.#tell(text), noteState);
    noteState();
    this.#known.add(probe.name);
    this.#led?.began();
    const { clock } = this.#world();
    clock.activity.hearing.witness = this;
    clock.activity.appBegan();
    // Before anybody moves time: what begins later has another reason.
    clock.settled().catch(() => undefined);
    return probe;
  }

  /** It has said that it ends, or its connection is closed. */
  remove(probe: Probe, why: 'ended' | 'closed'): void {
    if (this.#probes.delete(probe)) probe.end(why === 'closed');
  }

  /** The app is about to be stopped: that its processes fall silent then says nothing. */
  letGo(): void {
    for (const probe of this.#probes.keys()) this.remove(probe, 'ended');
  }

  /**
   * Asks them all. One process may have given another something to do after that had answered: so they are at rest if they
   * say so twice, and nothing has happened in any of them in between.
   */
  async #rest(since: number, deliveries: number): Promise<Testimony> {
    const limit = monotonic() + BUSY_LIMIT_MS;
    for (let before = ''; monotonic() < limit;) {
      const asked = this.#speaking;
      if (asked.length === 0) return 'none';
      const answers = await Promise.all(asked.map((probe) => probe.ask({ since })));
      if (answers.some((answer, i) => !answer && this.#probes.has(asked[i]!))) return 'none';
      const rests = answers.filter((answer) => answer !== undefined);
      const now = rests.map(({ stirs }, i) => `${asked[i]!.name} ${stirs}`).join();
      const isStarting = this.#isStarting(rests);
      const isWhole = this.#speaking.length === asked.length && rests.length === asked.length && !isStarting;
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
    const sentence = `${text}. Each webhook is followed by quiet time until the app is at rest again`;
    const world = this.#world();
    world.remark('probe', null, sentence);
    world.warn(sentence);
  }
}

const countSeen = (rests: readonly Rest[]): number => rests.reduce((total, { seen }) => total + seen, 0);
