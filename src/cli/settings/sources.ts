import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { Flag, FlagValues } from './flags.js';
import { warn } from '../terminal/say.js';

/** Where the values stand that no flag gave: the variable, or the setting of a file. */
const PLACES = Symbol('places');
type Places = Readonly<Record<string, string>>;

const placesOf = (values: FlagValues): Places => (values as { readonly [PLACES]?: Places })[PLACES] ?? {};

/** The values, which know where they stand; copies made with a spread know it too. */
export const placed = (values: FlagValues, places: Places): FlagValues => ({ ...values, [PLACES]: places });

/** Where a value stands, as a refusal names it: `--port`, `GREENROOM_PORT`, `the setting port of FILE`. */
export const placeOf = (values: FlagValues, name: string): string => placesOf(values)[name] ?? `--${name}`;

/** The values of these names, and of those what is set. */
export function only(values: FlagValues, names: readonly string[]): FlagValues {
  const set = names.filter((name) => values[name] !== undefined);
  return placed(Object.fromEntries(set.map((name) => [name, values[name]])), placesOf(values));
}

/** The upper values, and below them the lower. */
export function over(lower: FlagValues, upper: FlagValues): FlagValues {
  const below = Object.entries(placesOf(lower)).filter(([name]) => upper[name] === undefined);
  return placed({ ...lower, ...only(upper, Object.keys(upper)) }, { ...Object.fromEntries(below), ...placesOf(upper) });
}

/** `client-secret` as an environment variable: `GREENROOM_CLIENT_SECRET`. */
const variableOf = (name: string): string => `GREENROOM_${name.toUpperCase().replaceAll('-', '_')}`;

/** Variables that are ours and give no flag of `start`: of serve, of exec, of commands that talk to a server, of checks and of probes. */
const OTHER_VARIABLES =
  /^(SHARED|BEHIND_PROXY|TTL|LIMIT|LOCKSTEP|NO_PROBE|INSPECT|COVERAGE|MIN|FAIL_ON(_VIOLATIONS)?|EXEC_URL|URL|WORKSPACE|TOKEN|ARTEFACTS|(PROBE|CHECK)(_.*)?)$/;

/** Says of a variable that looks like one of ours and is none which it probably should be; an app may have others. */
export function warnOfVariables(flags: readonly Flag[], env: NodeJS.ProcessEnv): void {
  const known = flags.filter(({ name }) => !ASKING.includes(name)).map(({ name }) => variableOf(name));
  for (const [variable, text] of Object.entries(env)) {
    const [, rest] = /^GREENROOM_(\w+)$/.exec(variable) ?? [];
    if (rest === undefined || text === '' || known.includes(variable) || OTHER_VARIABLES.test(rest)) continue;
    const meant = nearest(
      rest,
      known.map((name) => name.slice('GREENROOM_'.length)),
    );
    if (meant !== undefined)
      warn(`${variable} is not read: there is no such variable. Did you mean GREENROOM_${meant}?`);
  }
}

/** What asks for a text instead of the work; no variable does. */
const ASKING = ['help', 'version'];

/** Flags win over the environment, the environment over the file; what a file alone can say stays. Throws USAGE. */
export function mergeSources(
  flags: readonly Flag[],
  given: FlagValues,
  env: NodeJS.ProcessEnv,
  file: FlagValues,
): FlagValues {
  const asked = flags.filter(({ name }) => given[name] !== undefined).map(({ name }) => name);
  const said: Record<string, FlagValues[string]> = {};
  const places: Record<string, string> = {};
  for (const flag of flags) {
    const variable = variableOf(flag.name);
    const text = env[variable];
    if (asked.includes(flag.name) || ASKING.includes(flag.name) || text === undefined || text === '') continue;
    places[flag.name] = variable;
    said[flag.name] = flag.value === undefined ? switchIn(text, variable) : flag.many ? text.split(',') : text;
  }
  return over(over(file, placed(said, places)), only(given, asked));
}

const ON = ['true', '1', 'yes', 'on'];
const OFF = ['false', '0', 'no', 'off'];

/** Whether a flag without a value is set, as a variable or a settings file says it. Throws USAGE. */
export function switchIn(value: unknown, place: string): boolean {
  const word = String(value).toLowerCase();
  const isWord = ['string', 'boolean', 'number'].includes(typeof value);
  if (isWord && ON.includes(word)) return true;
  if (isWord && OFF.includes(word)) return false;
  throw wrong(place, 'true or false (or 1 and 0, yes and no, on and off)', value);
}

/** The value of a flag that takes one, as a settings file says it. Throws USAGE. */
export function textIn(value: unknown, place: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw wrong(place, 'a string or a number', value);
}

/** The refusal of a value, with the place where it stands. */
export const wrong = (place: string, expected: string, was: unknown): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to read ${place}: expected ${expected}, was ${JSON.stringify(was) ?? typeof was}.`,
  );
