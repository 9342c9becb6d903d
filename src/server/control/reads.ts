import type { World } from '../engine/world.js';
import { longJson, type PiecesReply } from '../pieces.js';
import { SETTLE_LIMIT_MS } from './call.js';
import { wholeNumber, type QueryWords } from './query.js';

/** The parameters of every list. */
export const PAGING: QueryWords = { subject: 'any', after: 'any', before: 'any', limit: 'any' };

export interface Page<T> {
  readonly items: readonly T[];
  /** There are further ones in the direction in which it was read. */
  readonly more: boolean;
}

/**
 * Those that are wanted between `?after=` and `?before=`: all of them, or `?limit=` of them. With `before` alone these are
 * the last before it, else the first.
 */
export function selectPage<T extends { readonly seq: number }>(
  items: Iterable<T>,
  query: URLSearchParams,
  isWanted: (item: T) => boolean,
): Page<T> {
  const [after, before] = [wholeNumber(query, 'after', 0), wholeNumber(query, 'before', Number.POSITIVE_INFINITY)];
  const limit = wholeNumber(query, 'limit', Number.POSITIVE_INFINITY);
  const fromEnd = query.has('before') && !query.has('after');
  const found: T[] = [];
  for (const item of items) {
    if (item.seq <= after || item.seq >= before || !isWanted(item)) continue;
    if (!fromEnd && found.length >= limit) return { items: found, more: true };
    found.push(item);
  }
  const more = found.length > limit;
  return { items: more ? found.slice(found.length - limit) : found, more };
}

/** Waits until the world is at rest; the answer says so if it does not come to it. */
export async function settledJson(world: World, read: () => object): Promise<PiecesReply> {
  return jsonOf(await world.clock.settled(SETTLE_LIMIT_MS), read());
}

/** An answer that says so if the world is not at rest. */
export const jsonOf = (settled: boolean, value: object): PiecesReply =>
  longJson(settled ? value : { ...value, settled });
