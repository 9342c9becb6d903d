import { formatDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
import type { Moment } from '../../contracts/control/scenario.js';
import { wordsOf, type Due, type Fail, type Timetable } from './timetable.js';

/** Where the file says when something is. */
interface Said {
  readonly moment: Moment;
  readonly pointer: string;
}

/** When somebody is in the meeting, from its start: from their joining on, until just before their leaving. */
interface Stay {
  readonly from: Micros;
  readonly until: Micros;
}

/** Who is in a meeting, and when. Asked once everybody is in the timetable. */
export class Presence {
  readonly #timetable: Timetable;
  readonly #fail: Fail;

  constructor(timetable: Timetable, fail: Fail) {
    this.#timetable = timetable;
    this.#fail = fail;
  }

  stay(id: string): Stay {
    const leaves = `${id}.leaves`;
    const until = this.#timetable.has(leaves) ? this.#timetable.at(leaves) : Number.POSITIVE_INFINITY;
    return { from: this.#timetable.at(`${id}.joins`), until };
  }

  /** Refuses that somebody who is not there does something. */
  assertThere(id: string, at: Micros, said: Said): void {
    const { from, until } = this.stay(id);
    if (at >= from && at < until) return;
    const end = until === Number.POSITIVE_INFINITY ? '' : ` and before ${formatDuration(until)}`;
    const expected = `a moment while ${JSON.stringify(id)} is in the meeting, from ${formatDuration(from)} on${end}`;
    this.#refuse(said, expected, at);
  }

  /** As {@link assertThere}; when an agent passes its stages is known only when it is played. */
  assertThereIfKnown(id: string, { from, offset }: Due, said: Said): void {
    if (from === 'start') this.assertThere(id, offset, said);
    else if (from === 'end') this.assertThere(id, this.#timetable.end + offset, said);
  }

  /** Refuses that somebody leaves before they have come. */
  assertCameBefore(id: string, at: Micros, said: Said): void {
    const { from } = this.stay(id);
    if (at >= from) return;
    this.#refuse(said, `a moment after ${JSON.stringify(id)} has joined at ${formatDuration(from)}`, at);
  }

  #refuse(said: Said, expected: string, at: Micros): never {
    const pointer = `${said.pointer}/${wordsOf(said.moment)[0]!}`;
    return this.#fail({ pointer, expected, was: at < 0 ? `-${formatDuration(-at)}` : formatDuration(at) });
  }
}

/** Who speaks at each of these instants, which are in order: people take turns while they are there. */
export function takeTurns<P extends { readonly id: string }>(
  people: readonly P[],
  presence: Presence,
  instants: readonly Micros[],
): (P | undefined)[] {
  // Of those who have come meanwhile, the first of the file is the last.
  const coming = people
    .map((who, i) => ({ who, rank: i === 0 ? people.length : i, ...presence.stay(who.id) }))
    .sort((a, b) => a.from - b.from);
  const line: typeof coming = [];
  let [come, spoken] = [0, 0];
  return instants.map((at) => {
    const before = come;
    while (come < coming.length && coming[come]!.from <= at) come++;
    for (const newcomer of coming.slice(before, come).sort((a, b) => a.rank - b.rank)) line.push(newcomer);
    while (spoken < line.length) {
      const next = line[spoken++]!;
      if (next.until <= at) continue;
      line.push(next);
      return next.who;
    }
    return undefined;
  });
}
