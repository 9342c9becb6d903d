import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import type { Flag, FlagValues } from './flags.js';

const NAMES = ['greenroom.config.ts', 'greenroom.config.mjs', 'greenroom.config.js', 'greenroom.config.json'];

/** The settings file: the one that is named, else the first of the usual names in this folder, else nothing. */
export async function readConfig(named: string | undefined, flags: readonly Flag[]): Promise<FlagValues> {
  const path = named ?? NAMES.find((name) => existsSync(name));
  if (path === undefined) return {};
  if (!existsSync(path)) throw new GreenroomError('USAGE', `Failed to read the config: there is no file ${path}.`);
  const value = path.endsWith('.json') ? parse(path) : await load(path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GreenroomError(
      'USAGE',
      `Failed to read the config ${path}: expected an object of settings (export default {…}), was ${JSON.stringify(value) ?? typeof value}.`,
    );
  }
  return validate(path, value as Record<string, unknown>, flags);
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new GreenroomError(
      'USAGE',
      `Failed to read the config ${path}: it is not JSON (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

async function load(path: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    const typescript = error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
    const advice = typescript
      ? 'this Node does not run TypeScript; use greenroom.config.mjs, or Node 22.18 or later'
      : String(error instanceof Error ? error.message : error);
    throw new GreenroomError('USAGE', `Failed to read the config ${path}: ${advice}.`);
  }
}

/** What a file can say and no flag can: lists and objects, handed on as JSON. */
const NESTED = ['casting'];

/** Settings are named like the flags, with `_` or `-`. */
function validate(path: string, settings: Record<string, unknown>, flags: readonly Flag[]): FlagValues {
  const values: Record<string, FlagValues[string]> = {};
  for (const [key, value] of Object.entries(settings)) {
    const name = key.replaceAll('_', '-');
    if (NESTED.includes(name)) {
      values[name] = JSON.stringify(value);
      continue;
    }
    const flag = flags.find((candidate) => candidate.name === name);
    if (!flag) {
      const meant = nearest(name, [...flags.map((candidate) => candidate.name), ...NESTED]);
      throw new GreenroomError(
        'USAGE',
        `Failed to read the config ${path}: there is no setting "${key}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
      );
    }
    values[name] = flag.value === undefined ? value === true : flag.many ? [value].flat().map(String) : String(value);
  }
  return values;
}
