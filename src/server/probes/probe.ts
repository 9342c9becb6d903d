import type { AppTimer } from '../../clock/lockstep/app-timers.js';
import { after, hostInstant, monotonic, turn } from '../../clock/real-time.js';
import {
  nameOf,
  UNANSWERED,
  type FromProbe,
  type Hello,
  type Life,
  type Timer,
  type ToProbe,
} from '../../probe/wire.js';
import { Word } from './word.js';

/** A process that says nothing for four of these does not count; on a crowded machine for more, and one that is late is no measure there. */
const BEAT_MS = 250;
const BEATS = 4;
const LATE_MS = 100;
/** A process that is busy for longer does not come to rest. */
export const BUSY_LIMIT_MS = 10_000;

/** A request that does not wait for led time has been answered by then. */
const LED_REQUEST_MS = 1000;
const LED_LOOK_MS = 100;

export type Rest = Extract<FromProbe, { rest: unknown }>;
type Stands = Extract<FromProbe, { stands: unknown }>;
export type Question = Omit<Extract<ToProbe, { ask: unknown }>, 'ask'>;
export type State = 'at rest' | 'busy' | 'silent';

let count = 0;

/** What a process of the app is connected by. */
export interface Line {
  readonly send: (message: ToProbe) => void;
  /** How many times longer than on an idle machine a process may take. */
  readonly crowding: () => number;
}

/** One process of an app, or a worker of it, that says whether it is at rest. */
export class Probe {
  readonly name: string;
  readonly pid: number;
  state: State = 'busy';
  readonly #isWorker: boolean;
  readonly #line: Line;
  readonly #tell: (text: string) => void;
  readonly #onState: () => void;
  /** The connections over which it reads greenroom before it is at rest. */
  #reading: readonly string[] = [];
  /** Those that move with the world, by numbers that are one row for all processes. */
  timers: readonly AppTimer[] = [];
  /** What it lives for, where its time is led: before it has said so, anything. */
  life: Life = 'outside';
  readonly #numbers = new Map<number, number>();
  readonly #word = new Word();
  #hasStarted = false;
  /** The question is about a message, and not about the start of a process. */
  #isOfMessage = false;
  /** Time that would move after a message waits for the answer. */
  #isAwaited = false;
  #asked = 0;
  /** What it would answer, if it stands still until another wakes it. */
  #still: Rest | undefined;
  #why = '';
  #answer: ((rest: Rest | undefined) => void) | undefined;
  #cancelSilence: (() => void) | undefined;
  #cancelLimit: (() => void) | undefined;
  #hasEnded = false;

  /** `tell` hears sentences for people; `onState` that its state is another. */
  constructor({ pid, thread }: Hello, line: Line, tell: (text: string) => void, onState: () => void) {
    this.name = nameOf(pid, thread);
    this.pid = pid;
    this.#isWorker = thread !== 0;
    this.#line = line;
    this.#tell = tell;
    this.#onState = onState;
  }

