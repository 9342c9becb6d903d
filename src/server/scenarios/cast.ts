import { personName, sentence } from '../engine/names.js';
import type { Attendee } from '../engine/part.js';
import { Random } from '../engine/random.js';
import type { Story } from './story.js';

/** A story with every name and every line filled in. */
export interface Cast {
  /** By the story's id of them. */
  readonly people: ReadonlyMap<string, Attendee>;
  /** What is said at each beat. */
  readonly lines: readonly string[];
}

const SEEDS_KEPT = 200;

/** Who plays a story in worlds of one seed, and what they say: made once, for making names is slow. */
export class Casts {
  readonly #bySeed = new Map<number, WeakMap<Story, Cast>>();

  of(seed: number, story: Story): Cast {
    let ofSeed = this.#bySeed.get(seed);
    if (!ofSeed) {
      if (this.#bySeed.size >= SEEDS_KEPT) this.#bySeed.clear();
      ofSeed = new WeakMap();
      this.#bySeed.set(seed, ofSeed);
    }
    let cast = ofSeed.get(story);
    if (!cast) {
      cast = fillParts(new Random(seed), story);
      ofSeed.set(story, cast);
    }
    return cast;
  }
}

function fillParts(random: Random, { name, people: persons, beats }: Story): Cast {
  const people = new Map<string, Attendee>();
  for (const { id, name: called, host } of persons)
    people.set(id, { key: id, name: called ?? personName(random.seedFor(`${name}/person/${id}`)), host });
  const lines = beats.map((beat, i) =>
    beat.what === 'speaks' ? (beat.text ?? sentence(random.seedFor(`${name}/line/${i}`))) : '',
  );
  return { people, lines };
}
