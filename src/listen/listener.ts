import { setMaxListeners } from 'node:events';
import { after, delayed } from '../clock/real-time.js';
import { openChannel, type ChannelOptions } from '../client/channel.js';
import type { ListenLine } from '../contracts/control/relay.js';
import { GreenroomError } from '../errors.js';
import { FAR_VARIABLE } from '../probe/wire.js';
import type { Answer } from '../server/engine/deliveries/attempt.js';
import type { DestinationOptions } from '../server/engine/deliveries/destination.js';
import { createTransport } from '../server/engine/deliveries/transport.js';
import type { ProbeDoor } from '../server/host.js';
import { host } from '../server/host/node.js';
import { linesOf } from './lines.js';
import { isPassing, Reports } from './reports.js';
import { Rests } from './rests.js';

/** The service says more often than this that its line is whole. */
const SILENT_MS = 6000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
const TOLD_PAUSE_MS = 400;
/** Who closes the line waits no longer for a service that takes no report. */
const LAST_WORD_MS = 2000;
/** Messages; the most copies that a fault makes of one. */
const MOST_IN_HAND = 1000;

export interface ListenerOptions extends ChannelOptions, DestinationOptions {
  /** Hears sentences for a person at the terminal. */
  readonly warn: (text: string) => void;
  /** Hears of each message that has come, and what became of it. */
  readonly onMessage?: (message: { readonly url: string; readonly answer: Answer }) => void;
}

