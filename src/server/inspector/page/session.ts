import { parseInstant, type Micros } from '../../../clock/instant.js';
import type { Agent, Recording, RecordingNotes, VendorFacts } from '../../../contracts/control/recording.js';
import { View, type Range } from './model/filter.js';
import type { Call, Head, Line, Webhook } from './model/line.js';
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
    this.said = '';
    this.changed();
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

  /** What people call an agent: its name, or its id. */
  nameOf(id: string): string {
    return this.agents.get(id)?.name ?? id;
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
  return session;
}
