import { GreenroomError } from '../../errors.js';
import type { StreamReply } from '../streams.js';

const STREAMS = 'answers that go on';
const LONG = 'long answers that are not read to their end';
type Kind = typeof STREAMS | typeof LONG;

/**
 * The answers of a workspace whose clients have not got them to the end: each keeps memory for its reader. Of those that go on,
 * and of long ones, there are so many at a time as the limit "streams" says.
 */
export class OpenAnswers {
  readonly #most: number;
  readonly #counts = { [STREAMS]: 0, [LONG]: 0 };

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** The same answer, counted while it goes on. Throws LIMIT_REACHED. */
  stream(reply: StreamReply): StreamReply {
    if (!reply.takesPlace) this.#assertRoom(STREAMS);
    return {
      ...reply,
      open: (outlet) => {
        const leave = this.#enter(STREAMS);
        const close = reply.open(outlet);
        return () => {
          leave();
          close();
        };
      },
    };
  }

  /** Counts a long answer until the returned function is called. Throws LIMIT_REACHED. */
  long(): () => void {
    this.#assertRoom(LONG);
    return this.#enter(LONG);
  }

  #enter(kind: Kind): () => void {
    let isIn = true;
    this.#counts[kind]++;
    return () => {
      if (isIn) this.#counts[kind]--;
      isIn = false;
    };
  }

  #assertRoom(kind: Kind): void {
    const count = this.#counts[kind];
    if (count < this.#most) return;
    throw new GreenroomError(
      'LIMIT_REACHED',
      `Failed to answer: the workspace has ${count} ${kind}, and its limit "streams" is ${this.#most}: close some, or make the workspace with a higher limit.`,
    );
  }
}
