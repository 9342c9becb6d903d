import type { TObject } from '@sinclair/typebox';
import { scenarioFileFor, type ScenarioFile } from '../../contracts/control/scenario.js';
import { parseJsonFile } from '../../contracts/json/file.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError, messageOf, reasonOf } from '../../errors.js';
import type { Folder } from '../host.js';
import { host } from '../host/node.js';
import { brokenScenarios } from './broken.js';
import { invalidScenario, readScenario } from './read.js';
import { prepareScenario, type Scenario } from './scenario.js';

const SUFFIX = '.json';
/** The form of a name, which is part of paths. */
const NAME = /^[\w.-]+$/;

/** The scenarios that can be cast: the user's folder first, then those that come with greenroom. Read when asked for. */
export class ScenarioLibrary {
  readonly #vendors: readonly VendorProfile[];
  readonly #folders: readonly Folder[];
  readonly #scenarios = new Map<string, Scenario>();
  #schema: TObject | undefined;

  /** `vendors` are those whose blocks a file may have. */
  constructor(vendors: readonly VendorProfile[], userFolder?: string) {
    this.#vendors = vendors;
    this.#folders = [...(userFolder === undefined ? [] : [host.folder(userFolder)]), host.fixtures('scenarios')];
  }

  names(): string[] {
    const names = this.#folders.flatMap((folder) => folder.names().filter((file) => file.endsWith(SUFFIX)));
    return [...new Set(names.map((file) => file.slice(0, -SUFFIX.length)))].sort();
  }

  list(): Scenario[] {
    return this.names().map((name) => this.get(name));
  }

  has(name: string): boolean {
    return this.#scenarios.has(name) || this.#find(name) !== undefined;
  }

  /** The scenario of a name that the library {@link has}. Throws INVALID_SCENARIO. */
  get(name: string): Scenario {
    const known = this.#scenarios.get(name);
    if (known) return known;
    const scenario = this.prepare(name, ...this.read(name));
    this.#scenarios.set(name, scenario);
    return scenario;
  }

  /** Makes a valid file ready to play. Throws INVALID_SCENARIO for a moment or a name that makes no sense. */
  prepare(name: string, file: ScenarioFile, source: string): Scenario {
    return prepareScenario({ name, file, source, vendors: this.#vendors });
  }

  /** A value as a scenario file. Throws INVALID_SCENARIO. */
  parse(name: string, source: string, value: unknown): ScenarioFile {
    this.#schema ??= scenarioFileFor(this.#vendors);
    return readScenario(this.#schema, { name, source, value });
  }

  /** The file of a name that the library {@link has}, and where it is. Throws INVALID_SCENARIO. */
  read(name: string): [file: ScenarioFile, path: string] {
    const folder = this.#find(name);
    if (!folder) throw absent(name);
    const path = folder.place(name + SUFFIX);
    return [this.parse(name, path, parseFile(name, path, folder)), path];
  }

  /** True for a scenario that comes with greenroom, and that no file of the user's replaces. */
  isOurs(name: string): boolean {
    return this.#find(name) === this.#folders.at(-1);
  }

  /** Reads every file, so that the faults of all are reported at the start and not in the middle of a test. Throws INVALID_SCENARIO. */
  validate(): void {
    const [own, ours] = this.#folders;
    if (ours && !own!.names().some((file) => file.endsWith(SUFFIX))) assertNoYaml(own!);
    const errors = this.names().flatMap((name) => this.#errorOf(name) ?? []);
    if (errors.length > 0) throw brokenScenarios(errors, own!.place('.'));
  }

  /** Why a scenario cannot be played; nothing if it can. */
  #errorOf(name: string): GreenroomError | undefined {
    try {
      this.get(name);
      return undefined;
    } catch (error) {
      if (error instanceof GreenroomError) return error;
      throw error;
    }
  }

  /** What to say of a file beside the user's scenarios that somebody may take for one; nothing if there is none. */
  passedOver(): string | undefined {
    const [own, ours] = this.#folders;
    const file = ours && own!.names().find(isYaml);
    return file === undefined ? undefined : notRead(file);
  }

  /** What to say of a folder of the user's without scenarios, which may be another than was meant. */
  nothingIn(): string | undefined {
    const [own, ours] = this.#folders;
    if (!ours || own!.names().some((file) => file.endsWith(SUFFIX))) return undefined;
    return `There is no ${SUFFIX} file in the folder of scenarios ${own!.place('.')}`;
  }

  /** What to say of files of the user's that have the names of ours: they are played instead; nothing if there are none. */
  replacing(): string | undefined {
    const [own, ours] = this.#folders;
    if (!ours) return undefined;
    const both = own!.names().filter((file) => file.endsWith(SUFFIX) && ours.has(file));
    return both.length === 0 ? undefined : replaces(both.sort().map((file) => own!.place(file)));
  }

  /** The folder whose file of that name counts. */
  #find(name: string): Folder | undefined {
    return NAME.test(name) ? this.#folders.find((folder) => folder.has(name + SUFFIX)) : undefined;
  }
}

/** A folder in which nothing would be read, though somebody has put scenarios there. */
function assertNoYaml(folder: Folder): void {
  const yaml = yamlAmong(folder.names());
  if (yaml === '') return;
  const sentence = `Failed to read the scenarios: there is no ${SUFFIX} file in ${folder.place('.')}${yaml}.`;
  throw new GreenroomError('USAGE', sentence);
}

/** What to say of YAML among files of which none can be read; nothing if there is none. */
export function yamlAmong(files: readonly string[]): string {
  const yaml = files.find(isYaml);
  return yaml === undefined ? '' : `, and ${notRead(yaml)}`;
}

export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);

/** That a file was passed over, in words. */
export const notRead = (file: string): string => `${file} is not read: scenarios are JSON, not YAML`;

/** That files are played where greenroom has scenarios of their names, in words. */
export const replaces = (files: readonly string[]): string =>
  files.length === 1
    ? `${files[0]} is played instead of greenroom's own scenario of that name`
    : `${files.join(', ')} are played instead of greenroom's own scenarios of these names`;

function absent(name: string): GreenroomError {
  if (NAME.test(name))
    return new GreenroomError(
      'UNKNOWN_SCENARIO',
      `Failed to read the scenario ${name}: there is no file of that name.`,
    );
  const file = name + SUFFIX;
  return invalidScenario(
    name,
    file,
    `expected a file name of letters, digits, ".", "_" and "-", was "${file}". Rename the file.`,
  );
}

function parseFile(name: string, path: string, folder: Folder): unknown {
  const text = readText(name, path, folder);
  try {
    return parseJsonFile(text);
  } catch (error) {
    throw invalidScenario(name, path, `it is not JSON: ${messageOf(error)}.`);
  }
}

function readText(name: string, path: string, folder: Folder): string {
  try {
    return folder.text(name + SUFFIX);
  } catch (error) {
    throw invalidScenario(name, path, `it cannot be read: ${reasonOf(error)}.`);
  }
}
