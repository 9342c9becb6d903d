import { delayed } from '../clock/real-time.js';
import type { Channel } from '../client/channel.js';
import type { ListenReport } from '../contracts/control/relay.js';
import { GreenroomError } from '../errors.js';

export type Part = Omit<ListenReport, 'session' | 'number'>;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** Tells the service what comes of its messages: each report again and again until it has arrived, and none waits for another. */
export class Reports {
  readonly #channel: Channel;
  readonly #session: string;
  readonly #onRefused: (error: GreenroomError) => void;
  readonly #underWay = new Set<Promise<void>>();
  #number = 0;
  #isOver = false;
  #giveUp!: () => void;
  readonly #givenUp = new Promise<void>((resolve) => (this.#giveUp = resolve));

  /** `onRefused` hears that the service does not want reports of this session. */
  constructor(channel: Channel, session: string, onRefused: (error: GreenroomError) => void) {
    this.#channel = channel;
    this.#session = session;
    this.#onRefused = onRefused;
  }

  say(part: Part): void {
    if (this.#isOver) return;
    const sending = this.#send({ session: this.#session, number: ++this.#number, ...part });
    this.#underWay.add(sending);
    void sending.finally(() => this.#underWay.delete(sending));
  }

  /** Resolves when nothing is under way; what cannot be sent now is given up. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#giveUp();
    await Promise.all(this.#underWay);
  }

  async #send(report: ListenReport): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        await this.#channel.post('/listen', report);
        return;
      } catch (error) {
        if (!isPassing(error)) return this.#onRefused(error as GreenroomError);
        await Promise.race([delayed(pause), this.#givenUp]);
        if (this.#isOver) return;
      }
    }
  }
}

/** True for an error that may be over the next time: nobody was reached, or somebody in between answered. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof GreenroomError) || error.code === 'UNREACHABLE';
