import { hash } from 'node:crypto';

/** What of a world's past can be let go, oldest first. */
export interface Past {
  /** The line of the timeline at which its oldest came; `undefined` if nothing can go. */
  readonly oldest: () => number | undefined;
  /** Lets the oldest go, and tells how many bytes it stood for. */
  readonly dropOldest: () => number;
}

/** How many bytes the calls, the lines and the webhooks of one world may take together: the oldest goes first. */
export class Memory {
  readonly #limit: number;
  readonly #pasts: Past[] = [];
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  share(past: Past): void {
    this.#pasts.push(past);
  }

  copyFrom(other: Memory): void {
    this.#used = other.#used;
  }

  /** Takes what was let go into account, too: a negative number. */
  add(bytes: number): void {
    this.#used += bytes;
    while (this.#used > this.#limit) {
      const next = this.#nextToGo();
      if (!next) return;
      this.#used -= next.dropOldest();
    }
  }

  #nextToGo(): Past | undefined {
    let [found, age] = [undefined as Past | undefined, Number.POSITIVE_INFINITY];
    for (const past of this.#pasts) {
      const oldest = past.oldest();
      if (oldest !== undefined && oldest < age) [found, age] = [past, oldest];
    }
    return found;
  }
}

/** How much of a body is kept. */
const LONGEST_BODY = 64 * 1024;

/** What a body was that is kept cut. */
export interface Cut {
  /** In bytes. */
  readonly length: number;
  readonly sha256: string;
}

/** A body as it is kept: cut if it is long, with its length and its hash. `was` is the text before secrets were taken out. */
export function kept(body: string, was = body): { readonly body: string; readonly cut?: Cut } {
  if (body.length <= LONGEST_BODY) return { body };
  // A copy: a part of a text would hold on to the whole.
  const part = Buffer.from(body.slice(0, LONGEST_BODY)).toString();
  return { body: part, cut: { length: Buffer.byteLength(was), sha256: hash('sha256', was) } };
}
