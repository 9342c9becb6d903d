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

/** Counts who is there, and knows when they are enough: more of them always are, too. */
export interface Quorum {
  readonly isMet: boolean;
  readonly enter: (member: number) => void;
  readonly leave: (member: number) => void;
}

/** How many times are wanted at the most, and how many members they may name together. */
export interface Bounds {
  readonly most: number;
  readonly names: number;
}

/** `undefined`: they would name more members than they may. */
type AllFound = Found[] | undefined;

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

interface Stay extends Span {
  readonly member: number;
}

/** Who is free at a time and for the duration from there on, for times that only grow: each span comes and goes once. */
class Sweep {
  readonly #comings: readonly Stay[];
  readonly #goings: readonly Stay[];
  readonly #now: (Stay | undefined)[];
  #came = 0;
  #went = 0;
  /** How many are free. */
  size = 0;

  constructor(
    readonly members: readonly FreeMember[],
    readonly quorum: Quorum,
    readonly duration: Micros,
  ) {
    const stays = members.flatMap(({ free }, member) => free.map(({ start, end }): Stay => ({ start, end, member })));
    const long = stays.filter(({ start, end }) => end - start >= duration);
    this.#comings = long.toSorted((a, b) => a.start - b.start);
    this.#goings = long.toSorted((a, b) => a.end - b.end);
    this.#now = members.map(() => undefined);
  }

  /** Whoever has come since the time before, and is still there. */
  to(time: Micros): Stay[] {
    const since = this.#came;
    for (let stay; (stay = this.#goings[this.#went]) && stay.end - this.duration < time; this.#went++)
      if (this.#now[stay.member] === stay) this.#leave(stay);
    for (let stay; (stay = this.#comings[this.#came]) && stay.start <= time; this.#came++)
      if (stay.end - this.duration >= time) this.#enter(stay);
    return this.#comings.slice(since, this.#came).filter((stay) => this.#now[stay.member] === stay);
  }

  /** The spans of whoever is free, in the order of the members. */
  get stays(): Stay[] {
    return this.#now.filter((stay) => stay !== undefined);
  }

  foundAt(start: Micros): Found {
    return { start, end: start + this.duration, free: this.stays.map(({ member }) => this.members[member]!) };
  }

  #enter(stay: Stay): void {
    this.#now[stay.member] = stay;
    this.size++;
    this.quorum.enter(stay.member);
  }

  #leave({ member }: Stay): void {
    this.#now[member] = undefined;
    this.size--;
    this.quorum.leave(member);
  }
}

/** When somebody becomes free. */
const startsOf = (members: readonly FreeMember[]): Micros[] =>
  [...new Set(members.flatMap(({ free }) => free.map(({ start }) => start)))].toSorted((a, b) => a - b);

/** The longest spans in which the duration fits and the same members are free from the start to the end. */
export function findPeriods(
  members: readonly FreeMember[],
  quorum: Quorum,
  { duration, most, names }: Bounds & { readonly duration: Micros },
): AllFound {
  const sweep = new Sweep(members, quorum, duration);
  const found: Found[] = [];
  let named = 0;
  for (const start of startsOf(members)) {
    if (found.length >= most) break;
    const newcomers = sweep.to(start);
    if (newcomers.length === 0 || !quorum.isMet) continue;
    // Nobody's free span goes on at the front for all of them: one of them becomes free just then.
    const last = newcomers.reduce((latest, { end }) => Math.max(latest, end), start);
    const stays = sweep.stays;
    const byEnd = stays.toSorted((a, b) => a.end - b.end);
    let gone = 0;
    while (gone < byEnd.length && quorum.isMet && found.length < most) {
      const { end } = byEnd[gone]!;
      if (end > last) break;
      const free = stays.filter((stay) => stay.end >= end).map(({ member }) => members[member]!);
      if ((named += free.length) > names) return undefined;
      found.push({ start, end, free });
      for (; gone < byEnd.length && byEnd[gone]!.end === end; gone++) quorum.leave(byEnd[gone]!.member);
    }
    for (const { member } of byEnd.slice(0, gone)) quorum.enter(member);
  }
  return found;
}

/** Slots of this length, one after the other, or one every `step`. They start on the grid of `interval`, if there is one. */
export function findSlots(
  members: readonly FreeMember[],
  quorum: Quorum,
  how: Bounds & { readonly duration: Micros; readonly interval: Micros; readonly step: Micros },
): AllFound {
  const { duration, interval, step, most } = how;
  const sweep = new Sweep(members, quorum, duration);
  const starts = startsOf(members);
  const found: Found[] = [];
  let { names } = how;
  let at = 0;
  let next = starts[at];
  while (next !== undefined && found.length < most) {
    const start = nextOnGrid(next, interval);
    sweep.to(start);
    const fits = quorum.isMet;
    if (fits && (names -= sweep.size) < 0) return undefined;
    if (fits) found.push(sweep.foundAt(start));
    while (at < starts.length && starts[at]! <= start) at++;
    next = fits ? start + step : starts[at];
  }
  return found;
}

/** Those of the slots that start here for which enough are free, in their order. */
export function slotsAt(
  members: readonly FreeMember[],
  quorumOf: () => Quorum,
  starts: readonly Micros[],
  { duration, most, names }: Bounds & { readonly duration: Micros },
): AllFound {
  const inTime = (a: number, b: number): number => starts[a]! - starts[b]!;
  const quorum = quorumOf();
  const sweep = new Sweep(members, quorum, duration);
  const sizes = new Map<number, number>();
  for (const i of [...starts.keys()].sort(inTime)) {
    sweep.to(starts[i]!);
    if (quorum.isMet) sizes.set(i, sweep.size);
  }
  const wanted = [...sizes.keys()].sort((a, b) => a - b).slice(0, most);
  if (wanted.reduce((sum, i) => sum + sizes.get(i)!, 0) > names) return undefined;
  const again = new Sweep(members, quorumOf(), duration);
  const found = new Map<number, Found>();
  for (const i of wanted.toSorted(inTime)) {
    again.to(starts[i]!);
    found.set(i, again.foundAt(starts[i]!));
  }
  return wanted.map((i) => found.get(i)!);
}
