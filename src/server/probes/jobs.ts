import { hostInstant } from '../../clock/real-time.js';
import type { Job } from '../../probe/wire.js';

/** Jobs that were taken before anybody said that they were put in: two processes tell of the two. */
const KEPT = 1000;

/** Jobs that wait in queues of the app, between the process that has put them in and the worker that takes them. */
export class Jobs {
  readonly #out = new Map<string, Job>();
  /** When a job was taken last that was not out. */
  readonly #taken = new Map<string, number>();
  /** The queues that are not waited for, as a job has waited there too long. */
  readonly #forgone = new Set<string>();
  #wakers: (() => void)[] = [];
  /** Counts what is heard. */
  heard = 0;

  /** One that waits. */
  get waiting(): Job | undefined {
    return this.#out.values().next().value;
  }

  /** A job goes into its queue. False if nobody waits for it. */
  put(job: Job): boolean {
    const key = keyOf(job);
    if (this.#forgone.has(job.queue) || job.at <= (this.#taken.get(key) ?? 0)) return false;
    const known = this.#out.get(key);
    if (!known || known.at < job.at) this.#out.set(key, job);
    this.#hear();
    return true;
  }

  /** A worker has taken a job, or it has left its queue otherwise: whatever of it was put in before. */
  taken(job: Job): void {
    const key = keyOf(job);
    this.#forgone.delete(job.queue);
    const out = this.#out.get(key);
    if (out && out.at <= job.at) this.#out.delete(key);
    else if (!out) this.#remember(key, job.at);
    this.#hear();
  }

  /** A queue was emptied. */
  emptied(queue: string, at: number): void {
    this.#leave((job) => job.queue === queue && job.at <= at);
  }

  /** Jobs of this queue are not waited for until somebody takes one. */
  forgo(queue: string): void {
    this.#forgone.add(queue);
    this.#leave((job) => job.queue === queue);
  }

  /** None is waited for: no process is there that could take any, or those wait for time. */
  end(): void {
    this.#leave(() => true);
  }

  /** Resolves when something more is heard. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  /** Something has changed for whoever waits for jobs. */
  wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  #leave(isMeant: (job: Job) => boolean): void {
    for (const [key, job] of this.#out) if (isMeant(job)) this.#out.delete(key);
    this.#hear();
  }

  #remember(key: string, at: number): void {
    this.#taken.delete(key);
    this.#taken.set(key, at);
    if (this.#taken.size > KEPT) this.#taken.delete(this.#taken.keys().next().value!);
  }

  #hear(): void {
    this.heard++;
    this.wake();
  }
}

const keyOf = ({ queue, id }: Job): string => `${id} ${queue}`;

/** Why jobs are not waited for any more, for people. */
export function forgone({ id, name, queue, at }: Job): string {
  const seconds = Math.round((hostInstant() - at) / 1000);
  return (
    `The job ${name ? `${name} (${id})` : id} has waited in ${queue} for ${seconds} s, and no worker with a probe has taken it: ` +
    'jobs of that queue are not waited for until one does. Start the worker beside the app, under the same greenroom exec or with the variables of greenroom env'
  );
}
