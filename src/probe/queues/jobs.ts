import { threadId } from 'node:worker_threads';
import { hostInstant } from '../../clock/real-time.js';
import type { FromProbe, Job } from '../wire.js';

/** A job of later than this is a timer of the app, which no advance waits for. */
const LONGEST_DELAY_MS = 2000;
const LONGEST_TEXT = 200;

/** A job that a worker is to take. */
export type Waiting = Omit<Job, 'at'>;

/** Tells of jobs that wait in queues for a worker, and has those in hand that a worker of this process does. */
export class Jobs {
  /** When each was begun, with what it is, in words. */
  readonly #inHand = new Map<object, { readonly at: number; readonly name: string }>();
  readonly #isLed: boolean;
  #added = 0;
  /** Has greenroom hear of them. */
  say: (message: FromProbe) => void = () => undefined;

  /** `isLed` if the time of this process is: then each delay is that of a timer. */
  constructor(isLed: boolean) {
    this.#isLed = isLed;
  }

  isSoon(delayMs = 0): boolean {
    return delayMs <= 0 || (!this.#isLed && delayMs < LONGEST_DELAY_MS);
  }

  /** Jobs are about to be added, and what they are called is known afterwards: `waiting` tells it by what that gives. */
  async adding(
    job: Omit<Waiting, 'id'>,
    add: () => Promise<unknown>,
    waiting: (added: unknown) => Promise<Waiting[]>,
  ): Promise<void> {
    const at = hostInstant();
    const unnamed = { ...job, id: `new, ${++this.#added} of ${process.pid}/${threadId}` };
    this.put(unnamed, at);
    try {
      for (const one of await waiting(await add())) this.put(one, at);
    } finally {
      this.drop(unnamed);
    }
  }

  put(job: Waiting, at: number): void {
    const name = job.name === undefined ? {} : { name: clean(job.name) };
    this.say({ put: { id: clean(job.id), queue: clean(job.queue), ...name, at } });
  }

  drop({ id, queue }: Waiting): void {
    this.say({ taken: { id: clean(id), queue: clean(queue), at: hostInstant() } });
  }

  empty(queue: string): void {
    this.say({ emptied: { queue: clean(queue), at: hostInstant() } });
  }

  /** A worker of this process has taken a job: `token` stands for it until it is done. */
  begin(token: object, job: Waiting): void {
    this.#inHand.set(token, { at: hostInstant(), name: `the job ${clean(job.name ?? job.id)} of ${clean(job.queue)}` });
    this.drop(job);
  }

  end(token: object): void {
    this.#inHand.delete(token);
  }

  /** One that was begun since and is not done, in words. Where time is led, it may wait for that, and what it does is seen. */
  inHand(since: number): string | undefined {
    if (this.#isLed) return undefined;
    return [...this.#inHand.values()].find(({ at }) => at >= since)?.name;
  }
}

/** It is told to people, and may be anything in an app that is JavaScript. */
const clean = (text: unknown): string =>
  String(text)
    .replaceAll(/\p{Cc}/gu, '?')
    .slice(0, LONGEST_TEXT) || '?';
