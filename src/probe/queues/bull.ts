import { hostInstant } from '../../clock/real-time.js';
import type { Jobs, Waiting } from './jobs.js';
import { around, type Watch } from './modules.js';

/** States of a job that a worker is still to take, or of which one is about to say that it has. */
const OUT = new Set(['waiting', 'prioritized', 'paused', 'active']);

/** As far as it is looked at: Bull, and 4, 5 and 6 of BullMQ, which came from it, have the same in this. */
interface BullJob {
  readonly id: string;
  readonly name: string;
  readonly queue: Queue;
  readonly delay?: number;
  readonly finishedOn?: number | null;
  readonly parent?: { readonly id: string; readonly queueKey: string };
  readonly opts: { readonly jobId?: string; readonly repeat?: unknown };
  readonly deduplicationId?: string;
  readonly debounceId?: string;
  readonly getState: () => Promise<string>;
  /** Of 4 and 5. */
  readonly scripts?: States;
}

interface States {
  readonly getState: (id: string) => Promise<string>;
}

interface Queue {
  /** Of BullMQ, with its prefix. */
  readonly qualifiedName: string;
  /** Of 6. */
  readonly backend?: { readonly forQueue: (name: string, prefix: string) => States };
}

/** A flow: a job, and those that are done before it. */
interface Tree {
  readonly job: BullJob;
  readonly children?: readonly Tree[];
}

/** Of Bull. */
interface OldQueue {
  readonly name: string;
  readonly keyPrefix: string;
  readonly toKey: (key: string) => string;
  readonly client: { readonly zscore: (key: string, id: string) => Promise<string | null> };
}

/** What the two have otherwise. */
interface Kind {
  readonly queueNamed: (queue: Queue) => string;
  /** In how many milliseconds one is tried again that has failed. */
  readonly retryDelay: (job: BullJob) => number | Promise<number>;
}

/** `bull` is the prefix of keys unless one is said. */
const withoutPrefix = (qualified: string): string => qualified.replace(/^bull:/, '');

const BULL_MQ: Kind = {
  queueNamed: ({ qualifiedName }) => `the queue ${withoutPrefix(qualifiedName)} of BullMQ`,
  retryDelay: ({ delay = 0 }) => delay,
};

const BULL: Kind = {
  queueNamed(queue) {
    const { keyPrefix, name } = queue as unknown as OldQueue;
    return `the queue ${withoutPrefix(`${keyPrefix}:${name}`)} of Bull`;
  },
  async retryDelay({ id, queue }) {
    const { client, toKey } = queue as unknown as OldQueue;
    const score = await client.zscore(toKey.call(queue, 'delayed'), id);
    return score === null ? 0 : Number(score) / SCORES_PER_MS - Date.now();
  },
};

/** Jobs that are due at once keep their order in Bull. */
const SCORES_PER_MS = 0x1000;

/** What a job is called that has no name in Bull. */
const NAMELESS = '__default__';

export function watchBull(jobs: Jobs): Readonly<Record<string, Watch>> {
  const watching = new Watching(jobs, BULL);
  return {
    'bull/lib/job.js': (Job) => watching.job(Job as unknown as { prototype: object }),
    'bull/lib/queue.js'(Queue) {
      const { prototype: proto } = Queue as unknown as { prototype: object };
      watching.emptying(proto, ['empty', 'obliterate']);
      watching.processing(proto);
    },
  };
}

export function watchBullMq(jobs: Jobs): Readonly<Record<string, Watch>> {
  const watching = new Watching(jobs, BULL_MQ);
  const file = (name: string): string => `bullmq/dist/cjs/classes/${name}.js`;
  return {
    [file('job')]: ({ Job }) => watching.job(Job as { prototype: object }),
    [file('queue')]: ({ Queue }) => watching.queue(Queue as { prototype: object }),
    [file('worker')]: ({ Worker }) => watching.worker(Worker as { prototype: object }),
    [file('flow-producer')]: ({ FlowProducer }) => watching.flows(FlowProducer as { prototype: object }),
    [file('job-scheduler')]: ({ JobScheduler }) => watching.schedulers(JobScheduler as { prototype: object }),
  };
}

