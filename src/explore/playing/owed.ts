import type { RecordedRequest } from '../../client/requests.js';
import { hostInstant } from '../../clock/real-time.js';
import { isFailing, type Story } from '../stories/story.js';
import { surelyDone } from './by-user.js';
import { outlastsPatience } from './own-time.js';
import type { Session } from './stage.js';

interface Life {
  readonly session: Session<unknown>;
  readonly story: Story;
  /** The rule of each deviation that is one. */
  readonly rules: ReadonlyMap<number, string>;
  requests(): Promise<readonly RecordedRequest[]>;
}

/**
 * The calls that failed and that an app with a time of its own has not made again. It may do so by a timer: time stands until
 * then, or the call would come after the meeting, and the app be blamed for it. What is only read can be read at any time.
 */
export class Owed {
  readonly #life: Life;
  readonly #waitedFor = new Set<number>();

  constructor(life: Life) {
    this.#life = life;
  }

  /** Of an act of the app's user. */
  async afterAct(): Promise<void> {
    await surelyDone(this.#life.session);
    await this.made();
  }

  /** Resolves when they are made, or when the app had the time for it. */
  async made(): Promise<void> {
    const { session, story } = this.#life;
    if (session.led || !session.wakes || !story.deviations.some(isFailing)) return;
    for (let fresh = await this.#fresh(); fresh.length > 0; fresh = await this.#fresh()) {
      if ((await session.wakes(hostInstant())) === undefined) return;
      for (const seq of fresh) this.#waitedFor.add(seq);
      await outlastsPatience(session, story, async () => {
        const owed = await this.#owed();
        return fresh.every((seq) => !owed.includes(seq));
      });
    }
  }

  async #fresh(): Promise<number[]> {
    return (await this.#owed()).filter((seq) => !this.#waitedFor.has(seq));
  }

  /** The last call of its kind, if it was struck: its answer may be an error or lost, or so late that the app did not wait for it. */
  async #owed(): Promise<number[]> {
    const { story, rules } = this.#life;
    const failing = new Set([...rules].filter(([i]) => isFailing(story.deviations[i]!)).map(([, id]) => id));
    const writing = (await this.#life.requests()).filter(({ method }) => method !== 'GET');
    const last = new Map(writing.map((one) => [`${one.method} ${one.path}`, one]));
    return [...last.values()].filter((one) => faultsOf(one).some((id) => failing.has(id))).map(({ seq }) => seq);
  }
}

const faultsOf = (request: RecordedRequest): readonly string[] =>
  (request as RecordedRequest & { readonly fault?: string }).fault?.split(' ') ?? [];
