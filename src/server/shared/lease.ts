import { opensNothing } from './bearer.js';
import type { StreamReply } from '../streams.js';

/** For how long a token opens its workspace: what was opened by it ends with it. */
export class Lease {
  #isOver = false;
  readonly #open = new Set<() => void>();

  /** Has something done at the end, unless the returned function is called before. Throws UNAUTHORIZED once it is over. */
  onEnd(callback: () => void): () => void {
    if (this.#isOver) throw opensNothing();
    this.#open.add(callback);
    return () => void this.#open.delete(callback);
  }

  end(): void {
    this.#isOver = true;
    for (const callback of this.#open) callback();
    this.#open.clear();
  }

  /** What the work comes to, for who may still know it then. Throws UNAUTHORIZED as soon as the lease is over; work that has begun goes on. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#isOver) throw opensNothing();
    let letGo = (): void => undefined;
    const over = new Promise<never>((_, reject) => (letGo = this.onEnd(() => reject(opensNothing()))));
    try {
      return await Promise.race([work(), over]);
    } finally {
      letGo();
    }
  }

  /** The same answer, which goes on until then at most. */
  stream(reply: StreamReply): StreamReply {
    return {
      ...reply,
      open: (outlet) => {
        const close = reply.open(outlet);
        const letGo = this.onEnd(outlet.end);
        return () => {
          letGo();
          close();
        };
      },
    };
  }
}
