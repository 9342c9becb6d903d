// What an advance over many lives costs, against a bare heap that does as many jobs.
import { fork } from 'node:child_process';
import { once } from 'node:events';

const ms = (milliseconds) => `${milliseconds.toFixed(0)} ms`;

export async function run() {
  const child = fork(new URL('lives-process.mjs', import.meta.url), {
    execArgv: ['--expose-gc', '--max-old-space-size=8192'],
  });
  const [results] = await once(child, 'message');
  const rows = results.map(({ count, scenario, jobs, lives, heap }) => {
    const what = `${count} lives of ${scenario} (${jobs} jobs) / bare heap`;
    return [what, ms(lives), ms(heap), (lives / heap).toFixed(2), scenario === 'quiet' ? '≤ 5' : '–'];
  });
  const [small, large] = results;
  const growth = (large.lives / small.lives).toFixed(2);
  return {
    head: ['figure', 'greenroom', 'against', 'ratio', 'aim'],
    rows: [...rows, ['ten times the lives', ms(large.lives), ms(small.lives), growth, '≤ 12']],
  };
}
