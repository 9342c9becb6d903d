/** How deep lists are taken apart: those of a snapshot stand three levels down. */
const LEVELS = 4;

/** A list whose items never change, and never go while somebody has it: it may be read later than what stands beside it. */
export class Lasting<T> implements Iterable<T> {
  readonly #read: () => Iterator<T>;

  constructor(read: () => Iterator<T>) {
    this.#read = read;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#read();
  }

  /** Each as it is shown. */
  map<S>(show: (item: T) => S): Lasting<S> {
    return new Lasting(() => mapped(this, show));
  }

  /** Those that are wanted, so many at the most. */
  filter(isWanted: (item: T) => boolean, most = Number.POSITIVE_INFINITY): Lasting<T> {
    return new Lasting(() => filtered(this, isWanted, most));
  }
}

function* mapped<T, S>(items: Iterable<T>, show: (item: T) => S): Generator<S> {
  for (const item of items) yield show(item);
}

function* filtered<T>(items: Iterable<T>, isWanted: (item: T) => boolean, most: number): Generator<T> {
  let left = most;
  if (left === 0) return;
  for (const item of items) {
    if (!isWanted(item)) continue;
    yield item;
    if (--left === 0) return;
  }
}

/** A text, or texts that may be asked for later than those that follow. */
export type Part = string | Iterable<string>;

/** The texts of these parts, in their order. */
export function* textsOf(parts: Iterable<Part>): Generator<string> {
  for (const part of parts) {
    if (typeof part === 'string') yield part;
    else yield* part;
  }
}

/** The JSON of a plain value, piece by piece. What can be iterated but is no array is a list of records, each of them a piece. */
export const jsonPieces = (value: unknown, levels = LEVELS): Generator<string> => textsOf(jsonParts(value, levels));

/** The same, with the texts of a lasting list as one part. */
export function* jsonParts(value: unknown, levels = LEVELS): Generator<Part> {
  if (levels === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
  } else if ('toJSON' in value) {
    yield* jsonParts((value.toJSON as () => unknown)(), levels);
  } else if (value instanceof Lasting) {
    yield listPieces(value, levels);
  } else if (Symbol.iterator in value) {
    yield* listPieces(value as Iterable<unknown>, levels);
  } else {
    let before = '{';
    for (const [name, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* jsonParts(inner, levels - 1);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  }
}

function* listPieces(list: Iterable<unknown>, levels: number): Generator<string> {
  const areRecords = !Array.isArray(list);
  let before = '[';
  for (const item of list) {
    if (areRecords) yield before + JSON.stringify(item);
    else {
      yield before;
      yield* jsonPieces(item, levels - 1);
    }
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
