import { readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseJsonFile } from '../../contracts/json/file.js';
import { nearest } from '../../contracts/nearest.js';
import { readOwnVendors as readVendors } from '../../server/providers/own-vendors.js';
import type { Vendor } from '../../server/providers/provider.js';
import { GreenroomError, messageOf, reasonOf } from '../../errors.js';
import type { Flag, FlagValues } from './flags.js';
import { warn } from '../terminal/say.js';
import { packageTypeOf } from './package-type.js';
import { placed, switchIn, textIn } from './sources.js';
import { profilesWith } from './vendors.js';

/** The usual names of the settings file, the first that is there wins. */
export const CONFIG_FILES = [
  'greenroom.config.ts',
  'greenroom.config.mjs',
  'greenroom.config.js',
  'greenroom.config.json',
];

/** The contents of a settings file: values of flags, and vendors of one's own. */
export interface Config {
  readonly values: FlagValues;
  readonly vendors: readonly Vendor[];
}

/** The flag of commands that take nothing but vendors from the settings file. */
export const VENDORS_FLAG: Flag = {
  name: 'config',
  value: 'FILE',
  help: 'settings file with vendors of your own (greenroom.config.{ts,mjs,js})',
};

/** The settings file: the one that is named, here or by GREENROOM_CONFIG, else the first of the usual names in this folder, else nothing. */
export async function readConfig(named: string | undefined, flags: readonly Flag[]): Promise<Config> {
  const path = pathOf(named);
  if (path === undefined) return { values: {}, vendors: [] };
  const { vendors: given = [], ...settings } = await readSettings(path);
  const vendors = vendorsOf(path, given);
  return { values: validate(path, settings, { flags, nested: nestedWith(vendors) }), vendors };
}

/** The vendors of the settings file alone. A JSON file can hold none, and is not read. */
export async function readOwnVendors({ config }: FlagValues): Promise<readonly Vendor[]> {
  const path = pathOf(config as string | undefined);
  if (path === undefined || path.endsWith('.json')) return [];
  const { vendors = [] } = await readSettings(path);
  return vendorsOf(path, vendors);
}

const vendorsOf = (path: string, given: unknown): readonly Vendor[] => readVendors(`read the config ${path}`, given);

function pathOf(named: string | undefined): string | undefined {
  const path = named ?? (process.env['GREENROOM_CONFIG'] || undefined) ?? usualFile();
  const kind = path === undefined ? 'file' : kindOf(path);
  if (kind === 'file') return path;
  if (kind === undefined) throw new GreenroomError('USAGE', `Failed to read the config: there is no file ${path}.`);
  throw new GreenroomError(
    'USAGE',
    `Failed to read the config ${path}: expected a file such as ${CONFIG_FILES[1]}, was a folder.`,
  );
}

/** The first of the usual names that is there. Whoever has several edits, sooner or later, one that is not read. */
function usualFile(): string | undefined {
  const [first, ...rest] = CONFIG_FILES.filter((name) => kindOf(name) !== undefined);
  if (rest.length > 0)
    warn(`Settings are read from ${first}, and not from ${rest.join(' or ')}. --config names one of them.`);
  return first;
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && (found.isDirectory() ? 'folder' : 'file');
  } catch (error) {
    throw unread(path, error);
  }
}

async function readSettings(path: string): Promise<Record<string, unknown>> {
  const value = path.endsWith('.json') ? parse(path) : await load(path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GreenroomError(
      'USAGE',
      `Failed to read the config ${path}: expected an object of settings (export default {…}), was ${JSON.stringify(value) ?? typeof value}.`,
    );
  }
  return value as Record<string, unknown>;
}

const unread = (path: string, error: unknown): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read the config ${path}: ${reasonOf(error)}.`);

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unread(path, error);
  }
}

function parse(path: string): unknown {
  const text = textOf(path);
  try {
    return parseJsonFile(text);
  } catch (error) {
    throw new GreenroomError('USAGE', `Failed to read the config ${path}: it is not JSON (${messageOf(error)}).`);
  }
}

async function load(path: string): Promise<unknown> {
  const text = textOf(path);
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    // Node shows the lines of the program that it cannot read.
    throw new GreenroomError('USAGE', `Failed to read the config ${path}: ${adviceOn(path, text, error)}.`.split('\n'));
  }
}

function adviceOn(path: string, text: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'this Node does not run TypeScript; use greenroom.config.mjs, or Node 22.18 or later';
  if (error instanceof SyntaxError && isTakenForCommonJs(path, text))
    return 'it is an ES module, and package.json says "type": "commonjs" for it; call it greenroom.config.mjs, or have package.json say "module"';
  return error.message;
}

/** True for an ES module that Node reads as CommonJS, for so says package.json; a name can say it too, and is believed. */
const isTakenForCommonJs = (path: string, text: string): boolean =>
  ['.js', '.ts'].includes(extname(path)) && packageTypeOf(path) === 'commonjs' && /^\s*(?:import|export)\b/m.test(text);

/** What a file can say and no flag can: lists, and the settings of each vendor under its name; handed on as JSON. */
const nestedWith = (vendors: readonly Vendor[]): string[] => [
  'casting',
  ...profilesWith(vendors).map(({ name }) => name),
];

/** Settings are named like the flags, with `_` or `-`. */
function validate(
  path: string,
  settings: Record<string, unknown>,
  { flags, nested }: { readonly flags: readonly Flag[]; readonly nested: readonly string[] },
): FlagValues {
  const values: Record<string, FlagValues[string]> = {};
  const places: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings).filter(([, given]) => given !== undefined)) {
    const name = key.replaceAll('_', '-');
    const place = `the setting ${key} of ${path}`;
    if (nested.includes(key)) {
      places[key] = place;
      values[key] = JSON.stringify(value);
      continue;
    }
    const flag = flags.find((candidate) => candidate.name === name);
    if (!flag) {
      const meant = nearest(name, [...flags.map((candidate) => candidate.name), ...nested, 'vendors']);
      throw new GreenroomError(
        'USAGE',
        `Failed to read the config ${path}: there is no setting "${key}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
      );
    }
    places[name] = place;
    values[name] = read(flag, value, place);
  }
  return placed(values, places);
}

function read({ value: takes, many }: Flag, given: unknown, place: string): FlagValues[string] {
  if (takes === undefined) return switchIn(given, place);
  return many ? [given].flat().map((one) => textIn(one, place)) : textIn(given, place);
}