/** Takes the webhooks of a workspace of a service to this machine. */
export interface Listener {
  /** What the environment of an app has, so that its processes say when they are at rest. Throws what the system says if it cannot. */
  readonly probeVariables: () => Promise<Readonly<Record<string, string>>>;
  /** The app is about to be stopped: that its processes fall silent then says nothing. */
  readonly letGo: () => void;
  /** Those that tell of themselves. */
  readonly processes: () => readonly number[];
  /** Rejects when no more comes; resolves when it is closed. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

type Sent = Extract<ListenLine, { readonly n: number }>;

/**
 * Opens a line to a service, and opens it again whenever it is cut. Messages go where a greenroom on this machine would send
 * them: to this machine, or to where `forwardTo` leads them. Throws UNREACHABLE, UNAUTHORIZED and CONFLICT, and USAGE for a
 * `forwardTo` that leads away.
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const line = new Line(options);
  await line.first;
  return {
    probeVariables: () => line.probeVariables(),
    letGo: () => line.rests.probes.letGo(),
    processes: () => line.rests.probes.list().map(({ pid }) => pid),
    ended: line.ended,
    close: () => line.close(),
  };
}

class Line {
  readonly #options: ListenerOptions;
  readonly #channel: ReturnType<typeof openChannel>;
  readonly #session = host.nonce();
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #reports: Reports;
  readonly rests: Rests;
  /** What gives up the messages in hand, and says why. */
  readonly #inHand = new Map<number, (why: string) => void>();
  /** Why no more comes. */
  #why = 'the listener has ended';
  #door: Promise<ProbeDoor> | undefined;
  #last = 0;
  #isClosed = false;
  /** Messages that the app has, and has not answered. */
  #underWay = 0;
  #isCrowded = false;
  #onRoom = (): void => undefined;
  #abort = new AbortController();
  /** Ends the reports that the service does not answer. */
  readonly #over = new AbortController();
  /** Resolves when the line is open for the first time. */
  readonly first: Promise<void>;
  readonly ended: Promise<void>;
  #opened!: () => void;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#channel = openChannel(options);
    this.#transport = createTransport(options);
    // A report lets go of the signal when it is collected as garbage: any number of them may hear of it, and Node would warn of 1500.
    setMaxListeners(0, this.#over.signal);
    const fetch = (request: Request) => options.fetch(new Request(request, { signal: this.#over.signal }));
    this.#reports = new Reports(openChannel({ ...options, fetch }), this.#session, (error) => this.#fail(error));
    this.rests = new Rests((part) => this.#reports.say(part), options.warn);
    const opened = new Promise<void>((resolve) => (this.#opened = resolve));
    const failed = new Promise<never>((_, reject) => (this.#reject = reject));
    failed.catch(() => undefined);
    this.ended = Promise.race([this.#run(), failed]).finally(() => this.#letGo());
    this.ended.catch(() => undefined);
    this.first = Promise.race([opened, this.ended]);
  }

  #reject!: (error: unknown) => void;
  #close!: () => void;
  readonly #closing = new Promise<void>((resolve) => (this.#close = resolve));

  async probeVariables(): Promise<Readonly<Record<string, string>>> {
    const app = { id: this.#options.workspace, probes: this.rests.probes };
    this.#door ??= host.openProbeDoor((id) => (id === app.id ? app : undefined), this.#options.warn);
    return { ...(await this.#door).variables(app), [FAR_VARIABLE]: '1' };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#reports.say({ bye: true });
    this.#isClosed = true;
    const cancel = after(LAST_WORD_MS, () => this.#over.abort());
    await this.#reports.end();
    cancel();
    this.#abort.abort();
    this.#close();
    await this.ended.catch(() => undefined);
  }

  #fail(error: unknown): void {
    this.#isClosed = true;
    this.#reject(error);
    this.#abort.abort();
  }

  #letGo(): void {
    this.#isClosed = true;
    for (const giveUp of this.#inHand.values()) giveUp(this.#why);
    this.#transport.close();
    this.#over.abort();
    this.#door?.then(({ close }) => close()).catch(() => undefined);
  }

  /** Keeps the line open until it is closed. Throws what the service says if it refuses. */
  async #run(): Promise<void> {
    let [isFirst, isTold, pause] = [true, false, FIRST_PAUSE_MS];
    let isGreeted = false;
    const greeted = (): void => void ([isFirst, isGreeted] = [false, true]);
    const sound = (): void => {
      if (isTold) this.#options.warn('The line to the service is open again.');
      [isTold, pause] = [false, FIRST_PAUSE_MS];
    };
    while (!this.#isClosed) {
      isGreeted = false;
      const error: unknown = await this.#follow(greeted, sound).catch((thrown: unknown) => thrown);
      if (this.#isClosed) return;
      if (error !== undefined && (isFirst || !isPassing(error))) throw error;
      // Who closes it does not wait for that, and nothing else may keep the process until then.
      await Promise.race([delayed(pause), this.#closing]);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      // A line that is open again at once is nobody's concern.
      if (isTold || pause < TOLD_PAUSE_MS) continue;
      const why = isGreeted && error instanceof GreenroomError ? ` ${error.message}` : '';
      this.#options.warn(
        `The line to ${this.#options.url} is cut. It is opened again, and what is on its way waits.${why}`,
      );
      isTold = true;
    }
  }

  /** A line is sound when it says something after its greeting: whoever greets and is no service would be called again at once. */
  async #follow(onGreeting: () => void, onSound: () => void): Promise<void> {
    const abort = (this.#abort = new AbortController());
    let cancel = (): void => undefined;
    const watch = (): void => {
      cancel();
      cancel = after(SILENT_MS, () => abort.abort());
    };
    watch();
    try {
      const answer = await this.#channel.open('/listen', { session: this.#session, after: this.#last }, abort.signal);
      for await (const line of linesOf(answer, `${this.#options.url}/_greenroom/listen`, abort.signal)) {
        watch();
        if ('hello' in line) {
          onGreeting();
          this.#greet(line.hello);
          continue;
        }
        onSound();
        this.#hear(line);
        if (this.#underWay < MOST_IN_HAND) continue;
        cancel();
        await this.#untilRoom();
        watch();
      }
    } finally {
      cancel();
    }
  }

  /** What the service sends waits on the wire as long as the app has not answered what it has in hand. */
  async #untilRoom(): Promise<void> {
    if (!this.#isCrowded)
      this.#options.warn(
        `The app has ${MOST_IN_HAND} webhooks in hand that it has not answered: others wait until it answers some.`,
      );
    this.#isCrowded = true;
    await new Promise<void>((resolve) => (this.#onRoom = resolve));
  }

  #greet({ resumed }: Extract<ListenLine, { readonly hello: unknown }>['hello']): void {
    if (!resumed) {
      // The service has forgotten what was on its way.
      for (const giveUp of this.#inHand.values())
        giveUp('the service was started again, or the line was cut for too long');
      this.rests.tellBegun();
    }
    this.#opened();
  }

  #hear(line: Exclude<ListenLine, { readonly hello: unknown }>): void {
    if ('bye' in line) {
      this.#why = line.bye;
      this.#fail(new GreenroomError('CONFLICT', `No more webhooks come from the service: ${line.bye}.`));
    } else if ('give_up' in line) this.#inHand.get(line.give_up)?.('the service has another world, or waits no longer');
    else if ('n' in line && line.n > this.#last) {
      this.#last = line.n;
      void this.#take(line);
    }
  }

  async #take(sent: Sent): Promise<void> {
    const { n, url } = sent;
    this.#underWay++;
    const answer = await this.rests.during(n, () => this.#send(sent));
    this.#underWay--;
    this.#onRoom();
    this.#options.onMessage?.({ url, answer });
    this.#reports.say({ answers: [{ n, answer: cut(answer) }] });
    this.rests.tell();
  }

  async #send({ n, url, method, headers, body, guard_ms }: Sent): Promise<Answer> {
    const destination = this.#transport.destinationOf(url);
    if (destination.kind === 'captured') return { outcome: 'captured', error: destination.reason };
    try {
      const message = { headers, body, ...(method === 'GET' ? { method } : {}) };
      return await this.#transport.send(destination, message, {
        guardMs: guard_ms,
        onEnd: (callback) => {
          this.#inHand.set(n, (why) => callback(`${why}, and the app had not answered yet: it may have the webhook`));
          return () => void this.#inHand.delete(n);
        },
      });
    } finally {
      this.#inHand.delete(n);
    }
  }
}

const TEXT_KEPT = 256;

/** As much of an answer as a report may have. */
const cut = ({ error, type, ...answer }: Answer): Answer => ({
  ...answer,
  ...(error === undefined ? {} : { error: error.slice(0, TEXT_KEPT) }),
  ...(type === undefined ? {} : { type: type.slice(0, TEXT_KEPT) }),
});
