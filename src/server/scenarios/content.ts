import { personName, sentence } from '../engine/names.js';
import type { Participant } from '../engine/meeting.js';
import { Random } from '../engine/random.js';
import type { Scenario } from './scenario.js';

/** A scenario with every name and every line filled in. */
export interface ScenarioContent {
  /** By the scenario's id of them. */
  readonly people: ReadonlyMap<string, Participant>;
  /** What is said at each step. */
  readonly lines: readonly string[];
}

const SEEDS_KEPT = 200;

/** Who plays a scenario in worlds of one seed, and what they say: made once, for making names is slow. */
export class ScenarioContents {
  readonly #bySeed = new Map<number, WeakMap<Scenario, ScenarioContent>>();

  of(seed: number, scenario: Scenario): ScenarioContent {
    let ofSeed = this.#bySeed.get(seed);
    if (!ofSeed) {
      if (this.#bySeed.size >= SEEDS_KEPT) this.#bySeed.clear();
      ofSeed = new WeakMap();
      this.#bySeed.set(seed, ofSeed);
    }
    let content = ofSeed.get(scenario);
    if (!content) {
      content = fillParts(new Random(seed), scenario);
      ofSeed.set(scenario, content);
    }
    return content;
  }
}

function fillParts(random: Random, { name, people: persons, steps }: Scenario): ScenarioContent {
  const people = new Map<string, Participant>();
  for (const { id, name: called, host } of persons)
    people.set(id, { key: id, name: called ?? personName(random.seedFor(`${name}/person/${id}`)), host });
  const lines = steps.map((step, i) =>
    step.what === 'speaks' ? (step.text ?? sentence(random.seedFor(`${name}/line/${i}`))) : '',
  );
  return { people, lines };
}
