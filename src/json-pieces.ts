/** How deep lists are taken apart: those of a snapshot stand three levels down. */
const LEVELS = 4;

/** The JSON of a plain value, piece by piece: no text is longer than one of the innermost things. What can be iterated is a list. */
export function* jsonPieces(value: unknown, levels = LEVELS): Generator<string> {
  if (levels === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
  } else if ('toJSON' in value) {
    yield* jsonPieces((value.toJSON as () => unknown)(), levels);
  } else if (isList(value)) {
    let before = '[';
    for (const item of value) {
      yield before;
      yield* jsonPieces(item, levels - 1);
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  } else {
    let before = '{';
    for (const [name, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* jsonPieces(inner, levels - 1);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  }
}

const isList = (value: object): value is Iterable<unknown> => Symbol.iterator in value;
