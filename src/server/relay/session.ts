import { after } from '../../clock/real-time.js';
import type { ListenLine } from '../../contracts/control/relay.js';
import type { Answer, Message } from '../engine/deliveries/attempt.js';
import type { Outlet } from '../streams.js';

/** Real milliseconds for which a listener whose line was cut is waited for. */
export const RESUME_MS = 10_000;
/** A line on which nothing else comes says so often that it is whole. */
const ALIVE_MS = 2000;

interface OnItsWay {
  readonly line: ListenLine;
  readonly finish: (answer: Answer) => void;
}

/** One listener, through all the lines that it opens: what is on its way to it stays so when one is cut. */
export class Session {
  readonly id: string;
  readonly #workspace: string;
  readonly #onWay = new Map<number, OnItsWay>();
  readonly #onGone: () => void;
  #outlet: Outlet | undefined;
  #count: number;
  #lastReport = 0;
  #cancelWait: (() => void) | undefined;
  #cancelAlive: (() => void) | undefined;

  /** Numbers go on from `last`. `onGone` is called when the listener has stayed away for too long. */
  constructor(id: string, workspace: string, last: number, onGone: () => void) {
    this.id = id;
    this.#count = last;
    this.#workspace = workspace;
    this.#onGone = onGone;
  }

  /** The number of the last message. */
  get count(): number {
    return this.#count;
  }

  /** Begins to write to a line: all that the listener has not got. Returns what to do when the line ends. */
  open(outlet: Outlet, last: number, resumed: boolean): () => void {
    this.#cancelWait?.();
    this.#cancelAlive?.();
    // The line before may be cut without anybody having noticed.
    this.#outlet?.cut();
    this.#outlet = outlet;
    this.#write({ hello: { workspace: this.#workspace, resumed } });
    for (const [n, { line }] of this.#onWay) if (n > last) this.#write(line);
    this.#sayAlive();
    return () => {
      if (this.#outlet !== outlet) return;
      this.#outlet = undefined;
      this.#cancelAlive?.();
      this.#cancelWait = after(RESUME_MS, this.#onGone);
    };
  }

  /** True for the report with the highest number up to now. */
  isNewest(report: number): boolean {
    if (report < this.#lastReport) return false;
    this.#lastReport = report;
    return true;
  }

  /** See {@link Carrier.carry}. */
  carry(url: URL, { method, headers, body }: Message, guardMs: number | undefined, finish: OnItsWay['finish']) {
    const n = ++this.#count;
    const guard = guardMs === undefined ? {} : { guard_ms: guardMs };
    const line: ListenLine = { n, url: url.href, method: method ?? 'POST', headers, body, ...guard };
    this.#onWay.set(n, { line, finish });
    this.#write(line);
    return () => {
      if (this.#onWay.delete(n)) this.#write({ give_up: n });
    };
  }

  /** What came of a message; one that comes twice is known already. */
  answer(n: number, answer: Answer): void {
    const { finish } = this.#onWay.get(n) ?? {};
    this.#onWay.delete(n);
    finish?.(answer);
  }

  /** Nothing more goes there; what was on its way is lost. Who is not told that it is over comes back. */
  end(why: string, isTold: boolean): void {
    this.#cancelWait?.();
    this.#cancelAlive?.();
    if (isTold) {
      this.#write({ bye: why });
      this.#outlet?.end();
    } else this.#outlet?.cut();
    this.#outlet = undefined;
    for (const { finish } of this.#onWay.values()) finish({ outcome: 'dropped', error: why });
    this.#onWay.clear();
  }

  #write(line: ListenLine): void {
    const outlet = this.#outlet;
    if (outlet?.isFull()) outlet.cut();
    else outlet?.write(`${JSON.stringify(line)}\n`);
  }

  #sayAlive(): void {
    this.#cancelAlive = after(ALIVE_MS, () => {
      this.#write({ alive: true });
      this.#sayAlive();
    });
  }
}
