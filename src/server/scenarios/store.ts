import type { ScenarioFile } from '../../contracts/control/scenario.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import { told } from '../../told.js';
import type { World } from '../engine/world.js';
import type { ScenarioLibrary } from './library.js';
import { playStateOf, type WorldScenario } from './state.js';
import type { Scenario } from './scenario.js';

/** What can be played in a world: its own scenarios first, then those of the library. */
export class ScenarioStore {
  readonly library: ScenarioLibrary;
  readonly #prepared = new WeakMap<WorldScenario, Scenario>();

  constructor(library: ScenarioLibrary) {
    this.library = library;
  }

  names(world: World): string[] {
    const own = [...playStateOf(world).editions.values()].map(({ name }) => name);
    return [...new Set([...own, ...this.library.names()])].sort();
  }

  /** The key of the scenario of this name, as roles keep it; `undefined` if there is none. */
  keyOf(world: World, name: string): string | undefined {
    return playStateOf(world).editions.get(name)?.key ?? (this.library.has(name) ? name : undefined);
  }

  /** As {@link keyOf}; `pointer` is where the name stands. Throws UNKNOWN_SCENARIO. */
  require(world: World, name: string, pointer = '/scenario'): string {
    const key = this.keyOf(world, name);
    if (key !== undefined) return key;
    throw unknownScenario(name, this.names(world), pointer);
  }

  /** The scenario behind a key. */
  scenario(world: World, key: string): Scenario {
    const { scenarios } = playStateOf(world);
    const own = scenarios.size === 0 ? undefined : scenarios.get(key);
    if (!own) return this.library.get(key);
    let scenario = this.#prepared.get(own);
    if (!scenario) {
      scenario = this.library.prepare(own.name, own.file, own.name);
      this.#prepared.set(own, scenario);
    }
    return scenario;
  }

  /** The file behind a key. */
  file(world: World, key: string): ScenarioFile {
    return playStateOf(world).scenarios.get(key)?.file ?? this.library.read(key)[0];
  }

  /** Gives the world a scenario of its own. False if it replaces one. Throws INVALID_SCENARIO. */
  put(world: World, name: string, value: unknown): boolean {
    const file = this.library.parse(name, name, value);
    this.library.prepare(name, file, name);
    const state = playStateOf(world);
    const isNew = state.editions.get(name) === undefined;
    const key = `${name}#${++state.scenariosMade}`;
    state.scenarios.add({ key, name, file });
    state.editions.add({ name, key });
    this.#dropUnplayed(world);
    return isNew;
  }

  /** Takes a scenario of its own from the world. Throws NOT_FOUND, and CONFLICT for the one that it plays by default. */
  remove(world: World, name: string): void {
    const { editions } = playStateOf(world);
    if (!editions.get(name)) throw notOwn(name, this.library.has(name));
    if (world.scenario === name && !this.library.has(name)) {
      throw new GreenroomError(
        'CONFLICT',
        `Failed to delete the scenario ${name}: it is the default of the workspace. PATCH the workspace first.`,
      );
    }
    editions.delete(name);
    this.#dropUnplayed(world);
  }

  /** Earlier editions stay for as long as somebody plays them. */
  #dropUnplayed(world: World): void {
    const { scenarios, editions, runs, meetings } = playStateOf(world);
    const played = new Set([...editions.values()].map(({ key }) => key));
    for (const run of runs) if (run) for (const key of [run.scenario, run.own]) if (key !== null) played.add(key);
    for (const { scenario } of meetings.values()) played.add(scenario);
    for (const { key } of scenarios.filter((scenario) => !played.has(scenario.key))) scenarios.delete(key);
  }
}

const NAMES_SHOWN = 20;

function unknownScenario(name: string, names: readonly string[], pointer: string): GreenroomError {
  const meant = nearest(name, names);
  const place = {
    pointer,
    text: `Failed to cast the scenario "${name}": there is none of that name.`,
    fault: `expected the name of a scenario, was "${name}".`,
  };
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return new GreenroomError(
    'UNKNOWN_SCENARIO',
    told`${place}${meant === undefined ? ` Known are: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}.` : didYouMean(meant)}`,
    { scenario: name, ...(meant === undefined ? {} : { nearest: meant }), known: names },
  );
}

function notOwn(name: string, inLibrary: boolean): GreenroomError {
  const reason = inLibrary ? 'it is a file, and files stay' : 'there is none of that name';
  return new GreenroomError(inLibrary ? 'CONFLICT' : 'NOT_FOUND', `Failed to delete the scenario ${name}: ${reason}.`);
}
