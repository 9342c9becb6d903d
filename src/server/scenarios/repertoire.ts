import type { ScenarioFile } from '../../contracts/control/scenario.js';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import type { ScenarioLibrary } from './library.js';
import { readScenario } from './read.js';
import { stageOf, type Script } from './stage.js';
import { prepareStory, type Story } from './story.js';

/** What can be played in a world: its own scenarios first, then those of the library. */
export class Repertoire {
  readonly library: ScenarioLibrary;
  readonly #prepared = new WeakMap<Script, Story>();

  constructor(library: ScenarioLibrary) {
    this.library = library;
  }

  names(world: World): string[] {
    const own = [...stageOf(world).editions.values()].map(({ name }) => name);
    return [...new Set([...own, ...this.library.names()])].sort();
  }

  /** The key of the scenario of this name, as roles keep it; `undefined` if there is none. */
  keyOf(world: World, name: string): string | undefined {
    return stageOf(world).editions.get(name)?.key ?? (this.library.has(name) ? name : undefined);
  }

  /** As {@link keyOf}. Throws UNKNOWN_SCENARIO. */
  demand(world: World, name: string): string {
    const key = this.keyOf(world, name);
    if (key !== undefined) return key;
    throw unknownScenario(name, this.names(world));
  }

  /** The story behind a key. */
  story(world: World, key: string): Story {
    const { scripts } = stageOf(world);
    const script = scripts.size === 0 ? undefined : scripts.get(key);
    if (!script) return this.library.get(key);
    let story = this.#prepared.get(script);
    if (!story) {
      story = prepareStory(script.name, script.file, script.name);
      this.#prepared.set(script, story);
    }
    return story;
  }

  /** The file behind a key. */
  file(world: World, key: string): ScenarioFile {
    return stageOf(world).scripts.get(key)?.file ?? this.library.read(key)[0];
  }

  /** Gives the world a scenario of its own. False if it replaces one. Throws INVALID_SCENARIO. */
  put(world: World, name: string, value: unknown): boolean {
    const file = readScenario(name, name, value);
    prepareStory(name, file, name);
    const stage = stageOf(world);
    const isNew = stage.editions.get(name) === undefined;
    const key = `${name}#${++stage.scriptsMade}`;
    stage.scripts.add({ key, name, file });
    stage.editions.add({ name, key });
    this.#dropUnplayed(world);
    return isNew;
  }

  /** Takes a scenario of its own from the world. Throws NOT_FOUND, and CONFLICT for the one that it plays by default. */
  remove(world: World, name: string): void {
    const { editions } = stageOf(world);
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
    const { scripts, editions, roles, meetings } = stageOf(world);
    const played = new Set([...editions.values()].map(({ key }) => key));
    for (const role of roles) if (role) for (const key of [role.scenario, role.own]) if (key !== null) played.add(key);
    for (const { scenario } of meetings.values()) played.add(scenario);
    for (const { key } of scripts.filter((script) => !played.has(script.key))) scripts.delete(key);
  }
}

function unknownScenario(name: string, names: readonly string[]): GreenroomError {
  const meant = nearest(name, names);
  return new GreenroomError(
    'UNKNOWN_SCENARIO',
    `Failed to cast the scenario "${name}": there is none of that name. ` +
      (meant === undefined ? `Known are: ${names.join(', ')}.` : `Did you mean "${meant}"?`),
    { scenario: name, ...(meant === undefined ? {} : { nearest: meant }), known: names },
  );
}

function notOwn(name: string, inLibrary: boolean): GreenroomError {
  const reason = inLibrary ? 'it is a file, and files stay' : 'there is none of that name';
  return new GreenroomError(inLibrary ? 'CONFLICT' : 'NOT_FOUND', `Failed to delete the scenario ${name}: ${reason}.`);
}
