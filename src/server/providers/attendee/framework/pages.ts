import type { Micros } from '../../../../clock/instant.js';
import type { Call, Reply, VendorRequest } from '../../provider.js';
import { decodeBase64 } from '../python/base64.js';
import { byCodePoint } from '../python/json.js';
import { pythonInt } from '../python/numbers.js';
import { parseDjangoDate, parseDjangoTime, spacedTime } from '../python/times.js';
import { assertSearchable, encodeQuery, lastOf, queryOf } from './query.js';
import { detail, jsonText, Refused, VendorCrash } from './replies.js';

/** How a list is cut into pages: the framework's cursor pagination (observed: recordings of v1.64.1). */
interface Paging<T> {
  readonly pageSize: number;
  /** The time by which the list is ordered. */
  readonly position: (item: T) => Micros;
  readonly descending: boolean;
}

interface Searched {
  /** Texts by which the database filters the list. */
  readonly searched?: readonly (string | undefined)[];
}

interface Dated {
  readonly created_at: Micros;
}

const PAGE_SIZE = 25;

interface Cursor {
  readonly offset: number;
  readonly reverse: boolean;
  readonly position: string | undefined;
}

const OFFSET_MAX = 1000;
const START: Cursor = { offset: 0, reverse: false, position: undefined };

/** One page of a list that is given in the order of its making; oldest first if nothing else is said. */
export function page<T extends Dated>(
  call: Call,
  items: readonly T[],
  render: (item: T) => string,
  { searched = [], ...given }: Partial<Paging<T>> & Searched = {},
): Reply {
  const { request } = call;
  const cursor = cursorOf(request);
  const from = positionOf(cursor);
  assertSearchable(searched);
  const paging: Paging<T> = {
    position: (item) => item.created_at,
    descending: false,
    ...given,
    pageSize: call.pageSize?.() ?? given.pageSize ?? PAGE_SIZE,
  };
  const cut = cutPage(items, cursor, from, paging);
  const link = (target: Cursor | undefined): string =>
    target ? JSON.stringify(linkTo(`${request.origin}${request.path}`, request.query, target)) : 'null';
  return jsonText(
    200,
    `{"next":${link(nextOf(cut, cursor, paging))},"previous":${link(previousOf(cut, cursor, paging))},` +
      `"results":[${cut.items.map(render).join(',')}]}`,
  );
}

function cursorOf(request: VendorRequest): Cursor {
  const given = lastOf(queryOf(request), 'cursor');
  const cursor = given === undefined ? START : readCursor(given);
  if (!cursor) throw new Refused(detail(404, 'Invalid cursor'));
  return cursor;
}

function positionOf({ position }: Cursor): Micros | undefined {
  if (position === undefined) return undefined;
  const at = parseDjangoTime(position) ?? parseDjangoDate(position);
  if (at === undefined) throw new VendorCrash('cursor');
  return at;
}

interface Cut<T> {
  readonly items: readonly T[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly nextPosition: string | undefined;
  readonly previousPosition: string | undefined;
}

function cutPage<T>(
  items: readonly T[],
  { offset, reverse, position: here }: Cursor,
  from: Micros | undefined,
  { pageSize, position, descending }: Paging<T>,
): Cut<T> {
  const backwards = descending !== reverse;
  const ordered = [...items].sort((a, b) => (backwards ? position(b) - position(a) : position(a) - position(b)));
  const rest =
    from === undefined
      ? ordered
      : ordered.filter((item) => (backwards ? position(item) < from : position(item) > from));
  const found = rest.slice(offset, offset + pageSize + 1);
  const kept = found.slice(0, pageSize);
  const more = found.length > kept.length;
  const beyond = more ? spacedTime(position(found.at(-1)!)) : undefined;
  const behind = here !== undefined || offset > 0;
  return reverse
    ? { items: kept.toReversed(), hasNext: behind, hasPrevious: more, nextPosition: here, previousPosition: beyond }
    : { items: kept, hasNext: more, hasPrevious: behind, nextPosition: beyond, previousPosition: here };
}

function nextOf<T>(cut: Cut<T>, cursor: Cursor, paging: Paging<T>): Cursor | undefined {
  if (!cut.hasNext) return undefined;
  const positions = cut.items.map((item) => spacedTime(paging.position(item))).toReversed();
  const compare = cursor.reverse && cursor.offset !== 0 && positions.length > 0 ? positions[0] : cut.nextPosition;
  const found = lastDistinct(positions, compare);
  if (positions.length === 0) return { offset: 0, reverse: false, position: cut.nextPosition };
  if (found) return { ...found, reverse: false };
  if (!cut.hasPrevious) return { offset: paging.pageSize, reverse: false, position: undefined };
  const offset = cursor.reverse ? 0 : cursor.offset + paging.pageSize;
  return { offset, reverse: false, position: cut.previousPosition };
}

function previousOf<T>(cut: Cut<T>, cursor: Cursor, paging: Paging<T>): Cursor | undefined {
  if (!cut.hasPrevious) return undefined;
  const positions = cut.items.map((item) => spacedTime(paging.position(item)));
  const compare = !cursor.reverse && cursor.offset !== 0 && positions.length > 0 ? positions[0] : cut.previousPosition;
  const found = lastDistinct(positions, compare);
  if (positions.length === 0) return { offset: 0, reverse: true, position: cut.previousPosition };
  if (found) return { ...found, reverse: true };
  if (!cut.hasNext) return { offset: paging.pageSize, reverse: true, position: undefined };
  const offset = cursor.reverse ? cursor.offset + paging.pageSize : 0;
  return { offset, reverse: true, position: cut.nextPosition };
}

/** The nearest position that differs from the one beyond the page, and how many items stand between. */
function lastDistinct(
  positions: readonly string[],
  beyond: string | undefined,
): { readonly offset: number; readonly position: string } | undefined {
  const offset = positions.findIndex((position) => position !== beyond);
  return offset < 0 ? undefined : { offset, position: positions[offset]! };
}

function linkTo(url: string, query: string, { offset, reverse, position }: Cursor): string {
  const tokens: [string, string][] = [];
  if (offset !== 0) tokens.push(['o', String(offset)]);
  if (reverse) tokens.push(['r', '1']);
  if (position !== undefined) tokens.push(['p', position]);
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(`&${query}`))
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  parameters.set('cursor', [Buffer.from(encodeQuery(tokens)).toString('base64')]);
  const sorted = [...parameters].sort(([a], [b]) => byCodePoint(a, b));
  return `${url}?${encodeQuery(sorted.flatMap(([name, values]) => values.map((value) => [name, value] as const)))}`;
}

function readCursor(text: string): Cursor | undefined {
  const bytes = decodeBase64(text);
  if (!bytes || bytes.some((byte) => byte > 0x7f)) return undefined;
  const tokens = new URLSearchParams(bytes.toString('latin1'));
  const offset = tokens.get('o') ?? '0';
  const reverse = tokens.get('r') ?? '0';
  const [from, backwards] = [pythonInt(offset), pythonInt(reverse)];
  if (from === undefined || from < 0 || backwards === undefined) return undefined;
  return {
    offset: Math.min(from, OFFSET_MAX),
    reverse: backwards !== 0,
    position: tokens.get('p') ?? undefined,
  };
}
