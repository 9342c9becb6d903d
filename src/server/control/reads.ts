import type { Reply } from '../providers/provider.js';
import type { World } from '../engine/world.js';
import { json, SETTLE_LIMIT_MS } from './call.js';
import { wholeNumber, type QueryWords } from './query.js';

const DEFAULT_LIMIT = 10_000;

/** The parameters of every list. */
export const PAGING: QueryWords = { subject: 'any', after: 'any', limit: 'any' };

/** Those that are wanted, after `?after=` and at most `?limit=` of them. */
export function selectPage<T extends { readonly seq: number }>(
  items: Iterable<T>,
  query: URLSearchParams,
  isWanted: (item: T) => boolean,
): T[] {
  const after = wholeNumber(query, 'after', 0);
  const limit = wholeNumber(query, 'limit', DEFAULT_LIMIT);
  const found: T[] = [];
  for (const item of items) {
    if (found.length >= limit) break;
    if (item.seq > after && isWanted(item)) found.push(item);
  }
  return found;
}

/** Waits until the world is at rest; the answer says so if it does not come to it. */
export async function settledJson(world: World, read: () => object): Promise<Reply> {
  return jsonOf(await world.clock.settled(SETTLE_LIMIT_MS), read());
}

/** An answer that says so if the world is not at rest. */
export const jsonOf = (settled: boolean, value: object): Reply => json(settled ? value : { ...value, settled });
