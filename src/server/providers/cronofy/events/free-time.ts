import { nextOnGrid, type Micros } from '../../../../clock/instant.js';

/** Free time: spans, and the slots that fit into them. Nothing here knows an event or an account. */

export interface Span {
  readonly start: Micros;
  readonly end: Micros;
}

/** A member and the spans in which they are free, in order and apart. */
export interface FreeMember {
  readonly sub: string;
  readonly free: readonly Span[];
}

/** A time at which enough members are free, with all who are. */
export interface Found extends Span {
  readonly free: readonly FreeMember[];
}

/** True if these members are enough. */
export type IsEnough = (free: readonly FreeMember[]) => boolean;

/** The same time as spans that are in order and apart. */
export function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}

/** True if two spans have time in common. */
export function overlap(spans: readonly Span[]): boolean {
  const ordered = spans.toSorted((a, b) => a.start - b.start);
  return ordered.some(({ end }, i) => (ordered[i + 1]?.start ?? end) < end);
}

/** Both must be in order and apart. */
export function intersect(some: readonly Span[], others: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let i = 0, j = 0; i < some.length && j < others.length;) {
    const [a, b] = [some[i]!, others[j]!];
    const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
    if (start < end) both.push({ start, end });
    if (a.end <= b.end) i++;
    else j++;
  }
  return both;
}

/** What is left of spans, in order and apart, without the busy ones. */
export function without(spans: readonly Span[], busy: readonly Span[]): Span[] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const gaps: Span[] = [];
  let free = first.start;
  for (const { start, end } of merge(busy)) {
    if (start > free) gaps.push({ start: free, end: start });
    free = Math.max(free, end);
  }
  if (free < last.end) gaps.push({ start: free, end: last.end });
  return intersect(spans, gaps);
}

/** Finds the free span of each member around a time, for times that only grow: it never looks back. */
class Cursor {
  readonly #at: number[];

  constructor(readonly members: readonly FreeMember[]) {
    this.#at = members.map(() => 0);
  }

  /** The span that a member is free in at a time, from there on. */
  spanOf(index: number, start: Micros): Span | undefined {
    const { free } = this.members[index]!;
    let at = this.#at[index]!;
    while (at < free.length && free[at]!.end <= start) at++;
    this.#at[index] = at;
    const span = free[at];
    return span && span.start <= start ? span : undefined;
  }

  freeAt({ start, end }: Span): FreeMember[] {
    return this.members.filter((_, i) => (this.spanOf(i, start)?.end ?? Number.NEGATIVE_INFINITY) >= end);
  }
}

/** When somebody becomes free. */
const startsOf = (members: readonly FreeMember[]): Micros[] =>
  [...new Set(members.flatMap(({ free }) => free.map(({ start }) => start)))].toSorted((a, b) => a - b);

/** The longest spans in which the duration fits and the same members are free from the start to the end. */
export function findPeriods(
  members: readonly FreeMember[],
  isEnough: IsEnough,
  { duration, most }: { readonly duration: Micros; readonly most: number },
): Found[] {
  const cursor = new Cursor(members);
  const found: Found[] = [];
  for (const start of startsOf(members)) {
    if (found.length >= most) break;
    const spans = members.flatMap((member, i) => {
      const span = cursor.spanOf(i, start);
      return span && span.end - start >= duration ? [{ member, span }] : [];
    });
    const ends = [...new Set(spans.map(({ span }) => span.end))].toSorted((a, b) => a - b);
    for (const end of ends) {
      const there = spans.filter(({ span }) => span.end >= end);
      // Nobody's free span goes on at the front for all of them: one of them becomes free just then.
      if (!there.some(({ span }) => span.start === start)) continue;
      const free = there.map(({ member }) => member);
      if (isEnough(free)) found.push({ start, end, free });
    }
  }
  return found;
}

/** Slots of this length, one after the other, or one every `step`. They start on the grid of `interval`, if there is one. */
export function findSlots(
  members: readonly FreeMember[],
  isEnough: IsEnough,
  how: { readonly duration: Micros; readonly interval: Micros; readonly step: Micros; readonly most: number },
): Found[] {
  const { duration, interval, step, most } = how;
  const cursor = new Cursor(members);
  const starts = startsOf(members);
  const found: Found[] = [];
  let at = 0;
  let next = starts[at];
  while (next !== undefined && found.length < most) {
    const start = nextOnGrid(next, interval);
    const slot = { start, end: start + duration, free: cursor.freeAt({ start, end: start + duration }) };
    const fits = isEnough(slot.free);
    if (fits) found.push(slot);
    while (at < starts.length && starts[at]! <= start) at++;
    next = fits ? start + step : starts[at];
  }
  return found;
}

/** The slot that starts here, with whoever is free. */
export function slotAt(members: readonly FreeMember[], start: Micros, duration: Micros): Found {
  const span = { start, end: start + duration };
  return { ...span, free: new Cursor(members).freeAt(span) };
}
