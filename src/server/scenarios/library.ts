import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../contracts/nearest.js';
import { mismatches, unknownFields } from '../../contracts/schema.js';
import { GreenroomError } from '../../errors.js';
import { fixturesFolder } from '../fixtures.js';
import { ScenarioFile } from './schema.js';
import { prepareStory, type Story } from './story.js';

const SUFFIX = '.json';

/** The scenarios that can be cast: the user's folder first, then those that come with greenroom. Read when asked for. */
export class ScenarioLibrary {
  readonly #folders: readonly string[];
  readonly #stories = new Map<string, Story>();

  constructor(userFolder?: string) {
    if (userFolder !== undefined && !existsSync(userFolder)) {
      throw new GreenroomError('USAGE', `Failed to read the scenarios: there is no folder ${userFolder}.`);
    }
    this.#folders = [...(userFolder === undefined ? [] : [userFolder]), fixturesFolder('scenarios')];
  }

  names(): string[] {
    const names = this.#folders.flatMap((folder) => readdirSync(folder).filter((file) => file.endsWith(SUFFIX)));
    return [...new Set(names.map((file) => file.slice(0, -SUFFIX.length)))].sort();
  }

  list(): Story[] {
    return this.names().map((name) => this.get(name));
  }

  has(name: string): boolean {
    return this.#stories.has(name) || this.#find(name) !== undefined;
  }

  /** Throws UNKNOWN_SCENARIO or INVALID_SCENARIO. */
  get(name: string): Story {
    const known = this.#stories.get(name);
    if (known) return known;
    const path = this.#find(name);
    if (path === undefined) throw this.#unknown(name);
    const story = prepareStory(name, readScenario(name, path), path);
    this.#stories.set(name, story);
    return story;
  }

  /** Reads every file, so that a fault in one is told at the start and not in the middle of a test. */
  validate(): void {
    this.list();
  }

  #find(name: string): string | undefined {
    if (!/^[\w.-]+$/.test(name)) return undefined;
    return this.#folders.map((folder) => join(folder, name + SUFFIX)).find((path) => existsSync(path));
  }

  #unknown(name: string): GreenroomError {
    const names = this.names();
    const meant = nearest(name, names);
    return new GreenroomError(
      'UNKNOWN_SCENARIO',
      `Failed to cast the scenario "${name}": there is none of that name. ` +
        (meant === undefined ? `Known are: ${names.join(', ')}.` : `Did you mean "${meant}"?`),
      { scenario: name, ...(meant === undefined ? {} : { nearest: meant }), known: names },
    );
  }
}

function readScenario(name: string, path: string): ScenarioFile {
  const invalid = (detail: string, details: Record<string, unknown> = {}) =>
    new GreenroomError('INVALID_SCENARIO', `Failed to read the scenario ${name} (${path}): ${detail}`, {
      file: path,
      ...details,
    });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw invalid(`it is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const [unknown] = unknownFields(ScenarioFile, value);
  if (unknown) {
    const hint = unknown.nearest === undefined ? '' : ` Did you mean "${unknown.nearest}"?`;
    throw invalid(`at ${unknown.pointer}, expected a known field, was "${unknown.name}".${hint}`, {
      ...unknown,
      expected: 'a known field',
    });
  }
  const [fault] = mismatches(ScenarioFile, value);
  if (fault) {
    const pointer = fault.pointer || '/';
    throw invalid(`at ${pointer}, expected ${fault.expected}, was ${fault.was}.`, {
      pointer,
      expected: fault.expected,
      was: fault.was,
    });
  }
  return value as ScenarioFile;
}
