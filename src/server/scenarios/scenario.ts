import type { Micros } from '../../clock/instant.js';
import type { ScenarioFile } from '../../contracts/control/scenario.js';
import { nearest } from '../../contracts/nearest.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { prepareCalendar, type PlannedAct } from './calendar.js';
import { vendorBlock, prepareAgentPlan, type AgentPlan } from './plan.js';
import { invalidScenario } from './read.js';
import { Presence, takeTurns } from './presence.js';
import { unsupportedWords, type Unsupported } from './unsupported.js';
import { duration, Timetable, type Fail, type NamedMoment } from './timetable.js';

export interface Person {
  readonly id: string;
  readonly name: string | undefined;
  readonly host: boolean;
}

/** Something that happens in a meeting, so long after its start. */
export type Step = { readonly at: Micros } & (
  | { readonly what: 'joins' | 'leaves'; readonly who: Person }
  | { readonly what: 'speaks'; readonly who: Person; readonly text: string | undefined; readonly lasts: Micros }
  | { readonly what: 'writes'; readonly who: Person; readonly text: string; readonly toAgent: boolean }
  | { readonly what: 'breakout'; readonly phase: 'opens' | 'inside' | 'closes' | 'outside' }
  | { readonly what: 'ends' }
);

/** A scenario made ready to play: every duration in microseconds, every step in order. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly plays: boolean;
  /** When the host comes, from the start; `null`: never. */
  readonly starts: Micros | null;
  /** What becomes of an agent before it joins: late by so much, or not at all. */
  readonly launch: Micros | 'never' | 'out_of_credits';
  /** What of the meeting's own captions is not as it should be. */
  readonly captions: ScenarioFile['captions'];
  /** When the meeting ends, from its start. */
  readonly end: Micros;
  readonly steps: readonly Step[];
  readonly people: readonly Person[];
  /** By order of arrival. Whoever comes later has the last: what befalls all. */
  readonly plans: readonly AgentPlan[];
  /** What users do to the event that an agent is for, in the order of the file. */
  readonly calendar: readonly PlannedAct[];
  /** What only one vendor knows. */
  readonly blocks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By vendor, the words that it cannot render. */
  readonly unsupported: Readonly<Record<string, readonly Unsupported[]>>;
}

const ENDS = '30m';
/** Assumed: what somebody says takes so long. */
export const LASTS = '4s';
/** Assumed: what the way into a breakout room takes, and the way back. */
const BREAKOUT_WAY = '2s';

/** A valid file, its name and place, and the vendors whose blocks it may have. */
export interface NamedFile {
  readonly name: string;
  readonly file: ScenarioFile;
  readonly source: string;
  readonly vendors: readonly VendorProfile[];
}

/** Makes a valid scenario file ready to play. Throws INVALID_SCENARIO for a moment or a name that makes no sense. */
export function prepareScenario({ name, file, source, vendors }: NamedFile): Scenario {
  const fail: Fail = (fault) => {
    throw invalidScenario(name, source, fault);
  };
  const length = (value: string | number, pointer: string): Micros => duration(fail, value, pointer);
  const people = (file.participants ?? []).map(({ id, name: called, host = false }): Person => ({
    id,
    name: called,
    host,
  }));
  const byId = new Map(people.map((person) => [person.id, person]));
  const personOf = (id: string, pointer: string): Person => {
    const known = byId.get(id);
    if (known) return known;
    const ids = [...byId.keys()];
    const expected =
      ids.length === 0
        ? 'the id of one of "participants", of whom the file has none'
        : `one of the participants ${ids.join(', ')}`;
    return fail({ pointer, expected, was: JSON.stringify(id), nearest: nearest(id, ids) });
  };
  const timetable = new Timetable(length(file.ends?.at ?? ENDS, '/ends/at'), fail);
  const presence = new Presence(timetable, fail);
  const means = { timetable, presence, fail, length, people, personOf, vendors };
  const { steps, plans } = new ScenarioReader(file, means).read();
  const { launch = 0, starts } = file;
  return {
    name,
    description: file.description,
    plays: file.plays ?? true,
    starts: starts === 'never' ? null : length(starts?.after ?? 0, '/starts/after'),
    launch: typeof launch === 'object' ? length(launch.late, '/launch/late') : launch,
    captions: file.captions,
    end: timetable.end,
    steps,
    people,
    plans,
    blocks: Object.fromEntries(vendors.map(({ name: vendor }) => [vendor, vendorBlock(file, vendor) ?? {}])),
    calendar: prepareCalendar(file.calendar ?? [], fail),
    unsupported: unsupportedWords(file, vendors),
  };
}

interface ReadingTools {
  readonly timetable: Timetable;
  readonly presence: Presence;
  readonly fail: Fail;
  readonly length: (value: string | number, pointer: string) => Micros;
  readonly people: readonly Person[];
  readonly personOf: (id: string, pointer: string) => Person;
  readonly vendors: readonly VendorProfile[];
}

