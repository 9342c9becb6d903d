import { after } from '../../clock/real-time.js';
import type { Answered } from '../../probe/wire.js';

/** A process says by itself soon after it has answered that it is at rest, or goes on: if it does not, it is asked. */
const SOON_MS = 5;
const KEPT = 64;

/** What a process says unasked of the messages that it has answered. */
export class Word {
  readonly #said = new Map<string, Answered>();
  /** Connections of messages of which it was asked. */
  #asked: readonly string[] = [];
  /** It has said it of messages, so it will of the next. */
  #isExpected = false;
  #onWord: () => void = () => undefined;

  hear(answered: Answered): void {
    if (!Array.isArray(answered?.connections)) return;
    for (const connection of answered.connections) {
      this.#said.set(connection, answered);
      this.#isExpected ||= this.#asked.includes(connection);
      if (this.#said.size > KEPT) this.#said.delete(this.#said.keys().next().value!);
    }
    this.#onWord();
  }

  /** True if it has said that it is at rest after messages over these connections, which went out at this instant or later. False if it is to be asked. */
  async rests(connections: readonly string[], since: number): Promise<boolean> {
    let said = this.#find(connections, since);
    if (said === undefined && this.#isExpected) {
      await this.#next(connections, since);
      said = this.#find(connections, since);
      this.#isExpected = said !== undefined;
    }
    this.#asked = said === undefined ? connections : [];
    for (const connection of connections) this.#said.delete(connection);
    return said ?? false;
  }

  /** Nothing more comes. */
  end(): void {
    this.#isExpected = false;
    this.#onWord();
  }

  /** `undefined` as long as it has not spoken of all. */
  #find(connections: readonly string[], since: number): boolean | undefined {
    const said = connections.map((connection) => this.#said.get(connection));
    // A port may have been another's before.
    if (said.some((answered) => !answered || answered.since < since)) return undefined;
    return said.every((answered) => answered!.rests);
  }

  /** Resolves when it has spoken of all, or does not soon. */
  #next(connections: readonly string[], since: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#onWord = () => undefined;
        resolve();
      };
      const cancel = after(SOON_MS, done);
      this.#onWord = () => {
        if (!this.#isExpected || this.#find(connections, since) !== undefined) done();
      };
    });
  }
}
