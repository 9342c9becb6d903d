import type { AppTimers, Wake } from '../../clock/lockstep/app-timers.js';
import { formatInstant, type Micros } from '../../clock/instant.js';
import { after, delayed, hostInstant, monotonic } from '../../clock/real-time.js';
import type { Testimony, Witness } from '../../clock/rest/witness.js';
import type { ProbeState } from '../../contracts/control/clock.js';
import type { FromProbe, Hello, Job } from '../../probe/wire.js';
import type { World } from '../engine/world.js';
import { Arrivals } from './arrivals.js';
import { forgone, Jobs } from './jobs.js';
import { LedTimers, LOOK_AGAIN_MS } from './led-timers.js';
import type { AppPlace } from './place.js';
import { askAll, askLed, BUSY_LIMIT_MS, Probe, type Line, type Question, type Rest } from './probe.js';

/** Whoever moves a clock by hand has done so by then, in real milliseconds. */
const STANDS_MS = 5000;
/** A worker that does not wait for led time has taken a job by then. */
const LED_WORKER_MS = 1000;

/** What follows from a call takes no longer, or is something else. */
const FOLLOWS_MS = 2000;

/** What is known of an app: its processes, which say when they are at rest, and its timers. It outlives the worlds. */
export class Probes implements Witness {
  readonly #place: AppPlace;
  /** With the virtual instant since which each is as it is. */
  readonly #probes = new Map<Probe, Micros>();
  /** The names of all that ever were. */
  readonly #known = new Set<string>();
  /** What they run in. */
  readonly runtimes = new Set<string>();
  readonly #jobs = new Jobs();
  readonly #arrivals = new Arrivals();
  #timers: AppTimers | undefined;
  #led: LedTimers | undefined;
  /** The runtimes of processes that keep their own time. */
  readonly #unled = new Set<string>();
  #mayGo = false;
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
    return [...this.#probes].map(([{ pid, state, inHand }, since]) => {
      const in_hand = inHand ? { in_hand: inHand } : {};
      return { pid, state, since: formatInstant(since), ...in_hand };
    });
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
      isMoving: (rests) => this.#isStarting(rests) || !this.#arrivals.areIn(rests),
      write,
      tell: (text) => this.#place.tell(text),
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

  followed(since: number): Promise<void> {
    return this.#alone(async () => {
      const asked = this.#speaking;
      const cancel = after(FOLLOWS_MS, () => asked.forEach((probe) => probe.letBe()));
      await askAll(asked, { since, waits: true, timers: false }).finally(cancel);
    });
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
    const isOnly = (): boolean => this.#speaking.length === 1 && this.#speaking[0] === only && !this.#jobs.waiting;
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
    if ('put' in message && this.#jobs.put(message.put)) this.#place.works?.(message.put.at);
    if ('taken' in message) this.#jobs.taken(message.taken);
    if ('emptied' in message) this.#jobs.emptied(message.emptied.queue, message.emptied.at);
  }

  #timersChanged(): void {
    this.#place.timersChanged();
    this.#watchTime();
  }

  /** Says it once when a process waits for time that nobody moves, as a test does that was to move it later: each process tells of its timers whenever time moves. */
  #watchTime(): void {
    this.#cancelStands?.();
    if (this.#hasToldStands || !this.#led?.areLivedFor) return;
    this.#cancelStands = after(STANDS_MS, () => {
      const due = Math.min(...[...(this.#led?.all() ?? [])].map((timer) => timer.due));
      if (this.#led?.areLivedFor) this.#hasToldStands = this.#place.stands?.(due) ?? true;
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
    this.runtimes.add(hello.runtime ?? '');
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
    this.#place.ended?.(why === 'closed' || !this.#probes.has(probe));
    if (!this.#probes.delete(probe)) return;
    probe.end(why === 'closed' && !this.#mayGo, this.#place.isAwaited?.() ?? false);
    this.#place.changed?.();
    if (this.#probes.size === 0) this.#jobs.end();
    else this.#jobs.wake();
    if (this.#led) this.#timersChanged();
  }

  /** The command of the app has ended: what it leaves behind goes as it likes, and no time waits for that. */
  mayGo(): void {
    this.#mayGo = true;
  }

  /** The app is about to be stopped: that its processes fall silent then says nothing. */
  letGo(): void {
    for (const probe of this.#probes.keys()) this.remove(probe, 'ended');
  }

  /**
   * Asks them all. One process may have given another something to do after that had answered: so they are at rest if they
   * say so twice, and nothing has happened in any of them in between; not while a job waits for one of them.
   */
  async #rest(since: number, deliveries: number, sent: number): Promise<Testimony> {
    let question = questionOf(since, sent);
    const limit = monotonic() + BUSY_LIMIT_MS;
    for (let before = ''; monotonic() < limit;) {
      const round = await this.#askOnce(question);
      if (!round) return 'none';
      // What has waited for time once is not waited for again.
      if (round.waited) question = { since: hostInstant(), sent: question.sent ?? question.since, waits: true };
      const { waiting } = this.#jobs;
      if (round.isWhole && !waiting && (round.isAlone || round.stirs === before))
        return round.seen >= deliveries ? 'all' : 'some';
      before = waiting ? '' : round.stirs;
      if (round.isMoving) await delayed(LOOK_AGAIN_MS);
      else if (waiting && this.#jobs.heard === round.heard) await this.#taken(round.heard, limit);
    }
    this.#giveUp(this.#jobs.waiting);
    return 'none';
  }

  /** What they answer together; `undefined` if one does not come to rest, or there is none. */
  async #askOnce(question: Question) {
    const asked = this.#speaking;
    const { heard } = this.#jobs;
    const { answers, waited } = this.#led
      ? await askLed(asked, question)
      : { answers: await askAll(asked, question), waited: false };
    if (asked.length === 0 || answers.some((answer, i) => !answer && this.#probes.has(asked[i]!))) return undefined;
    const rests = answers.filter((answer) => answer !== undefined);
    const isMoving = this.#isStarting(rests) || !this.#arrivals.areIn(rests);
    // One that stands still may have been woken before the others have answered.
    const isStill = this.#jobs.heard === heard && asked.every((probe, i) => probe.isAsBefore(answers[i]));
    return {
      heard,
      waited,
      isMoving,
      isAlone: asked.length === 1,
      isWhole: isStill && this.#speaking.length === asked.length && rests.length === asked.length && !isMoving,
      stirs: rests.map(({ stirs }, i) => `${asked[i]!.name} ${stirs}`).join(),
      seen: countSeen(rests),
    };
  }

  /** Resolves when something changes for a job that waits, or at this instant. In lockstep its worker may wait for time itself. */
  async #taken(heard: number, limit: number): Promise<void> {
    const cancel = after(this.leads ? LED_WORKER_MS : limit - monotonic(), () => this.#jobs.wake());
    await this.#jobs.change().finally(cancel);
    if (this.leads && this.#jobs.heard === heard) this.#jobs.end();
  }

  #giveUp(job: Job | undefined): void {
    if (!job) return this.#tell('The processes of the app have given one another something to do for 10 s');
    this.#jobs.forgo(job.queue);
    this.#tell(forgone(job));
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

const questionOf = (since: number, sent: number): Question =>
  Number.isFinite(sent) && sent !== since ? { since, sent } : { since };
