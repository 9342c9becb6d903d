import type { RequestMatch, Verification } from '../../contracts/control/requests.js';
import { parseWithin } from '../../contracts/json/depth.js';
import { escapePointer } from '../../contracts/schemas/schema.js';
import type { LoggedRequest } from '../engine/past/requests.js';
import { isObject } from '../../contracts/json/object.js';

type Closest = Verification['closest'][number];
type Difference = Closest['differs'][number];

const CLOSEST_SHOWN = 3;
const FIELDS = ['provider', 'operation', 'method', 'path'] as const;

/** Where a call is not what the match wants; empty if it is. Pointers into the body start with `/body`. */
export function differences(request: LoggedRequest, match: RequestMatch): Difference[] {
  const found: Difference[] = [];
  for (const field of FIELDS) {
    const expected = field === 'method' ? match.method?.toUpperCase() : match[field];
    if (expected !== undefined && request[field] !== expected)
      found.push({ pointer: `/${field}`, expected, was: request[field] });
  }
  if (match.body !== undefined) compare(match.body, parse(request.request.body), '/body', found);
  return found;
}

/** The calls that come nearest to a match that too few have met, fewest differences first, then newest. */
export function closest(requests: Iterable<LoggedRequest>, match: RequestMatch): Closest[] {
  return [...requests]
    .map((request) => ({ request, differs: differences(request, match) }))
    .filter(({ differs }) => differs.length > 0)
    .sort((a, b) => a.differs.length - b.differs.length || b.request.seq - a.request.seq)
    .slice(0, CLOSEST_SHOWN)
    .map(({ request: { id }, differs }) => ({ id, differs }));
}

/** Every member that is wanted must be there and equal; others may be there too. Arrays are compared item by item. */
function compare(expected: unknown, was: unknown, pointer: string, found: Difference[]): void {
  if (Array.isArray(expected)) {
    if (!Array.isArray(was) || was.length !== expected.length) found.push({ pointer, expected, was });
    else expected.forEach((item, i) => compare(item, was[i], `${pointer}/${i}`, found));
  } else if (isObject(expected)) {
    if (!isObject(was)) found.push({ pointer, expected, was: was ?? null });
    else
      for (const [name, value] of Object.entries(expected))
        compare(value, was[name], `${pointer}/${escapePointer(name)}`, found);
  } else if (expected !== was) found.push({ pointer, expected, was: was ?? null });
}

/** A client may send deeper JSON, which no answer could show. */
const DEEPEST = 200;

function parse(text: string): unknown {
  try {
    return parseWithin(DEEPEST, text);
  } catch {
    return text;
  }
}
