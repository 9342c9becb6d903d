import { parseInstant, type Micros } from '../../../../clock/instant.js';
import type { CalendarPlan } from '../../../../contracts/control/calendar.js';
import { calendarsOf, isAct, type Calendar, type Meeting } from './calendar.js';
import { Causes } from './causes.js';
import { KINDS, weightOf, type Line } from './line.js';
import { folded } from './words.js';

/** A state in which an agent was; `to` is not known until it leaves it. */
export interface Bar {
  readonly state: string;
  readonly from: Micros;
  to: Micros | undefined;
}

/** One agent or calendar, or, as the first lane, everything that is about none. */
export interface Lane {
  readonly id: string | null;
  provider: string | undefined;
  /** When it was first told of. */
  readonly since: Micros;
  readonly bars: Bar[];
  /** What stands in the calendar, if it is one. */
  calendar?: Calendar;
}

export const WEIGHTS = ['plain', 'fault', 'bad'] as const;

const FIRST_SIZE = 4096;
const DAY: Micros = 86_400_000_000;

/** The lines of a workspace in their order, with what filters and lanes look at in columns. */
export class Timeline {
  readonly lines: Line[] = [];
  /** What free text is looked for in, as a search is read. */
  readonly texts: string[] = [];
  readonly lanes: Lane[] = [{ id: null, provider: undefined, since: 0, bars: [] }];
  at = new Float64Array(FIRST_SIZE);
  lane = new Int32Array(FIRST_SIZE);
  /** A number among {@link KINDS}. */
  kind = new Uint8Array(FIRST_SIZE);
  /** A number among {@link WEIGHTS}. */
  weight = new Uint8Array(FIRST_SIZE);
  /** Of each webhook, by its id, how many attempts have been told of. */
  readonly attempts = new Map<string, number>();
  readonly causes = new Causes();
  /** Meetings by their ids. */
  readonly meetings = new Map<string, Meeting>();
  readonly #laneOf = new Map<string, number>();
  /** The calendar's lane in which what is said of a meeting stands. */
  readonly #laneOfMeeting = new Map<string, number>();
  /** The same of what people do to the meeting of an agent. */
  readonly #laneOfActs = new Map<string, number>();

  get size(): number {
    return this.lines.length;
  }

  get start(): Micros {
    return this.size === 0 ? 0 : this.at[0]!;
  }

  get end(): Micros {
    return this.size === 0 ? 0 : this.at[this.size - 1]!;
  }

  append(lines: readonly Line[]): void {
    this.#makeRoom(this.size + lines.length);
    for (const line of lines) this.#add(line);
  }

  /** Takes in what stands in calendars by now. True if lines are in another lane than before. */
  plan(plan: CalendarPlan): boolean {
    const known = this.#laneOfMeeting.size + this.#laneOfActs.size;
    this.meetings.clear();
    for (const calendar of calendarsOf(plan)) {
      const lane = this.#laneNamed(calendar.id, this.start);
      Object.assign(this.lanes[lane]!, { calendar, provider: calendar.provider });
      for (const meeting of calendar.meetings) {
        this.meetings.set(meeting.id, meeting);
        this.#laneOfMeeting.set(meeting.id, lane);
        for (const { id } of meeting.agents) this.#laneOfActs.set(id, lane);
      }
    }
    if (this.#laneOfMeeting.size + this.#laneOfActs.size === known) return false;
    this.lines.forEach((line, place) => (this.lane[place] = this.#laneFor(line, this.at[place]!)));
    return true;
  }

  /** The lane of the calendar in which a meeting stands. */
  laneOfMeeting(id: string): number | undefined {
    return this.#laneOfMeeting.get(id);
  }

  calendarNamed(id: string): string | undefined {
    const lane = this.#laneOf.get(id);
    return lane === undefined ? undefined : this.lanes[lane]!.calendar?.name;
  }

  /** Until when there is something to see: a meeting that begins within a day after the last line is. */
  get reach(): Micros {
    let reach = this.end;
    for (const { start, end } of this.meetings.values()) if (start <= this.end + DAY) reach = Math.max(reach, end);
    return reach;
  }

  /** The place of the line with this number; the first after it if it is not there. */
  placeOf(seq: number): number {
    return this.#search((place) => this.lines[place]!.seq >= seq);
  }

  /** The first place at or after an instant. */
  placeAt(at: Micros): number {
    return this.#search((place) => this.at[place]! >= at);
  }

  laneOf(id: string): number | undefined {
    return this.#laneOf.get(id);
  }

  #add(line: Line): void {
    const place = this.size;
    const at = parseInstant(line.at) ?? 0;
    const lane = this.#laneFor(line, at);
    this.lines.push(line);
    this.texts.push(folded(`${line.subject ?? ''} ${line.summary}`));
    this.at[place] = at;
    this.lane[place] = lane;
    this.kind[place] = KINDS.indexOf(line.kind);
    const weight = weightOf(line);
    this.weight[place] = WEIGHTS.indexOf(weight);
    if (weight === 'bad') this.causes.add(line);
    if (line.kind === 'delivery') this.attempts.set(line.delivery, line.attempt);
    if (line.kind === 'transition') this.#enter(this.lanes[lane]!, line, at);
  }

  #enter({ bars, since }: Lane, { from, to }: { readonly from: string; readonly to: string }, at: Micros): void {
    const last = bars.at(-1);
    if (last) last.to = at;
    else bars.push({ state: from, from: since, to: at });
    bars.push({ state: to, from: at, to: undefined });
  }

  #laneFor(line: Line, since: Micros): number {
    const { subject } = line;
    if (subject === null) return 0;
    const inCalendar = this.#laneOfMeeting.get(subject) ?? (isAct(line) ? this.#laneOfActs.get(subject) : undefined);
    const lane = inCalendar ?? this.#laneNamed(subject, since);
    if ('provider' in line) this.lanes[lane]!.provider ??= line.provider;
    return lane;
  }

  #laneNamed(id: string, since: Micros): number {
    let lane = this.#laneOf.get(id);
    if (lane === undefined) {
      lane = this.lanes.push({ id, provider: undefined, since, bars: [] }) - 1;
      this.#laneOf.set(id, lane);
    }
    return lane;
  }

  #search(isAtOrAfter: (place: number) => boolean): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAtOrAfter(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #makeRoom(size: number): void {
    if (size <= this.at.length) return;
    const room = Math.max(size, this.at.length * 2);
    this.at = grown(this.at, new Float64Array(room));
    this.lane = grown(this.lane, new Int32Array(room));
    this.kind = grown(this.kind, new Uint8Array(room));
    this.weight = grown(this.weight, new Uint8Array(room));
  }
}

function grown<T extends { set: (from: T) => void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
