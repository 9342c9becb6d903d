import { parseInstant, type Micros } from '../../../clock/instant.js';
import type { Agent, Recording, RecordingNotes, VendorFacts } from '../../../contracts/control/recording.js';
import type { CalendarPlan } from '../../../contracts/control/calendar.js';
import type { Meeting } from './model/calendar.js';
import { View, type Range } from './model/filter.js';
import type { Call, Head, Line, Webhook } from './model/line.js';
import { stepsOf, type Step } from './model/lane-steps.js';
import { readSearch } from './model/search.js';
import { Timeline } from './model/timeline.js';
import type { Recorded } from './source/recorded.js';

/** Where calls and webhooks are read whole. */
export interface Source {
  readonly call: (id: string) => Promise<Call | undefined>;
  readonly webhook: (id: string) => Promise<Webhook | undefined>;
  /** How the world was made. */
  readonly made: () => Promise<Recording['made'] | undefined>;
}

/** One timeline, and what somebody looks at in it. */
export class Session {
  timeline = new Timeline();
  view = new View(this.timeline, []);
  /** As it was typed. */
  search = '';
  /** Words of the search that mean nothing. */
  unknownWords: readonly string[] = [];
  range: Range | undefined;
  /** The number of the chosen line. */
  chosen: number | undefined;
  /** The id of the chosen meeting, where it is no line. */
  chosenMeeting: string | undefined;
  /** What somebody is told who asked for a line that is not there. */
  said = '';
  /** The newest line stays in sight. */
  follows = false;
  vendors: readonly VendorFacts[] = [];
  readonly agents = new Map<string, Agent>();
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly title: string,
    readonly source: Source,
    readonly head?: Head,
    readonly about: RecordingNotes = {},
  ) {
    this.vendors = head?.vendors ?? [];
    this.know(head?.agents ?? []);
  }

  /** Takes in what stands in calendars by now. */
  plan(plan: CalendarPlan): void {
    if (this.timeline.plan(plan) || plan.events.length > 0) this.#look();
  }

  /** From which its times count where it is compared. */
  get origin(): Micros {
    return parseInstant(this.about.origin ?? '') ?? this.timeline.start;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  append(lines: readonly Line[]): void {
    this.timeline.append(lines);
    this.view.extend();
    this.changed();
  }

  clear(): void {
    this.timeline = new Timeline();
    this.chosen = undefined;
    this.chosenMeeting = undefined;
    this.agents.clear();
    this.#look();
  }

  know(agents: readonly Agent[]): void {
    for (const agent of agents) this.agents.set(agent.id, agent);
    // A search for a name finds more once that is known.
    if (agents.length > 0 && this.search !== '') this.#look();
    else if (agents.length > 0) this.changed();
  }

  find(search: string): void {
    this.search = search;
    this.#look();
  }

  limit(range: Range | undefined): void {
    this.range = range;
    this.#look();
  }

  /** Without search and range. */
  showAll(): void {
    this.search = '';
    this.limit(undefined);
  }

  choose(seq: number | undefined): void {
    this.chosen = seq;
    this.chosenMeeting = undefined;
    this.said = '';
    this.changed();
  }

  chooseMeeting(id: string): void {
    this.choose(undefined);
    this.chosenMeeting = id;
    this.changed();
  }

  get meeting(): Meeting | undefined {
    return this.chosenMeeting === undefined ? undefined : this.timeline.meetings.get(this.chosenMeeting);
  }

  /** The index of the chosen line in the view; -1 if it is not in it. */
  get chosenIndex(): number {
    if (this.chosen === undefined) return -1;
    const { places } = this.view;
    const place = this.timeline.placeOf(this.chosen);
    const index = places.indexOf(place);
    return index < places.size && places.at(index) === place ? index : -1;
  }

  get chosenLine(): Line | undefined {
    if (this.chosen === undefined) return undefined;
    const line = this.timeline.lines[this.timeline.placeOf(this.chosen)];
    return line?.seq === this.chosen ? line : undefined;
  }

  /** Chooses the line so many further on in the view. */
  move(by: number): void {
    const { places } = this.view;
    if (places.size === 0) return;
    const from = this.chosenIndex;
    const index = from < 0 ? (by > 0 ? 0 : places.size - 1) : Math.min(Math.max(from + by, 0), places.size - 1);
    this.chooseAt(index);
  }

  /** The lane of what is chosen. */
  get chosenLane(): number | undefined {
    if (this.chosenMeeting !== undefined) return this.timeline.laneOfMeeting(this.chosenMeeting);
    const line = this.chosenLine;
    return line && this.timeline.lane[this.timeline.placeOf(line.seq)];
  }

  /** Chooses what comes so much later in the lane of what is chosen. */
  moveInLane(by: number): void {
    const lane = this.chosenLane;
    if (lane === undefined) return this.move(by);
    const steps = stepsOf(this.view, lane);
    const from = steps.findIndex((step) => this.#isChosen(step));
    if (from < 0) return this.move(by);
    this.#take(steps[from + by]);
  }

  /** Chooses what is nearest in time in the lane so many further down. */
  moveToLane(by: number): void {
    const { lanes } = this.view;
    const lane = this.chosenLane;
    const at = this.meeting?.start ?? (this.chosenLine && this.timeline.at[this.timeline.placeOf(this.chosenLine.seq)]);
    if (lane === undefined || at === undefined)
      return this.#take(lanes[0] === undefined ? undefined : stepsOf(this.view, lanes[0])[0]);
    const next = lanes[lanes.indexOf(lane) + by];
    const steps = next === undefined ? [] : stepsOf(this.view, next);
    this.#take(steps.find((step) => step.at >= at) ?? steps.at(-1));
  }

  #isChosen = ({ seq, meeting }: Step): boolean =>
    meeting === undefined ? seq === this.chosen : meeting === this.chosenMeeting;

  #take(step: Step | undefined): void {
    if (step?.meeting !== undefined) this.chooseMeeting(step.meeting);
    else if (step) this.choose(step.seq);
  }

  /** Chooses the next failure of the view, or the one before, or says that there is none. */
  moveToFailure(by: 1 | -1): void {
    const { failures } = this.view;
    const place = this.chosen === undefined ? undefined : this.timeline.placeOf(this.chosen);
    const after = place === undefined ? 0 : failures.indexOf(place + 1);
    const before = (place === undefined ? failures.size : failures.indexOf(place)) - 1;
    const index = by > 0 ? after : before;
    if (index >= 0 && index < failures.size) return this.choose(this.timeline.lines[failures.at(index)]!.seq);
    if (failures.size === 0) this.said = `Nothing ${this.isNarrowed ? 'in this list' : 'here'} went wrong`;
    else this.said = by > 0 ? 'Nothing after this line went wrong' : 'Nothing before this line went wrong';
    this.changed();
  }

  /** Some lines are left out, maybe. */
  get isNarrowed(): boolean {
    return this.search !== '' || this.range !== undefined;
  }

  chooseAt(index: number): void {
    this.choose(this.timeline.lines[this.view.places.at(index)]!.seq);
  }

  /** What people call an agent or a calendar: its name, or its id. */
  nameOf(id: string): string {
    return this.agents.get(id)?.name ?? this.timeline.calendarNamed(id) ?? id;
  }

  #look(): void {
    const { tests, unknown } = readSearch(this.search, {
      nameOf: (id) => this.agents.get(id)?.name,
    });
    this.unknownWords = unknown;
    this.view = new View(this.timeline, tests, this.range);
    this.said = '';
    this.changed();
  }
}

/** What was recorded, to be looked at. */
export function sessionOf(recorded: Recorded): Session {
  const session = new Session(recorded.title, recorded, recorded.head, recorded.about);
  for (const lines of recorded.lines(0)) session.append(lines);
  if (recorded.head.calendar) session.plan(recorded.head.calendar);
  return session;
}
