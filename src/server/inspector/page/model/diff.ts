import { masked, namesInOrder, type Name } from '../../../../mask.js';
import type { Line } from './line.js';
import type { Timeline } from './timeline.js';

/** Two lines that stand beside each other, by their places, and how they differ. */
export interface Pair {
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly state: 'same' | 'changed' | 'left' | 'right';
}

/** So many lines that differ are aligned as well as can be; more, one by one. */
const MOST = 1500;

/** What each of two timelines alone has, with what stands for it. */
export interface OwnNames {
  readonly left: readonly Name[];
  readonly right: readonly Name[];
}

/** Aligns two timelines: as many lines as possible stand beside one that says the same. */
export function diff(left: Timeline, right: Timeline, names: OwnNames = { left: [], right: [] }): Pair[] {
  const [a, b] = [keysOf(left, names.left), keysOf(right, names.right)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const middle = align(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const pairs: Pair[] = [];
  for (let i = 0; i < start; i++) pairs.push({ left: i, right: i, state: 'same' });
  for (const [x, y] of middle)
    pairs.push({
      left: x && x - 1 + start,
      right: y && y - 1 + start,
      state: x === undefined ? 'right' : y === undefined ? 'left' : 'same',
    });
  for (let i = end; i > 0; i--) pairs.push({ left: a.length - i, right: b.length - i, state: 'same' });
  return joined(pairs, left, right);
}

/** What a line says, whoever it is about and whatever its ids are. */
function keysOf({ lines, lane, lanes }: Timeline, names: readonly Name[]): string[] {
  // Lanes of calendars come last, behind as many agents as there are.
  let calendars = 0;
  const laneNames = lanes.map(({ calendar }, number) => (calendar ? `calendar ${calendars++}` : number));
  const own = namesInOrder(names);
  return lines.map((line, place) => `${line.kind} ${laneNames[lane[place]!]} ${wordsOf(line, own)}`);
}

/** Ids are told apart by seed and by order; ports are given out by the system. */
const wordsOf = ({ summary, subject }: Line, names: readonly Name[]): string =>
  masked(subject === null ? summary : summary.replaceAll(subject, '<agent>'), names)
    .replace(/\b(req|dlv|flt|hold|cast)_\d+\b/g, '$1')
    .replace(/\{receiver \d+\}|(127\.0\.0\.1|localhost):\d+/g, '<receiver>');

type Step = readonly [left: number | undefined, right: number | undefined];

/** Myers' shortest edit script; positions count from 1. */
function align(a: readonly string[], b: readonly string[]): Step[] {
  const furthest: Int32Array[] = [];
  const size = Math.min(a.length + b.length, MOST);
  let front = new Int32Array(2 * size + 3);
  const middle = size + 1;
  for (let d = 0; d <= size; d++) {
    furthest.push(front.slice());
    for (let k = -d; k <= d; k += 2) {
      const goesDown = k === -d || (k !== d && front[middle + k - 1]! < front[middle + k + 1]!);
      let x = goesDown ? front[middle + k + 1]! : front[middle + k - 1]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      front[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(furthest, middle, [a.length, b.length]);
    }
  }
  return oneByOne(a, b);
}

function walkBack(furthest: readonly Int32Array[], middle: number, end: readonly [number, number]): Step[] {
  const steps: Step[] = [];
  let [x, y] = end;
  for (let d = furthest.length - 1; d >= 0; d--) {
    const front = furthest[d]!;
    const k = x - y;
    const goesDown = k === -d || (k !== d && front[middle + k - 1]! < front[middle + k + 1]!);
    const before = goesDown ? k + 1 : k - 1;
    const [fromX, fromY] = d === 0 ? [0, 0] : [front[middle + before]!, front[middle + before]! - before];
    while (x > fromX && y > fromY) steps.push([x--, y--]);
    if (d > 0) steps.push(goesDown ? [undefined, y--] : [x--, undefined]);
  }
  return steps.toReversed();
}

/** Too much differs: in their order, where they happen to be the same. */
const oneByOne = (a: readonly string[], b: readonly string[]): Step[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i): Step[] => {
    if (i < a.length && i < b.length && a[i] === b[i]) return [[i + 1, i + 1]];
    return [
      ...(i < a.length ? [[i + 1, undefined] as const] : []),
      ...(i < b.length ? [[undefined, i + 1] as const] : []),
    ];
  }).flat();

/** A line that is left alone beside one of the same kind about the same agent has changed. */
function joined(pairs: readonly Pair[], left: Timeline, right: Timeline): Pair[] {
  const done: Pair[] = [];
  let alone: { readonly left: number[]; readonly right: number[] } = { left: [], right: [] };
  const flush = (): void => {
    for (const x of alone.left) {
      const index = alone.right.findIndex((y) => left.kind[x] === right.kind[y] && left.lane[x] === right.lane[y]);
      if (index < 0) done.push({ left: x, right: undefined, state: 'left' });
      else {
        for (const y of alone.right.splice(0, index)) done.push({ left: undefined, right: y, state: 'right' });
        done.push({ left: x, right: alone.right.shift()!, state: 'changed' });
      }
    }
    for (const y of alone.right) done.push({ left: undefined, right: y, state: 'right' });
    alone = { left: [], right: [] };
  };
  for (const pair of pairs) {
    if (pair.state === 'left') alone.left.push(pair.left!);
    else if (pair.state === 'right') alone.right.push(pair.right!);
    else {
      flush();
      done.push(pair);
    }
  }
  flush();
  return done;
}
