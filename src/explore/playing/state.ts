import { parseInstant, type Micros } from '../../clock/instant.js';
import { escapePointer } from '../../contracts/schemas/schema.js';
import { masked, namesInOrder, type Name } from '../../mask.js';

/** A place where two states are different. */
export interface Difference {
  readonly pointer: string;
  readonly expected: unknown;
  readonly was: unknown;
}

const YEAR: Micros = 366 * 86_400_000_000;

/** Makes what two executions may differ in the same: names of this one, ids, instants. */
export class Mask {
  readonly #names: readonly Name[];
  readonly #now: Micros;

  /** `names` are what this execution alone has, each with what stands for it. */
  constructor(names: readonly Name[], now: string) {
    this.#names = namesInOrder(names);
    this.#now = parseInstant(now) ?? 0;
  }

  text(text: string): string {
    return masked(text, this.#names);
  }

  /** JSON with its keys in order. What JSON cannot hold is gone. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#isInstant(value) ? '<instant>' : value;
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [this.text(key), this.value(inner)] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Seconds, milliseconds or microseconds since the epoch, within a year of the present. */
  #isInstant(value: number): boolean {
    return [1, 1e3, 1e6].some((unit) => Math.abs(value * unit - this.#now) < YEAR) && value > 1e9;
  }
}

/** A state as JSON holds it: dates are texts, and maps and sets are lists. */
export function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    inner instanceof Map || inner instanceof Set ? [...inner] : typeof inner === 'bigint' ? String(inner) : inner,
  ) as string | undefined;
  return text === undefined ? null : JSON.parse(text);
}

/** Where two states differ, the places that are ignored and all within them apart. */
export function differences(expected: unknown, was: unknown, ignore: readonly string[] = []): Difference[] {
  const found: Difference[] = [];
  compare({ expected, was, pointer: '' }, ignore, found);
  return found;
}

/** The differences, those within a list that has another length as one of the whole list. */
export function placesOf(found: readonly Difference[]): Difference[] {
  const lists = found.flatMap(({ pointer, expected, was }) =>
    /\/\d+$/.test(pointer) && (expected === undefined || was === undefined) ? pointer.replace(/\/\d+$/, '') : [],
  );
  const places = new Map<string, Difference>();
  for (const one of found) {
    const pointer = lists.filter((list) => covers(list, one.pointer)).sort((a, b) => a.length - b.length)[0];
    const place = pointer ?? one.pointer;
    if (!places.has(place)) places.set(place, { ...one, pointer: place });
  }
  return [...places.values()];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function compare({ expected, was, pointer }: Difference, ignore: readonly string[], found: Difference[]): void {
  if (ignore.some((ignored) => covers(ignored, pointer))) return;
  if (!isObject(expected) || !isObject(was) || Array.isArray(expected) !== Array.isArray(was)) {
    if (expected !== was) found.push({ pointer, expected, was });
    return;
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(was)])];
  for (const key of keys)
    compare({ expected: expected[key], was: was[key], pointer: `${pointer}/${escapePointer(key)}` }, ignore, found);
}

/** True if a state has a place that a pointer leaves out. */
export function hasPlace(state: unknown, pointer: string): boolean {
  const [, ...steps] = pointer.split('/');
  const reaches = (value: unknown, [step, ...rest]: readonly string[]): boolean => {
    if (step === undefined) return true;
    if (!isObject(value)) return false;
    return Object.entries(value).some(
      ([key, inner]) => (step === '*' || step === escapePointer(key)) && reaches(inner, rest),
    );
  };
  return (pointer === '' || pointer.startsWith('/')) && reaches(state, steps);
}

/** What stands at a pointer; nothing where there is no such place. */
export function valueAt(state: unknown, pointer: string): unknown {
  const [, ...steps] = pointer.split('/');
  return steps.reduce<unknown>(
    (value, step) =>
      isObject(value) ? Object.entries(value).find(([key]) => escapePointer(key) === step)?.[1] : undefined,
    state,
  );
}

/** A pointer covers what is within it; `*` stands for any one step. */
function covers(ignored: string, pointer: string): boolean {
  const steps = ignored.split('/');
  const given = pointer.split('/');
  return given.length >= steps.length && steps.every((step, i) => step === '*' || step === given[i]);
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** A greater number, or what is not there in a quiet life. */
export const isMore = ({ expected, was }: Omit<Difference, 'pointer'>): boolean =>
  typeof expected === 'number' && typeof was === 'number' ? was > expected : isNothing(expected) && !isNothing(was);

/** A greater number, or an element that the list of a quiet life does not have. */
export const isGrown = ({ pointer, expected, was }: Difference): boolean =>
  isMore({ expected, was }) && (typeof was === 'number' || /\/\d+$/.test(pointer));

/** True if the same values stand in other places. */
export function isReordered(differences: readonly Difference[]): boolean {
  const texts = (pick: (one: Difference) => unknown): string =>
    differences
      .map((one) => JSON.stringify(pick(one)))
      .sort()
      .join();
  return differences.length > 1 && texts(({ expected }) => expected) === texts(({ was }) => was);
}

const MOST_PLACES = 8;

/** The places of a state from which a pointer goes on, as a sentence. */
export function firstPlaces(state: unknown): string {
  if (typeof state !== 'object' || state === null) return 'The state is one value, whose pointer is "".';
  const names = Object.keys(state).map((name) => `/${escapePointer(name)}`);
  const more = names.length > MOST_PLACES ? ', and more' : '';
  return `It has ${names.slice(0, MOST_PLACES).join(', ') || 'none at all'}${more}.`;
}
