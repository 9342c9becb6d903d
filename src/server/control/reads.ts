import type { World } from '../engine/world.js';
import { longJson, type PiecesReply } from '../pieces.js';
import { SETTLE_LIMIT_MS } from './call.js';
import { wholeNumber, type QueryWords } from './query.js';

/** The parameters of every list. */
export const PAGING: QueryWords = { subject: 'any', after: 'any', before: 'any', limit: 'any' };

export interface Page<T> {
  readonly items: Iterable<T>;
  /** There are further ones in the direction in which it was read. */
  readonly more: boolean;
}

/**
 * Those that are wanted between `?after=` and `?before=`: all of them, or `?limit=` of them. With `before` alone these are
 * the last before it, else the first.
 */
export function selectPage<T extends { readonly seq: number }>(
  itemsAfter: (seq: number) => Iterable<T>,
  query: URLSearchParams,
  isWanted: (item: T) => boolean,
): Page<T> {
  const [after, before] = [wholeNumber(query, 'after', 0), wholeNumber(query, 'before', Number.POSITIVE_INFINITY)];
  const items = itemsAfter(after);
  const isInPage = (item: T): boolean => item.seq > after && item.seq < before && isWanted(item);
  if (!query.has('limit')) return { items: only(items, isInPage), more: false };
  const limit = wholeNumber(query, 'limit', 0);
  const fromEnd = query.has('before') && !query.has('after');
  const found: T[] = [];
  for (const item of only(items, isInPage)) {
    found.push(item);
    if (found.length > limit && !fromEnd) return { items: found.slice(0, limit), more: true };
    if (found.length > limit + 1) found.shift();
  }
  const more = found.length > limit;
  return { items: more ? found.slice(1) : found, more };
}

function* only<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Generator<T> {
  for (const item of items) if (isWanted(item)) yield item;
}

/** Waits until the world is at rest; the answer says so if it does not come to it. */
export async function settledJson(world: World, read: () => object): Promise<PiecesReply> {
  return jsonOf(await world.clock.settled(SETTLE_LIMIT_MS), read());
}

/** An answer that says so if the world is not at rest. */
export const jsonOf = (settled: boolean, value: object): PiecesReply =>
  longJson(settled ? value : { ...value, settled });