/** Reads the lists of a file: first every step into the timetable, then each at its time. */
class ScenarioReader {
  readonly #file: ScenarioFile;
  readonly #means: ReadingTools;
  readonly #steps: (() => Step | readonly Step[])[] = [];

  constructor(file: ScenarioFile, means: ReadingTools) {
    this.#file = file;
    this.#means = means;
  }

  read(): { readonly steps: readonly Step[]; readonly plans: readonly AgentPlan[] } {
    const { timetable, personOf } = this.#means;
    this.#addPeople();
    this.#addSpeech();
    this.#addChat();
    this.#addBreakouts();
    const steps = [...this.#steps.flatMap((make) => make()), { at: timetable.end, what: 'ends' } as const];
    // A stable sort: steps of one instant stay in the order in which the file tells them, the end last.
    steps.sort((a, b) => a.at - b.at || Number(a.what === 'ends') - Number(b.what === 'ends'));
    const agents = [...(this.#file.agents ?? []), {}];
    const person = (id: string, pointer: string): string => personOf(id, pointer).id;
    const plans = agents.map((own, i) => prepareAgentPlan(this.#file, own, `/agents/${i}`, { ...this.#means, person }));
    return { steps: steps.slice(0, steps.findIndex(({ what }) => what === 'ends') + 1), plans };
  }

  /** Puts a step into the timetable, and what happens then among the steps. */
  #add(name: string, named: NamedMoment, step: (at: Micros) => Step): void {
    const { timetable } = this.#means;
    timetable.add(name, named);
    this.#steps.push(() => step(timetable.at(name)));
  }

  #addPeople(): void {
    const { presence } = this.#means;
    (this.#file.participants ?? []).forEach(({ joins = { at: 0 }, leaves }, i) => {
      const who = this.#means.people[i]!;
      const [came, pointer] = [`${who.id}.joins`, `/participants/${i}`];
      this.#add(came, { moment: joins, pointer: `${pointer}/joins`, before: 'start' }, (at) => ({
        at,
        what: 'joins',
        who,
      }));
      if (!leaves) return;
      const said = { moment: leaves, pointer: `${pointer}/leaves`, before: came };
      this.#add(`${who.id}.leaves`, said, (at) => {
        presence.assertCameBefore(who.id, at, said);
        return { at, what: 'leaves', who };
      });
    });
  }

  /** Puts something that somebody does into the timetable. */
  #addDeed(name: string, said: NamedMoment, deed: (at: Micros) => Step & { readonly who: Person }): void {
    this.#add(name, said, (at) => {
      const step = deed(at);
      this.#means.presence.assertThere(step.who.id, at, said);
      return step;
    });
  }

  #addSpeech(): void {
    const { speech } = this.#file;
    if (!Array.isArray(speech)) return this.#makeUpSpeech(speech?.utterances ?? 0);
    let before = 'start';
    speech.forEach(({ name, by, says, lasts = LASTS, ...moment }, i) => {
      const pointer = `/speech/${i}`;
      const who = this.#means.personOf(by, `${pointer}/by`);
      const length = this.#means.length(lasts, `${pointer}/lasts`);
      const step = name ?? pointer;
      this.#addDeed(step, { moment, pointer, before }, (at) => ({
        at,
        what: 'speaks',
        who,
        text: says,
        lasts: length,
      }));
      before = step;
    });
  }

  #makeUpSpeech(utterances: number): void {
    const { people, presence, timetable, length } = this.#means;
    const gap = Math.floor(timetable.end / (utterances + 1));
    const lasts = Math.min(gap, length(LASTS, ''));
    const instants = Array.from({ length: utterances }, (_, i) => (i + 1) * gap);
    this.#steps.push(() =>
      takeTurns(people, presence, instants).flatMap((who, i) =>
        who ? { at: instants[i]!, what: 'speaks', who, text: undefined, lasts } : [],
      ),
    );
  }

  #addChat(): void {
    let before = 'start';
    this.#file.chat?.forEach(({ name, by, says, to, ...moment }, i) => {
      const pointer = `/chat/${i}`;
      const who = this.#means.personOf(by, `${pointer}/by`);
      const step = name ?? pointer;
      const toAgent = to === 'agent';
      this.#addDeed(step, { moment, pointer, before }, (at) => ({ at, what: 'writes', who, text: says, toAgent }));
      before = step;
    });
  }

  #addBreakouts(): void {
    const way = this.#means.length(BREAKOUT_WAY, '');
    let before = 'start';
    this.#file.breakout_rooms?.forEach(({ opens, closes }, i) => {
      const pointer = `/breakout_rooms/${i}`;
      for (const [phase, then, moment] of [
        ['opens', 'inside', opens],
        ['closes', 'outside', closes],
      ] as const) {
        const step = `${pointer}/${phase}`;
        this.#add(step, { moment: moment, pointer: step, before: before }, (at) => ({ at, what: 'breakout', phase }));
        this.#steps.push(() => ({ at: this.#means.timetable.at(step) + way, what: 'breakout', phase: then }));
        before = step;
      }
    });
  }
}
