import { hostInstant } from '../../clock/real-time.js';
import type { Jobs, Waiting } from './jobs.js';
import { around, type Watch } from './modules.js';

interface Queue {
  readonly name: string;
}

interface Job {
  /** None if one of that name was there before. */
  readonly id: string | null;
  readonly queue: Queue;
  readonly options: { readonly delay?: number };
  readonly status: string;
  readonly computeDelay: () => number;
}

const queueNamed = ({ name }: Queue): string => `the queue ${name} of Bee-Queue`;

const waitingOf = ({ id, queue }: Job): Waiting => ({ id: String(id), queue: queueNamed(queue) });

/** Watches Bee-Queue, whose jobs have no name. */
export function watchBeeQueue(jobs: Jobs): Readonly<Record<string, Watch>> {
  const saved = async (made: readonly Job[]): Promise<Waiting[]> =>
    made.filter((one) => one.id !== null && jobs.isSoon(dueIn(one))).map(waitingOf);
  return {
    'bee-queue/lib/job.js'(exports) {
      const { prototype: proto } = exports as unknown as { prototype: Job };
      around(proto, 'save', (go, job) =>
        jobs.adding({ queue: queueNamed((job as Job).queue) }, go, () => saved([job as Job])),
      );
      around(proto, 'retry', (go, job) => {
        const one = waitingOf(job as Job);
        return jobs.adding(one, go, async () => [one]);
      });
    },
    'bee-queue/lib/queue.js'(exports) {
      const { prototype: proto } = exports as unknown as { prototype: object };
      around(proto, 'saveAll', (go, queue, [made]) =>
        jobs.adding({ queue: queueNamed(queue as Queue) }, go, () => saved(made as Job[])),
      );
      around(proto, '_runJob', (go, _, [job]) => {
        jobs.begin(job as Job, waitingOf(job as Job));
        return go().finally(() => jobs.end(job as Job));
      });
      around(proto, '_finishJob', (go, _, args) => finishing(jobs, args[2] as Job, go));
      around(proto, 'removeJob', (go, queue, [id]) =>
        go().finally(() => jobs.drop({ id: String(id), queue: queueNamed(queue as Queue) })),
      );
      around(proto, 'destroy', (go, queue) => go().finally(() => jobs.empty(queueNamed(queue as Queue))));
    },
  };
}

const dueIn = ({ options: { delay } }: Job): number => (delay ? delay - Date.now() : 0);

/** It is done, or is tried again after a delay that is computed once. */
async function finishing(jobs: Jobs, job: Job, go: () => Promise<unknown>): Promise<void> {
  const at = hostInstant();
  let delay = 0;
  const compute = job.computeDelay.bind(job);
  Object.defineProperty(job, 'computeDelay', { value: () => (delay = compute()), configurable: true });
  await go();
  if (job.status === 'retrying' && jobs.isSoon(delay)) jobs.put(waitingOf(job), at);
}
