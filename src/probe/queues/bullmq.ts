import { hostInstant } from '../../clock/real-time.js';
import type { Jobs, Waiting } from './jobs.js';
import { around, type Watch } from './modules.js';

/** States of a job that a worker is still to take, or of which one is about to say that it has. */
const OUT = new Set(['waiting', 'prioritized', 'paused', 'active']);

/** As far as it is looked at: 4, 5 and 6 of BullMQ have the same in this. */
interface BullJob {
  readonly id: string;
  readonly name: string;
  readonly queueQualifiedName: string;
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
  readonly qualifiedName: string;
  /** Of 6. */
  readonly backend?: { readonly forQueue: (name: string, prefix: string) => States };
}

/** A flow: a job, and those that are done before it. */
interface Tree {
  readonly job: BullJob;
  readonly children?: readonly Tree[];
}

/** Watches BullMQ. */
export function watchBullMq(jobs: Jobs): Readonly<Record<string, Watch>> {
  const watching = new Watching(jobs);
  const file = (name: string): string => `bullmq/dist/cjs/classes/${name}.js`;
  return {
    [file('job')]: ({ Job }) => watching.job(Job as { prototype: object }),
    [file('queue')]: ({ Queue }) => watching.queue(Queue as { prototype: object }),
    [file('worker')]: ({ Worker }) => watching.worker(Worker as { prototype: object }),
    [file('flow-producer')]: ({ FlowProducer }) => watching.flows(FlowProducer as { prototype: object }),
    [file('job-scheduler')]: ({ JobScheduler }) => watching.schedulers(JobScheduler as { prototype: object }),
  };
}

/** `bull` is the prefix of keys unless one is said. */
const queueNamed = (qualified: string): string => `the queue ${qualified.replace(/^bull:/, '')} of BullMQ`;

const waitingOf = ({ id, name, queueQualifiedName }: BullJob): Waiting => ({
  id,
  name,
  queue: queueNamed(queueQualifiedName),
});

class Watching {
  readonly #jobs: Jobs;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  job(Job: { readonly prototype: object }): void {
    const { prototype: proto } = Job;
    around(Job, 'create', (go, _, [queue, name]) =>
      this.#adding(queue as Queue, name as string, go, (job) => [job as BullJob]),
    );
    around(Job, 'createBulk', (go, _, [queue]) =>
      this.#adding(queue as Queue, undefined, go, (made) => made as BullJob[]),
    );
    for (const name of ['retry', 'promote'])
      around(proto, name, (go, job) =>
        this.#jobs.adding(waitingOf(job as BullJob), go, async () => [waitingOf(job as BullJob)]),
      );
    around(proto, 'remove', (go, job) => go().finally(() => this.#jobs.drop(waitingOf(job as BullJob))));
    for (const name of ['moveToCompleted', 'moveToFailed'])
      around(proto, name, (go, job) => this.#leaving(job as BullJob, go, (at) => this.#finished(job as BullJob, at)));
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
    for (const name of ['drain', 'obliterate'])
      around(proto, name, (go, queue) =>
        go().finally(() => this.#jobs.empty(queueNamed((queue as Queue).qualifiedName))),
      );
    around(proto, 'remove', (go, queue, [id]) =>
      go().finally(() => this.#jobs.drop({ id: String(id), queue: queueNamed((queue as Queue).qualifiedName) })),
    );
  }

  worker({ prototype: proto }: { readonly prototype: object }): void {
    around(proto, 'processJob', async (go, _, [job]) => {
      if (!job) return go();
      this.#jobs.begin(job, waitingOf(job as BullJob));
      return go().finally(() => this.#jobs.end(job));
    });
    // For whoever moves jobs by hand.
    around(proto, 'getNextJob', async (go) => {
      const job = (await go()) as BullJob | undefined;
      if (job) this.#jobs.begin(job, waitingOf(job));
      return job;
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
        job && this.#jobs.isSoon((job as BullJob).delay) ? [waitingOf(job as BullJob)] : [];
      return this.#jobs.adding({ name: String(name), queue: queueNamed((scheduler as Queue).qualifiedName) }, go, soon);
    });
  }

  #addingFlows(go: () => Promise<unknown>, flows: readonly unknown[], treesOf: (added: unknown) => Tree[]) {
    const [{ queueName = '?' } = {}] = flows as readonly { readonly queueName?: string }[];
    return this.#adding({ qualifiedName: queueName }, undefined, go, (added) => treesOf(added).flatMap(leavesOf));
  }

  #adding(
    { qualifiedName }: Queue,
    name: string | undefined,
    add: () => Promise<unknown>,
    jobsOf: (added: unknown) => BullJob[],
  ) {
    const job = { queue: queueNamed(qualifiedName), ...(name === undefined ? {} : { name }) };
    return this.#jobs.adding(job, add, async (added) => {
      const made = jobsOf(added);
      const are = await Promise.all(made.map((one) => this.#isOut(one)));
      return made.filter((_, i) => are[i]).map(waitingOf);
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
  ): Promise<unknown> {
    const at = hostInstant();
    const result = await go();
    await tell(at, result);
    if (result !== false) this.#jobs.end(job);
    return result;
  }

  #again(job: BullJob, at: number, delayMs: number): void {
    if (this.#jobs.isSoon(delayMs)) this.#jobs.put(waitingOf(job), at);
  }

  /** It is done, or has failed and may be tried again. */
  async #finished(job: BullJob, at: number): Promise<void> {
    if (!job.finishedOn) return this.#again(job, at, job.delay ?? 0);
    // Somebody may have added it again meanwhile, which came to nothing.
    this.#jobs.drop(waitingOf(job));
    const { parent } = job;
    if (!parent || !OUT.has(await stateOfParent(job, parent))) return;
    this.#jobs.put({ id: parent.id, queue: queueNamed(parent.queueKey) }, at);
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
