import { PerformanceObserver } from 'node:perf_hooks';
import v8 from 'node:v8';

/** The versions of Node in which V8 was seen to know the flags; another would print that it does not. */
const SEEN_IN = ['20', '22', '24'];
const FLAGS = ['--heap-growing-percent=15', '--compact-on-every-full-gc'];

/**
 * Has the heap of this process stay close to what lives in it. By itself V8 lets it grow to twice that before it looks again, and
 * keeps pages that have holes, and much room for new objects; a server that is used for days would hold a hundred megabytes for nothing.
 * Growth of 15 % is as little as V8 grants a heap of fifty megabytes, and keeps what is resident even: with 30 % it
 * went up and down by twenty megabytes under the same use. Code that V8 has compiled is kept for the same flags alone: so first keep it, then call this.
 */
export function keepHeapSmall(): void {
  const [major = ''] = process.versions.node.split('.');
  if (!SEEN_IN.includes(major)) return;
  for (const flag of FLAGS) v8.setFlagsFromString(flag);
  keepYoungSize();
}

/** Bytes of the room for new objects, both halves: half of what V8 takes by itself. */
const YOUNG = 16e6;

/**
 * Has the room for new objects grow up to its size, and no further. While little happens V8 makes it as small as it can; if it
 * stayed so, what a call still needs would count as old after two dozen others, and calls would take twice the time.
 */
function keepYoungSize(): void {
  let factor = 2;
  new PerformanceObserver(() => {
    const wanted = youngSize() < YOUNG ? 2 : 1;
    if (wanted !== factor) v8.setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ['gc'] });
}

const youngSize = (): number =>
  v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? YOUNG;
