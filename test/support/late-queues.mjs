// Queues of late-app.mjs: their worker is a process of its own. LATE_QUEUES is a folder with their packages, LATE_REDIS the port of a
// Redis.
//
//     late-queues.mjs QUEUE
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const FILE = fileURLToPath(import.meta.url);
const need = createRequire(`${process.env.LATE_QUEUES}/`);
/** As an app imports it, which is CommonJS all the same. */
const load = (name) => import(pathToFileURL(need.resolve(name)).href);
const redis = { host: '127.0.0.1', port: Number(process.env.LATE_REDIS) };

/** What a job does at last. */
async function leave({ url, ms, headers }) {
  await sleep(ms);
  await (await fetch(url, { method: 'POST', headers })).text();
}

const ignore = () => undefined;
/** Later than any test. */
const EVERY_HOUR = { every: 3_600_000 };
let count = 0;

/** What Bull and BullMQ, which came from it, both do. */
const usualJobs = (late, limited) => ({
  plain: (data) => late.add('leave', data),
  bulk: (data) => late.addBulk([{ name: 'nothing' }, { name: 'leave', data }]),
  delayed: (data) => late.add('leave', data, { delay: 500 }),
  'tried again': (data) => late.add('try twice', data, { attempts: 2, backoff: 1500 }),
  'tried again at once': (data) => late.add('try twice', data, { attempts: 2 }),
  'limited to one in a second': async (data) => {
    await limited.add('nothing');
    await limited.add('leave', data);
  },
  'that was done before': async (data) => {
    for (let i = 0; i < 2; i++) await late.add('nothing', {}, { jobId: 'known' });
    await late.add('leave', data);
  },
  'of an hour later': async (data) => {
    await late.add('nothing', {}, { delay: 3_600_000 });
    await late.add('leave', data);
  },
});

async function startBullMq() {
  const { FlowProducer, Queue } = await load('bullmq');
  const connection = { ...redis, maxRetriesPerRequest: null };
  const [late, limited, byHand, nobody] = ['late', 'limited', 'by hand', 'nobody'].map(
    (name) => new Queue(name, { connection }),
  );
  const flows = new FlowProducer({ connection });
  const child = (name, opts) => ({ name, queueName: 'children', data: {}, opts });
  const flow = (data, children) => flows.add({ name: 'leave', queueName: 'late', data, children });
  return {
    ...usualJobs(late, limited),
    'put off': (data) => late.add('put off', data),
    'taken by hand': (data) => byHand.add('leave', data),
    'with two children': (data) => flow(data, [child('nothing'), child('wait')]),
    'beside a parent whose child fails': async (data) => {
      await flow({}, [child('fail')]);
      await late.add('leave', data);
    },
    'whose child fails for it': (data) => flow(data, [child('fail', { removeDependencyOnFailure: true })]),
    'every hour from now on': (data) =>
      late.upsertJobScheduler(`leave ${++count}`, EVERY_HOUR, { name: 'leave', data }),
    'beside a short interval': async (data) => {
      await late.upsertJobScheduler('tick', { every: 200, limit: 20 }, { name: 'nothing' });
      await late.add('leave', data);
    },
    'nobody takes': () => nobody.add('forgotten', {}),
  };
}

async function workBullMq() {
  const { DelayedError, Worker } = need('bullmq');
  const connection = { ...redis, maxRetriesPerRequest: null };
  const work = {
    leave: ({ data }) => (data.url ? leave(data) : undefined),
    nothing: ignore,
    wait: () => sleep(300),
    fail() {
      throw new Error('it fails for good');
    },
    async 'try twice'({ data, attemptsMade, attemptsStarted = attemptsMade }) {
      if (attemptsStarted < 2) throw new Error('it fails at first');
      await leave(data);
    },
    async 'put off'(job, token) {
      if (job.data.isLater) return leave(job.data);
      await job.updateData({ ...job.data, isLater: true });
      await job.moveToDelayed(Date.now() + 500, token);
      throw new DelayedError();
    },
  };
  const run = (job, token) => work[job.name](job, token);
  const workers = [
    new Worker('late', run, { connection }),
    new Worker('children', run, { connection }),
    new Worker('limited', run, { connection, limiter: { max: 1, duration: 1000 } }),
  ];
  const byHand = new Worker('by hand', null, { connection });
  await Promise.all([...workers, byHand].map((worker) => worker.waitUntilReady()));
  const takeByHand = async () => {
    for (;;) {
      const job = await byHand.getNextJob('hand');
      if (!job) continue;
      await leave(job.data);
      await job.moveToCompleted('left', 'hand', false);
    }
  };
  void takeByHand();
}

