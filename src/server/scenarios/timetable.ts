import { DURATION_FORMS, parseDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
import type { Moment } from '../../contracts/control/scenario.js';
import { nearest } from '../../contracts/nearest.js';
import type { ScenarioFault } from './read.js';

/** Tells of a fault, and does not come back. */
export type Fail = (fault: ScenarioFault) => never;

/** What an agent passes, from which its own moments can count. */
export const MILESTONES = ['joining', 'lobby', 'admitted', 'recording'] as const;
export type Milestone = (typeof MILESTONES)[number];

/** When something befalls an agent: so long after one of its own stages, or after the start or the end of its meeting. */
export interface Due {
  readonly from: Milestone | 'start' | 'end';
  readonly offset: Micros;
}

/** When a step is, where the file says so, and the step that `after` counts from. */
export interface NamedMoment {
  readonly moment: Moment;
  readonly pointer: string;
  /** What `after` counts from if it does not say. */
  readonly before: string;
}

export const duration = (fail: Fail, value: string | number, pointer: string): Micros =>
  parseDuration(value) ?? fail({ pointer, expected: DURATION_FORMS, was: JSON.stringify(value) });

/** The words by which a moment says when it is: one, if it is sound. */
export const wordsOf = (moment: Moment) =>
  (['at', 'after', 'from_end'] as const).filter((word) => moment[word] !== undefined);

/** The steps of a meeting by name, whose moments may count from each other in any order. */
export class Timetable {
  readonly end: Micros;
  readonly #fail: Fail;
  readonly #steps = new Map<string, NamedMoment>();
  readonly #known = new Map<string, Micros>();
  readonly #asked = new Set<string>();

  constructor(end: Micros, fail: Fail) {
    this.end = end;
    this.#fail = fail;
    this.#known.set('start', 0).set('end', end);
  }

  add(name: string, step: NamedMoment): void {
    if (this.has(name))
      this.#fail({ pointer: step.pointer, expected: 'a name that no other step has', was: JSON.stringify(name) });
    this.#steps.set(name, step);
  }

  has(name: string): boolean {
    return this.#steps.has(name) || this.#known.has(name);
  }

  /** From the meeting's start. */
  at(name: string): Micros {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { moment, pointer, before } = this.#steps.get(name)!;
    if (this.#asked.has(name))
      this.#fail({
        pointer: `${pointer}/of`,
        expected: 'a step that does not wait for this one',
        was: `"${moment.of}"`,
      });
    this.#asked.add(name);
    const { from, offset } = this.due(moment, pointer, before, []);
    const at = Math.max(0, from === 'end' ? this.end + offset : offset);
    this.#known.set(name, at);
    return at;
  }

  /** When a moment is, for one who passes stages of its own. */
  due(moment: Moment, pointer: string, before: string, stages: readonly Milestone[] = MILESTONES): Due {
    const words = wordsOf(moment);
    const [word] = words;
    if (word === undefined || words.length > 1) {
      const expected = 'one of "at", "after" and "from_end"';
      return this.#fail({ pointer, expected, was: words.length === 0 ? 'none of them' : words.join(' and ') });
    }
    const length = duration(this.#fail, moment[word]!, `${pointer}/${word}`);
    if (word === 'at') return { from: 'start', offset: length };
    if (word === 'from_end') return { from: 'end', offset: -length };
    const of = moment.of ?? before;
    const stage = stages.find((candidate) => candidate === of);
    if (stage) return { from: stage, offset: length };
    if (of === 'end') return { from: 'end', offset: length };
    if (!this.has(of)) this.#unknown(`${pointer}/of`, of, stages);
    return { from: 'start', offset: this.at(of) + length };
  }

  #unknown(pointer: string, of: string, stages: readonly Milestone[]): never {
    const names = ['start', 'end', ...stages, ...[...this.#steps.keys()].filter((name) => !name.includes('/'))];
    return this.#fail({
      pointer,
      expected: `one of ${names.join(', ')}`,
      was: JSON.stringify(of),
      nearest: nearest(of, names),
    });
  }
}
