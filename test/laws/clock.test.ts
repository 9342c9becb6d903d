import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock } from '../../src/clock/clock.js';
import { EventQueue, type Job } from '../../src/clock/queue.js';
import { turn } from '../../src/clock/real-time.js';

const RUNS = Number(process.env['GREENROOM_RUNS'] ?? 1000);
const law = <T extends unknown[]>(property: fc.IAsyncProperty<T>) => fc.assert(property, { numRuns: RUNS });

/** A job that, when it runs, makes others; it may do real asynchronous work first, or go on after it has made them. */
interface Node {
  readonly delay: number;
  readonly work: 'none' | 'turn' | 'late turn';
  readonly children: readonly Node[];
}

const { forest } = fc.letrec<{ node: Node; forest: Node[] }>((tie) => ({
  node: fc.record({
    delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
    work: fc.oneof(
      { weight: 4, arbitrary: fc.constant<'none'>('none') },
      fc.constantFrom<'turn' | 'late turn'>('turn', 'late turn'),
    ),
    children: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.constant([]), tie('forest')),
  }),
  forest: fc.array(tie('node'), { maxLength: 4 }),
}));

/** Plays a forest on a clock that starts at 0, and notes what ran when. */
function play(trees: readonly Node[]) {
  const nodes: Node[] = [];
  const ran: [at: number, due: number, id: number][] = [];
  let open = 0;
  let overlaps = 0;
  const plant = (children: readonly Node[]): void => {
    for (const child of children) {
      nodes.push(child);
      clock.schedule({ due: clock.now() + child.delay, kind: 'node', args: { node: nodes.length - 1 } });
    }
  };
  const run = (job: Job): void | Promise<void> => {
    ran.push([clock.now(), job.due, job.id]);
    const node = nodes[Number(job.args['node'])]!;
    if (node.work === 'none') return plant(node.children);
    overlaps += open++ === 0 ? 0 : 1;
    if (node.work === 'late turn') plant(node.children);
    return turn().then(() => {
      if (node.work === 'turn') plant(node.children);
      open--;
    });
  };
  const clock = new Clock({ start: 0, mode: 'frozen', quiet: 0, run });
  plant(trees);
  return { clock, ran, overlaps: () => overlaps };
}

describe('For every forest of jobs', () => {
  test('each job runs at its instant, one at a time, and time never goes back', () =>
    law(
      fc.asyncProperty(forest, async (trees) => {
        const { clock, ran, overlaps } = play(trees);
        await clock.advance({ to: 1000 });
        expect(ran.every(([at, due]) => at === due)).toBe(true);
        expect(ran.map(([at]) => at)).toEqual(ran.map(([at]) => at).sort((a, b) => a - b));
        expect([overlaps(), clock.size, clock.now()]).toEqual([0, 0, 1000]);
      }),
    ));

  test('advance(a) and advance(b) is advance(a + b)', () =>
    law(
      fc.asyncProperty(forest, fc.integer({ min: 0, max: 120 }), async (trees, a) => {
        const whole = play(trees);
        await whole.clock.advance({ to: 200 });
        const parts = play(trees);
        await parts.clock.advance({ to: a });
        expect(parts.ran.every(([at]) => at <= a)).toBe(true);
        await parts.clock.advance({ to: 200 });
        expect(parts.ran).toEqual(whole.ran);
      }),
    ));

  test('job by job is the same as all at once', () =>
    law(
      fc.asyncProperty(forest, async (trees) => {
        const whole = play(trees);
        await whole.clock.advance({ to: 1000 });
        const steps = play(trees);
        while (await steps.clock.step());
        expect(steps.ran).toEqual(whole.ran);
      }),
    ));

  test('a clock restored from its snapshot runs what the original would have run', () =>
    law(
      fc.asyncProperty(forest, fc.integer({ min: 0, max: 60 }), async (trees, a) => {
        const { clock, ran } = play(trees);
        await clock.advance({ to: a });
        const snapshot = structuredClone(clock.snapshot());
        const before = ran.length;
        await clock.advance({ to: 500 });
        const original = ran.splice(before);
        clock.restore(snapshot);
        await clock.advance({ to: 500 });
        // The second run numbers the jobs that it makes as the first did.
        expect(ran.slice(before).map(([at, , id]) => [at, id])).toEqual(original.map(([at, , id]) => [at, id]));
      }),
    ));

  test('an advance that stops at a condition and goes on misses nothing', () =>
    law(
      fc.asyncProperty(forest, fc.integer({ min: 1, max: 10 }), async (trees, n) => {
        const whole = play(trees);
        await whole.clock.advance({ to: 1000 });
        const parts = play(trees);
        const report = await parts.clock.advance({ to: 1000, until: () => parts.ran.length >= n });
        expect(report.reached).toBe(whole.ran.length >= n);
        await parts.clock.advance({ to: 1000 });
        expect(parts.ran).toEqual(whole.ran);
      }),
    ));
});

describe('For every queue', () => {
  const jobs = fc.array(fc.record({ due: fc.integer({ min: 0, max: 20 }), urgent: fc.boolean() }));
  const order = (a: Job, b: Job) => a.due - b.due || Number(b.urgent) - Number(a.urgent) || a.id - b.id;

  test('jobs come out by due time, urgent first, then by age, without those that were cancelled', () => {
    fc.assert(
      fc.property(jobs, fc.infiniteStream(fc.boolean()), (specs, cancels) => {
        const queue = new EventQueue();
        const all = specs.map((spec, i): Job => ({ id: i + 1, kind: 'x', subject: null, args: {}, ...spec }));
        for (const job of all) queue.push(job);
        const kept = all.filter((job) => {
          const cancelled = cancels.next().value === true;
          if (cancelled) expect(queue.cancel(job.id)).toBe(true);
          return !cancelled;
        });
        const sorted = [...kept].sort(order);
        expect(queue.size).toBe(kept.length);
        expect(queue.soonest(5)).toEqual(sorted.slice(0, 5));
        const out: Job[] = [];
        for (let job = queue.pop(); job; job = queue.pop()) out.push(job);
        expect(out).toEqual(sorted);
        expect(queue.cancel(1)).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });
});
