/** How deep lists are taken apart: those of a snapshot stand three levels down. */
const LEVELS = 4;

/** The JSON of a plain value, piece by piece. What can be iterated but is no array is a list of records, each of them a piece. */
export function* jsonPieces(value: unknown, levels = LEVELS): Generator<string> {
  if (levels === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
  } else if ('toJSON' in value) {
    yield* jsonPieces((value.toJSON as () => unknown)(), levels);
  } else if (Symbol.iterator in value) {
    yield* listPieces(value as Iterable<unknown>, levels);
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