  /** Resolves when it is at rest; with `undefined` if it is gone, says nothing, or does not come to rest. */
  ask(question: Question): Promise<Rest | undefined> {
    this.#close(undefined);
    this.#why = '';
    this.#isOfMessage = question.since > 0 && question.waits !== true;
    this.#isAwaited = (question.sent ?? question.since) > 0 && question.waits !== true;
    if (this.#still || this.#hasEnded) return Promise.resolve(this.#still);
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#line.send({ ask: ++this.#asked, ...question });
      this.#become('busy');
      this.#watch();
      this.#cancelLimit = after(BUSY_LIMIT_MS, () => {
        this.#tell(`${this.#subject} has not come to rest in 10 s: it had in hand ${this.#why || 'something'}`);
        this.#become('silent');
        this.#close(undefined);
      });
    });
  }

  /** Why it is not at rest, as far as it has said so. */
  get inHand(): string {
    return this.#answer ? this.#why : '';
  }

  /** True if it has not answered for a request that it has in hand, and a timer of it waits for time. */
  get mayWaitForTime(): boolean {
    return this.state === 'busy' && this.#why === UNANSWERED && this.timers.length > 0;
  }

  /** Asks one that has not answered whether it does anything but wait; `sent` is when messages went out. */
  forgoRequests(sent: number): void {
    if (this.#answer) this.#line.send({ ask: ++this.#asked, since: hostInstant(), sent, waits: true });
  }

  /** Nobody waits for its answer any more. */
  letBe(): void {
    this.#close(undefined);
  }

  /** True if it has said by itself that it is at rest after messages over these connections, which went out at this instant or later. */
  async hasSaid(connections: readonly string[], since: number): Promise<boolean> {
    if (!(await this.#word.rests(connections, since))) return false;
    this.#hasStarted = true;
    this.#onState();
    return true;
  }

  /** False if it has begun to stand still, or has gone on, since it gave this answer. */
  isAsBefore(answer: Rest | undefined): boolean {
    return this.#still === answer || (this.#still === undefined && answer?.rest !== 0);
  }

  /** True if what it has in hand reads greenroom over this connection. */
  isReader(connection: string): boolean {
    return this.#reading.includes(connection);
  }

  /** True if its timers, or what it lives for, are others than those that it told of before. */
  hear(message: FromProbe): boolean {
    if ('answered' in message) this.#word.hear(message.answered);
    const { timers, life } = 'stands' in message ? this.#stand(message) : 'timers' in message ? message : {};
    if (life) this.life = life;
    this.#hearState(message);
    if (!timers) return false;
    const known = new Map(this.#numbers);
    this.#numbers.clear();
    for (const [id] of timers) this.#numbers.set(id, known.get(id) ?? ++count);
    this.timers = timers.map(([id, due, repeats]) => ({
      id: this.#numbers.get(id)!,
      due: due * 1000,
      repeats: repeats === 1,
    }));
    return true;
  }

  /** No timer of one that stands still goes off, and nothing else wakes it but what another does. Returns what it tells of these. */
  #stand({ stands, started }: Stands): { readonly timers?: readonly Timer[]; readonly life?: Life } {
    this.#still = stands === 0 ? undefined : { rest: 0, seen: 0, stirs: stands, started, wakes: [] };
    if (!this.#still) return {};
    this.#become('at rest');
    this.#close(this.#still);
    return { timers: [], life: 'nothing' };
  }

  #hearState(message: FromProbe): void {
    if ('busy' in message && message.busy === this.#asked) {
      this.#why = message.why;
      if (this.#answer) this.#watch();
    }
    if ('reading' in message && message.reading === this.#asked && Array.isArray(message.connections))
      this.#reading = message.connections;
    if (!('rest' in message) || message.rest !== this.#asked) return;
    this.#hasStarted ||= this.#isOfMessage;
    this.#become('at rest');
    this.#close(message);
  }

  /** It is gone. Why one that said nothing of that is gone is not known: it may have ended as it should. Somebody may wait who has not asked. */
  end(isSudden: boolean, isAwaited: boolean): void {
    const isMissed = isSudden && (isAwaited || this.#isAwaited) && this.#answer !== undefined;
    if (isMissed && !this.#isWorker) this.#tell(`${this.#subject} is gone while time waited for it`);
    this.#hasEnded = true;
    this.#still = undefined;
    this.#close(undefined);
    this.#word.end();
  }

  get #subject(): string {
    return `The process ${this.name} of the app`;
  }

  /** A process that starts may load code for long, and wait for its loader in between. */
  #watch(missed = 0): void {
    this.#cancelSilence?.();
    const from = monotonic();
    this.#cancelSilence = after(BEAT_MS, () => {
      const now = monotonic() - from > BEAT_MS + LATE_MS ? missed : missed + 1;
      // How crowded the machine is takes a while to read, and hardly anybody falls silent.
      if (!this.#hasStarted || now < BEATS || now < BEATS * this.#line.crowding()) return this.#watch(now);
      this.#tell(`${this.#subject} has said nothing for a second: it is stopped, or its code holds up its event loop`);
      this.#become('silent');
      this.#close(undefined);
    });
  }

  #become(state: State): void {
    if (this.state === state || this.#hasEnded) return;
    this.state = state;
    this.#onState();
  }

  #close(answer: Rest | undefined): void {
    this.#cancelSilence?.();
    this.#cancelLimit?.();
    this.#reading = [];
    this.#answer?.(answer);
    this.#answer = undefined;
  }
}

/** What they answer. One that stands still answers at once: that it has been woken may have come together with the last answer. */
export async function askAll(probes: readonly Probe[], question: Question): Promise<(Rest | undefined)[]> {
  const rests = await Promise.all(probes.map((probe) => probe.ask(question)));
  if (rests.some((rest) => rest?.rest === 0)) await turn();
  return rests;
}

/**
 * The same where time is led. A request in hand may wait for time there, and so may whoever has made it, as for a timer of the
 * service that is asked: if one of `all` does, `waited` is true, and no request that has been made by then is a reason that time stands.
 */
export async function askLed(
  probes: readonly Probe[],
  question: Question,
  all: readonly Probe[] = probes,
): Promise<{ readonly answers: readonly (Rest | undefined)[]; readonly waited: boolean }> {
  let waited = false;
  const others = new Set<Probe>();
  const look = (): void => {
    if (all.some(({ mayWaitForTime }) => mayWaitForTime)) {
      waited = true;
      for (const probe of probes) if (!others.has(probe)) probe.forgoRequests(question.sent ?? question.since);
    }
    // One may have got a request since it answered, or was not asked: it says so from now on.
    for (const probe of all.filter(({ state }) => state === 'at rest')) {
      others.add(probe);
      void probe.ask({ since: question.since });
    }
    cancel = after(waited ? LED_REQUEST_MS : LED_LOOK_MS, look);
  };
  let cancel = after(LED_REQUEST_MS, look);
  const answers = await askAll(probes, question).finally(() => {
    cancel();
    for (const probe of others) probe.letBe();
  });
  return { answers, waited };
}
