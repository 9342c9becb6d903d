import type { Explorer } from './explorer.js';
import { PLAINEST } from '../stories/plain.js';
import type { Problem } from '../judging/problem.js';
import { kindOf } from '../stories/kinds.js';
import { isDelivery, keyOf, type Deviation, type Story } from '../stories/story.js';

/** The smallest story that was found, and in how many executions. */
export interface Shrunk {
  readonly story: Story;
  readonly problem: Problem;
  readonly executions: number;
}

/** Makes a failing story smaller, as long as it fails in the same way; each by itself, if `anew`. */
export async function shrink<A>(explorer: Explorer<A>, story: Story, problem: Problem, anew = false): Promise<Shrunk> {
  const from = explorer.played;
  let best = { story, problem };
  const fails = async (candidate: Story): Promise<boolean> => {
    if (keyOf(candidate) === keyOf(best.story) || explorer.timeIsUp) return false;
    const { problems } = anew
      ? await explorer.judgeAgain(candidate, { patient: false })
      : await explorer.judge(candidate, undefined, false);
    const same = problems.find(({ family }) => family === problem.family);
    if (same) best = { story: candidate, problem: same };
    return same !== undefined;
  };
  if (best.story.deviations.length > 0) await fails({ ...story, deviations: [] });
  await fewer(() => best.story, fails);
  await simpler(() => best.story, fails);
  return { ...best, executions: explorer.played - from };
}

type Fails = (candidate: Story) => Promise<boolean>;

/** Leaves out half of the deviations, a quarter, and at last each. */
async function fewer(best: () => Story, fails: Fails): Promise<void> {
  for (let parts = 2; best().deviations.length > 1;) {
    const { deviations } = best();
    const size = Math.ceil(deviations.length / parts);
    const slices = Array.from({ length: Math.ceil(deviations.length / size) }, (_, i) =>
      deviations.slice(i * size, (i + 1) * size),
    );
    const found =
      (await anyOf(slices, (slice) => fails({ ...best(), deviations: slice }))) ||
      (parts > 2 &&
        (await anyOf(slices, (slice) =>
          fails({ ...best(), deviations: deviations.filter((one) => !slice.includes(one)) }),
        )));
    if (found) parts = 2;
    else if (size === 1) return;
    else parts = Math.min(parts * 2, deviations.length);
  }
}

async function anyOf<T>(list: readonly T[], test: (one: T) => Promise<boolean>): Promise<boolean> {
  for (const one of list) if (await test(one)) return true;
  return false;
}

/** Fewer meetings, the plainest scenario, simpler kinds, shorter times. */
async function simpler(best: () => Story, fails: Fails): Promise<void> {
  if (best().deviations.length > 0 && best().scenario !== PLAINEST) await fails({ ...best(), scenario: PLAINEST });
  const { day, ...someDay } = best();
  if (day !== undefined) await fails(someDay);
  const { earlier, ...first } = best();
  if (earlier !== undefined) await fails(first);
  for (let meetings = 1; meetings < (best().meetings ?? 1); meetings++) {
    if (await fails({ ...best(), meetings })) break;
  }
  for (const [i, deviation] of best().deviations.entries()) {
    for (const plainer of plainerThan(deviation)) {
      const deviations = best().deviations.map((one, at) => (at === i ? plainer : one));
      if (await fails({ ...best(), deviations })) break;
    }
  }
}

const PLAINER: Readonly<Record<string, readonly object[]>> = {
  together: [{ duplicate: 1 }],
  redelivered: [{ duplicate: 1 }],
  'lost-answer': [{ duplicate: 1 }, { answers: ['drop'], send: true }],
  reordered: [{ duplicate: 1 }, { delay: '1m' }],
  late: [{ duplicate: 1 }, { delay: '1m' }],
  retried: [{ duplicate: 1 }, { delay: '1m' }],
  unsigned: [{ signature: 'wrong' }],
  'old-secret': [{ signature: 'wrong' }],
  truncated: [{ signature: 'wrong' }],
  garbled: [{ signature: 'wrong' }],
};

/** What could be at the same point instead, the plainest first. */
function plainerThan(deviation: Deviation): Deviation[] {
  if (!isDelivery(deviation)) return [];
  const { hold_until: until, together } = deviation.do;
  const oneByOne = until && together ? [{ duplicate: 1 }, { hold_until: until }, { delay: '1m' }] : undefined;
  return (oneByOne ?? PLAINER[kindOf(deviation).name] ?? []).map((effect) => ({ ...deviation, do: effect }));
}
