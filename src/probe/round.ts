import type { Socket } from 'node:net';
import { nextTurn } from '../clock/real-time.js';
import { nameOfConnection, type Answered } from './wire.js';
import type { Work } from './work.js';

/** Turns of the event loop in which nothing runs. From those that came here nothing was begun, so fewer will do than where it may have been. */
const CALM_TURNS = 2;
/** By then it is asked. */
const LOOKS = 50;
/** Nobody waits for more messages at a time. */
const KEPT = 64;

/** Requests that this process has in hand together, from the first that comes until all are answered, and what it says then. */
export class Round {
  readonly #work: Work;
  #connections: string[] = [];
  #since = 0;
  #begun = 0;
  #open = 0;
  #count = 0;
  /** Hears of requests that are answered. */
  onAnswered: ((answered: Answered) => void) | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  /** A request has come. What was begun since its connection was made may be work for it. */
  begin(socket: Socket, at: number): void {
    const { resources } = this.#work;
    const start = resources.startOf(socket) ?? { at, begun: resources.begun };
    if (this.#connections.length === 0) [this.#since, this.#begun] = [start.at, start.begun];
    this.#open++;
    this.#connections.push(nameOfConnection(socket.remotePort, socket.localPort));
    if (this.#connections.length > KEPT) this.#connections.shift();
  }

  /** One is answered. */
  end(): void {
    if (--this.#open === 0 && this.onAnswered) this.#watch();
  }

  #watch(): void {
    const { resources } = this.#work;
    const count = ++this.#count;
    let [looks, calm, stirs] = [0, 0, resources.stirs];
    const look = (): void => {
      if (this.#open > 0 || count !== this.#count) return;
      const goesOn = resources.begun !== this.#begun || this.#work.reason(this.#since) !== undefined;
      calm = resources.stirs === stirs ? calm + 1 : 0;
      stirs = resources.stirs;
      if (goesOn || ++looks > LOOKS) this.#tell(false);
      else if (calm === CALM_TURNS) this.#tell(true);
      else nextTurn(again);
    };
    const again = (): void => resources.own(look);
    resources.own(() => nextTurn(again));
  }

  #tell(rests: boolean): void {
    const answered = { connections: this.#connections, since: this.#since, rests };
    this.#connections = [];
    this.onAnswered?.(answered);
  }
}
