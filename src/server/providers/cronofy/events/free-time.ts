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

export const intersect = (some: readonly Span[], others: readonly Span[]): Span[] =>
  some.flatMap((a) =>
    others
      .map((b) => ({ start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) }))
      .filter(({ start, end }) => start < end),
  );

/** What is left of spans without the busy ones. */
export function without(spans: readonly Span[], busy: readonly Span[]): Span[] {
  let left = [...spans];
  for (const { start, end } of busy)
    left = left.flatMap((span) =>
      [
        { start: span.start, end: Math.min(span.end, start) },
        { start: Math.max(span.start, end), end: span.end },
      ].filter((part) => part.start < part.end),
    );
  return left;
}

const covering = ({ free }: FreeMember, { start, end }: Span): Span | undefined =>
  free.find((span) => span.start <= start && end <= span.end);

const freeAt = (members: readonly FreeMember[], span: Span): FreeMember[] =>
  members.filter((member) => covering(member, span));

const edges = (members: readonly FreeMember[], edge: keyof Span): Micros[] =>
  [...new Set(members.flatMap(({ free }) => free.map((span) => span[edge])))].toSorted((a, b) => a - b);

/** The longest spans in which the duration fits and the same members are free from the start to the end. */
export function findPeriods(members: readonly FreeMember[], isEnough: IsEnough, duration: Micros): Found[] {
  const ends = edges(members, 'end');
  return edges(members, 'start').flatMap((start) =>
    ends
      .filter((end) => end - start >= duration)
      .map((end) => ({ start, end, free: freeAt(members, { start, end }) }))
      .filter((found) => isEnough(found.free) && isLongest(found)),
  );
}

/** Nobody's free span goes on at either side for all of them. */
function isLongest(found: Found): boolean {
  const spans = found.free.map((member) => covering(member, found)!);
  return (
    Math.max(...spans.map(({ start }) => start)) === found.start &&
    Math.min(...spans.map(({ end }) => end)) === found.end
  );
}

/** Slots of this length, one after the other, or one every `step`. They start on the grid of `interval`, if there is one. */
export function findSlots(
  members: readonly FreeMember[],
  isEnough: IsEnough,
  { duration, interval, step }: { readonly duration: Micros; readonly interval: Micros; readonly step: Micros },
): Found[] {
  const found: Found[] = [];
  const starts = edges(members, 'start');
  let next = starts.shift();
  while (next !== undefined) {
    const start = nextOnGrid(next, interval);
    const slot = slotAt(members, start, duration);
    const fits = isEnough(slot.free);
    if (fits) found.push(slot);
    next = fits ? start + step : starts.find((later) => later > start);
  }
  return found;
}

/** The slot that starts here, with whoever is free. */
export function slotAt(members: readonly FreeMember[], start: Micros, duration: Micros): Found {
  const span = { start, end: start + duration };
  return { ...span, free: freeAt(members, span) };
}
