import type { Micros } from '../../../../clock/instant.js';
import type { Calendar } from './calendar.js';
import type { Line } from './line.js';
import type { Test } from './search.js';
import { WEIGHTS, type Timeline } from './timeline.js';

/** A stretch of virtual time, both ends included. */
export interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

const FIRST_ROOM = 16;
const BAD = WEIGHTS.indexOf('bad');

/** Places of lines in a timeline, in their order. */
export class Places {
  #items = new Int32Array(FIRST_ROOM);
  size = 0;

  push(place: number): void {
    if (this.size === this.#items.length) {
      const grown = new Int32Array(this.size * 2);
      grown.set(this.#items);
      this.#items = grown;
    }
    this.#items[this.size++] = place;
  }

  at(index: number): number {
    return this.#items[index]!;
  }

  /** The index of the first that is this place or comes after it. */
  indexOf(place: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle]! >= place) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** What is shown of a timeline: the lines that pass every test and lie within the range. It grows with the timeline. */
export class View {
  readonly places = new Places();
  /** What went wrong: of a webhook's attempts the first that did, for the others are the same failure. */
  readonly failures = new Places();
  readonly #failed = new Set<string>();
  readonly #byLane: (Places | undefined)[] = [];
  #lanes: number[] | undefined;
  /** How many lines of the timeline were looked at. */
  #seen = 0;

  constructor(
    readonly timeline: Timeline,
    readonly tests: readonly Test[],
    readonly range?: Range,
  ) {
    this.extend();
  }

  /** Looks at the lines that have come since. */
  extend(): void {
    const { timeline, range } = this;
    const start = Math.max(this.#seen, range ? timeline.placeAt(range.from) : 0);
    const end = range ? timeline.placeAt(range.to + 1) : timeline.size;
    for (let place = start; place < end; place++) if (this.#passes(place)) this.#show(place);
    this.#seen = timeline.size;
  }

  /** The lanes that have something to show: what is about no agent, calendars, and agents in their order. */
  get lanes(): readonly number[] {
    return (this.#lanes ??= this.#orderedLanes());
  }

  #orderedLanes(): number[] {
    const { lanes } = this.timeline;
    const isCalendar = (lane: number): boolean => lanes[lane]!.calendar !== undefined;
    const agents = Object.keys(this.#byLane)
      .map(Number)
      .filter((lane) => !isCalendar(lane));
    const calendars = lanes.flatMap(({ calendar }, lane) =>
      calendar && (this.#byLane[lane] !== undefined || this.#holds(calendar)) ? [lane] : [],
    );
    const first = agents[0] === 0 ? [0] : [];
    return [...first, ...calendars, ...agents.slice(first.length)];
  }

  /** A search is for lines; a range has the meetings that are then. */
  #holds({ meetings }: Calendar): boolean {
    const { range, tests } = this;
    return tests.length === 0 && (!range || meetings.some(({ start, end }) => start <= range.to && end >= range.from));
  }

  inLane(lane: number): Places | undefined {
    return this.#byLane[lane];
  }

  #passes(place: number): boolean {
    for (const test of this.tests) if (!test(this.timeline, place)) return false;
    return true;
  }

  #show(place: number): void {
    this.places.push(place);
    const lane = this.timeline.lane[place]!;
    let places = this.#byLane[lane];
    if (!places) {
      places = this.#byLane[lane] = new Places();
      this.#lanes = undefined;
    }
    places.push(place);
    if (this.timeline.weight[place] === BAD && this.#isFirst(this.timeline.lines[place]!)) this.failures.push(place);
  }

  #isFirst(line: Line): boolean {
    if (line.kind !== 'delivery') return true;
    const before = this.#failed.size;
    return this.#failed.add(line.delivery).size > before;
  }
}
