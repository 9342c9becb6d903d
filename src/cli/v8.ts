// Loaded when they are used: a start is short. What is imported later has each module of the bundle ask whether it is there.
const v8 = () => process.getBuiltinModule('node:v8');
const hooks = () => process.getBuiltinModule('node:perf_hooks');

/** The versions of Node in which V8 was seen to know the flags; another would print that it does not. */
const SEEN_IN = ['20', '22', '24'];

/** Has V8 compile and collect for a server that is used for long. What it compiled before stays as it is. */
export function tuneForServing(): void {
  const [major = ''] = process.versions.node.split('.');
  if (!SEEN_IN.includes(major)) return;
  inlineMore();
  keepHeapSmall();
}

/**
 * Bytes of bytecode that V8 may put into one compiled function from those that it calls; by itself 920. A call goes through many
 * short functions, and takes an eighth less time where these are not called. From 2,000 to 4,600 it was the same.
 */
const INLINED = 2500;

const inlineMore = (): void => v8().setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED}`);

/**
 * Has the heap of this process stay close to what lives in it. By itself V8 lets it grow to several times that before it looks
 * again, and keeps much room for new objects; a server that is used for days would hold a hundred megabytes for nothing.
 * With growth of 40 % calls that create take two thirds of the time that they take with 15 %, where the heap is marked anew all the
 * while, and fifty megabytes need twenty more. Code that V8 has compiled is kept for the same flags alone: so first keep it, then call this.
 */
function keepHeapSmall(): void {
  v8().setFlagsFromString('--heap-growing-percent=40');
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
  const { PerformanceObserver } = hooks();
  new PerformanceObserver(() => {
    const wanted = youngSize() < YOUNG ? 2 : 1;
    if (wanted !== factor) v8().setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ['gc'] });
}

const youngSize = (): number =>
  v8()
    .getHeapSpaceStatistics()
    .find(({ space_name: name }) => name === 'new_space')?.space_size ?? YOUNG;
