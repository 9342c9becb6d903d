import net from 'node:net';
import { monotonic, waited } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import { sendProbe, type ProbeRequest, type Reaction } from './send.js';

/** What is sent, with its name. */
interface Sent {
  readonly label: string;
  readonly request: ProbeRequest;
}

/** After a message, nobody answers any more. */
interface Stop {
  readonly after: Sent;
  readonly was: string;
  /** What was sent in the meantime, to nobody. */
  readonly lost: readonly Sent[];
}

export interface ContactOptions {
  /** Real milliseconds in which the vendor wants an answer. */
  readonly timeoutMs: number;
  /** Real milliseconds in which a supervisor may start the app again. */
  readonly restartMs: number;
}

/** After so many silent answers in a row the app is asked whether it lives, and the rest is not waited for as long. */
export const PATIENCE = 3;
const IMPATIENT_MS = 1000;
const POLL_MS = 100;
/**
 * After a broken connection the port of a dead process is closed within so many looks, and a supervisor may open it again soon
 * after. Looks, and no time: on a crowded machine both they and its end take longer.
 */
const DYING_LOOKS = 12;
const DYING_LOOK_MS = 2;
/** The waits for restarts, all together, in waits for one. */
const RESTARTS = 6;

/** A receiver that may stay silent, or stop and come back. */
export class Contact {
  readonly stops: Stop[] = [];
  readonly #url: URL;
  readonly #options: ContactOptions;
  #last: Sent | undefined;
  #answered: Sent | undefined;
  #row: Sent[] = [];
  #silent = 0;
  #isDown = false;
  #isGone = false;
  #restartsMs: number;

  constructor(url: URL, options: ContactOptions) {
    this.#url = url;
    this.#options = options;
    this.#restartsMs = RESTARTS * options.restartMs;
  }

  /** Sends a message, if need be after a restart; `undefined` for one that nobody takes any more. Throws USAGE if nobody ever did. */
  async send(message: Sent): Promise<Reaction | undefined> {
    if (this.#isDown) await this.#comeBack();
    if (this.#isGone) return undefined;
    const { timeoutMs } = this.#options;
    const limit = this.#silent >= PATIENCE ? Math.min(IMPATIENT_MS, timeoutMs) : timeoutMs;
    const reaction = await sendProbe(this.#url, message.request, limit);
    if (reaction.kind === 'unreachable') return this.#afterStop(message, reaction.error);
    this.#last = message;
    if (reaction.kind === 'dropped') await this.#watchDying(message);
    if (reaction.kind === 'answered') this.#answered = message;
    if (reaction.kind !== 'silent') this.#row = [];
    else if (await this.#hangs(message, limit)) this.#isGone = true;
    return reaction;
  }

  /** Says whether the app has survived the last message. */
  async end(): Promise<void> {
    if (this.#isGone || !this.#last) return;
    const refused = await refusal(this.#url);
    if (refused) this.#stop(this.#last, nobody(refused));
  }

  async #afterStop(message: Sent, error: string): Promise<Reaction | undefined> {
    if (this.#last) this.#stop(this.#last, nobody(error));
    else if (this.stops.length === 0) throw unreachable(this.#url, error);
    this.#isDown = true;
    return this.send(message);
  }

  /** The app has broken the connection, which may be the last that it did. */
  async #watchDying(message: Sent): Promise<void> {
    let refused = await refusal(this.#url);
    for (let looks = 1; !refused && looks < DYING_LOOKS; looks++) {
      await waited(DYING_LOOK_MS);
      refused = await refusal(this.#url);
    }
    if (!refused) return;
    this.#stop(message, nobody(refused));
    this.#isDown = true;
  }

  #stop(after: Sent, was: string, lost: readonly Sent[] = []): void {
    this.stops.push({ after, was, lost });
    this.#last = undefined;
  }

  async #comeBack(): Promise<void> {
    this.#isDown = false;
    this.#isGone = true;
    const started = monotonic();
    const limit = Math.min(this.#options.restartMs, this.#restartsMs);
    while (this.#isGone && monotonic() - started < limit) {
      await waited(POLL_MS);
      this.#isGone = (await refusal(this.#url)) !== undefined;
    }
    this.#restartsMs -= monotonic() - started;
  }

  /** Whether an app that is silent again and again does not answer even what it has answered before. */
  async #hangs(message: Sent, limit: number): Promise<boolean> {
    this.#silent++;
    this.#row.push(message);
    if (this.#row.length < PATIENCE || !this.#answered) return false;
    const [first, ...lost] = this.#row;
    this.#row = [];
    const pulse = await sendProbe(this.#url, this.#answered.request, limit);
    if (pulse.kind !== 'silent') return false;
    this.#stop(first!, 'no answer to anything', lost);
    return true;
  }
}

/** Why nobody can connect; `undefined` if one can. */
const refusal = ({ hostname, port, protocol }: URL): Promise<string | undefined> =>
  new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = net.connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const finish = (refused?: string): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => finish());
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => finish(code ?? message));
  });

const nobody = (error: string): string => `nobody who listens (${error})`;

const unreachable = (url: URL, error: string): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to check the receiver: expected somebody to answer at ${url.origin}${url.pathname}, nobody does (${error}). Start your app first.`,
  );