class Watching {
  readonly #jobs: Jobs;
  readonly #kind: Kind;

  constructor(jobs: Jobs, kind: Kind) {
    this.#jobs = jobs;
    this.#kind = kind;
  }

  job(Job: { readonly prototype: object }): void {
    const { prototype: proto } = Job;
    around(Job, 'create', (go, _, [queue, name]) => this.#adding(queue as Queue, name, go, (job) => [job as BullJob]));
    around(Job, 'createBulk', (go, _, [queue]) =>
      this.#adding(queue as Queue, undefined, go, (made) => made as BullJob[]),
    );
    for (const name of ['retry', 'promote'])
      around(proto, name, (go, job) =>
        this.#jobs.adding(this.#waitingOf(job as BullJob), go, async () => [this.#waitingOf(job as BullJob)]),
      );
    around(proto, 'remove', (go, job) => go().finally(() => this.#jobs.drop(this.#waitingOf(job as BullJob))));
    around(proto, 'moveToCompleted', (go, job) =>
      this.#leaving(job as BullJob, go, (at) => this.#finished(job as BullJob, at)),
    );
    around(proto, 'moveToFailed', (go, job) =>
      this.#leaving(job as BullJob, go, (at) => this.#failed(job as BullJob, at)),
    );
    around(proto, 'moveToDelayed', (go, job, [due]) =>
      this.#leaving(job as BullJob, go, (at) => this.#again(job as BullJob, at, Number(due) - Date.now())),
    );
    // It gives how long the queue is limited.
    around(proto, 'moveToWait', (go, job) =>
      this.#leaving(job as BullJob, go, (at, limit) => this.#again(job as BullJob, at, Number(limit))),
    );
    around(proto, 'moveToWaitingChildren', (go, job) => this.#leaving(job as BullJob, go, () => undefined));
  }

  queue({ prototype: proto }: { readonly prototype: object }): void {
    this.emptying(proto, ['drain', 'obliterate']);
    around(proto, 'remove', (go, queue, [id]) =>
      go().finally(() => this.#jobs.drop({ id: String(id), queue: this.#kind.queueNamed(queue as Queue) })),
    );
  }

  emptying(proto: object, names: readonly string[]): void {
    for (const name of names)
      around(proto, name, (go, queue) => go().finally(() => this.#jobs.empty(this.#kind.queueNamed(queue as Queue))));
  }

  processing(proto: object): void {
    around(proto, 'processJob', async (go, _, [job]) => {
      if (!job) return go();
      this.#jobs.begin(job, this.#waitingOf(job as BullJob));
      return go().finally(() => this.#jobs.end(job));
    });
  }

  worker({ prototype: proto }: { readonly prototype: object }): void {
    this.processing(proto);
    // For whoever moves jobs by hand.
    around(proto, 'getNextJob', async (go) => {
      const job = (await go()) as BullJob | undefined;
      if (job) this.#jobs.begin(job, this.#waitingOf(job));
    });
  }

  flows({ prototype: proto }: { readonly prototype: object }): void {
    around(proto, 'add', (go, _, [flow]) => this.#addingFlows(go, [flow], (tree) => [tree as Tree]));
    around(proto, 'addBulk', (go, _, [flows]) => this.#addingFlows(go, flows as unknown[], (trees) => trees as Tree[]));
  }

  schedulers({ prototype: proto }: { readonly prototype: object }): void {
    around(proto, 'upsertJobScheduler', (go, scheduler, [, , name, , , how]) => {
      // A worker sets the next: that is the next tick of an interval.
      if (!(how as { override?: boolean } | undefined)?.override) return go();
      const soon = async (job: unknown): Promise<Waiting[]> =>
        job && this.#jobs.isSoon((job as BullJob).delay) ? [this.#waitingOf(job as BullJob)] : [];
      return this.#jobs.adding({ name: String(name), queue: this.#kind.queueNamed(scheduler as Queue) }, go, soon);
    });
  }

  #addingFlows(go: () => Promise<unknown>, flows: readonly unknown[], treesOf: (added: unknown) => Tree[]) {
    const [{ queueName = '?' } = {}] = flows as readonly { readonly queueName?: string }[];
    return this.#adding({ qualifiedName: queueName }, undefined, go, (added) => treesOf(added).flatMap(leavesOf));
  }

  #adding(queue: Queue, name: unknown, add: () => Promise<unknown>, jobsOf: (added: unknown) => BullJob[]) {
    const job = { queue: this.#kind.queueNamed(queue), ...(typeof name === 'string' ? { name } : {}) };
    return this.#jobs.adding(job, add, async (added) => {
      const made = jobsOf(added);
      const are = await Promise.all(made.map((one) => this.#isOut(one)));
      return made.filter((_, i) => are[i]).map((one) => this.#waitingOf(one));
    });
  }

  /** A job whose name the app has chosen may have been there before, and be done. One that is repeated is an interval. */
  async #isOut(job: BullJob): Promise<boolean> {
    if (job.opts.repeat || !this.#jobs.isSoon(job.delay)) return false;
    const isNew = job.opts.jobId === undefined && (job.deduplicationId ?? job.debounceId) === undefined;
    if (isNew) return true;
    const state = await job.getState();
    return OUT.has(state) || (state === 'delayed' && Number(job.delay) > 0);
  }

  /** A job leaves the hands of its worker, and is in them until it is told where it went. */
  async #leaving(
    job: BullJob,
    go: () => Promise<unknown>,
    tell: (at: number, result: unknown) => void | Promise<void>,
  ): Promise<void> {
    const at = hostInstant();
    const result = await go();
    await tell(at, result);
    if (result !== false) this.#jobs.end(job);
  }

  #again(job: BullJob, at: number, delayMs: number): void {
    if (this.#jobs.isSoon(delayMs)) this.#jobs.put(this.#waitingOf(job), at);
  }

  async #failed(job: BullJob, at: number): Promise<void> {
    if (job.finishedOn) return this.#finished(job, at);
    this.#again(job, at, await this.#kind.retryDelay(job));
  }

  async #finished(job: BullJob, at: number): Promise<void> {
    // Somebody may have added it again meanwhile, which came to nothing.
    this.#jobs.drop(this.#waitingOf(job));
    const { parent } = job;
    if (!parent || !OUT.has(await stateOfParent(job, parent))) return;
    this.#jobs.put({ id: parent.id, queue: this.#kind.queueNamed({ qualifiedName: parent.queueKey }) }, at);
  }

  #waitingOf({ id, name, queue }: BullJob): Waiting {
    return { id, queue: this.#kind.queueNamed(queue), ...(name === NAMELESS ? {} : { name }) };
  }
}

/** Those of a flow that wait for no other. */
const leavesOf = ({ job, children = [] }: Tree): BullJob[] =>
  children.length > 0 ? children.flatMap(leavesOf) : [job];

/** It waits until all of its children are done, in a queue of its own. */
async function stateOfParent({ queue, scripts }: BullJob, { id, queueKey }: NonNullable<BullJob['parent']>) {
  if (queue.backend) {
    const [, prefix = '', name = ''] = /^(.*?):(.*)$/s.exec(queueKey) ?? [];
    return queue.backend.forQueue(name, prefix).getState(id);
  }
  const parents = Object.create(queue, { toKey: { value: (key: string) => `${queueKey}:${key}` } }) as Queue;
  const states = Object.create(scripts!, { queue: { value: parents } }) as States;
  return states.getState(id);
}