async function startBull() {
  const { default: Bull } = await load('bull');
  const [late, limited, nobody] = bullQueues(Bull);
  return {
    ...usualJobs(late, limited),
    'without a name': (data) => namelessQueue(Bull).add(data),
    'nobody takes': () => nobody.add('forgotten', {}),
  };
}

const bullQueues = (Bull) => [
  new Bull('late', { redis }),
  new Bull('limited', { redis, limiter: { max: 1, duration: 1000 } }),
  new Bull('nobody', { redis }),
];
const namelessQueue = (Bull) => new Bull('nameless', { redis });

async function workBull() {
  const Bull = need('bull');
  const [late, limited] = bullQueues(Bull);
  const work = {
    leave: ({ data }) => leave(data),
    nothing: async () => undefined,
    async 'try twice'({ data, attemptsMade }) {
      if (attemptsMade === 0) throw new Error('it fails at first');
      await leave(data);
    },
  };
  const queues = [late, limited, namelessQueue(Bull)];
  for (const queue of queues.slice(0, 2))
    for (const [name, run] of Object.entries(work)) void queue.process(name, name === 'leave' ? 1 : 0, run);
  void queues[2].process(work.leave);
  await Promise.all(queues.map((queue) => queue.isReady()));
}

async function startBeeQueue() {
  const { default: BeeQueue } = await load('bee-queue');
  const late = new BeeQueue('late', { redis, isWorker: false });
  const nobody = new BeeQueue('nobody', { redis, isWorker: false });
  const job = (data) => late.createJob(data);
  return {
    plain: (data) => job(data).save(),
    'with a callback': (data) => job(data).save(ignore),
    bulk: (data) => late.saveAll([job({}), job(data)]),
    delayed: (data) =>
      job(data)
        .delayUntil(Date.now() + 500)
        .save(),
    'tried again': (data) =>
      job({ ...data, fails: true })
        .retries(1)
        .backoff('fixed', 1500)
        .save(),
    'tried again at once': (data) =>
      job({ ...data, fails: true })
        .retries(1)
        .save(),
    'that was done before': async (data) => {
      for (let i = 0; i < 2; i++) await job({}).setId('known').save();
      await job(data).save();
    },
    'of an hour later': async (data) => {
      await job({})
        .delayUntil(Date.now() + 3_600_000)
        .save();
      await job(data).save();
    },
    'nobody takes': () => nobody.createJob({}).save(),
  };
}

async function workBeeQueue() {
  const BeeQueue = need('bee-queue');
  const late = new BeeQueue('late', { redis, activateDelayedJobs: true });
  late.process(async ({ data, options }) => {
    if (data.fails && options.retries > 0) throw new Error('it fails at first');
    if (data.url) await leave(data);
  });
  await late.ready();
}

const QUEUES = {
  'bee-queue': [startBeeQueue, workBeeQueue],
  bull: [startBull, workBull],
  bullmq: [startBullMq, workBullMq],
};

/** Starts the worker of a queue, and gives what puts a job there in each of the ways. */
export async function startQueue(name) {
  const worker = spawn(process.execPath, [FILE, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  process.once('exit', () => worker.kill());
  return QUEUES[name][0]();
}

if (process.argv[1] === FILE) {
  await QUEUES[process.argv[2]][1]();
  console.log('the worker is ready');
}
