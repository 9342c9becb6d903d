import type { Lasting } from '../../json-pieces.js';
import type { World } from '../engine/world.js';
import { longJson, type PiecesReply } from '../pieces.js';
import { SETTLE_LIMIT_MS } from './call.js';
import { wholeNumber, type QueryWords } from './query.js';

/** The parameters of every list. */
export const PAGING: QueryWords = { subject: 'any', after: 'any', before: 'any', limit: 'any' };

export interface Page<T> {
  readonly items: Lasting<T>;
  /** There are further ones in the direction in which it was read. */
  readonly more: boolean;
}

/**
 * Those that are wanted between `?after=` and `?before=`: all of them, or `?limit=` of them. With `before` alone these are
 * the last before it, else the first. They are read again when they are written, so `isWanted` asks nothing that changes.
 */
export function selectPage<T extends { readonly seq: number }>(
  itemsAfter: (seq: number) => Lasting<T>,
  query: URLSearchParams,
  isWanted: (item: T) => boolean,
): Page<T> {
  const [after, before] = [wholeNumber(query, 'after', 0), wholeNumber(query, 'before', Number.POSITIVE_INFINITY)];
  const isInPage = (item: T): boolean => item.seq > after && item.seq < before && isWanted(item);
  const items = itemsAfter(after).filter(isInPage);
  if (!query.has('limit')) return { items, more: false };
  const limit = wholeNumber(query, 'limit', 0);
  if (!query.has('before') || query.has('after'))
    return { items: items.filter(any, limit), more: hasMore(items, limit) };
  const last: number[] = [];
  for (const { seq } of items) {
    last.push(seq);
    if (last.length > limit + 1) last.shift();
  }
  const more = last.length > limit;
  const first = last[more ? 1 : 0] ?? 0;
  return { items: items.filter(({ seq }) => seq >= first, limit), more };
}

const any = (): boolean => true;

function hasMore(items: Iterable<unknown>, limit: number): boolean {
  let count = 0;
  for (const _ of items) if (++count > limit) return true;
  return false;
}

/** Waits until the world is at rest. False if it does not come to it, or waits for who may be the reader, who calls over this connection. */
export const atRest = ({ clock }: World, reader?: string): Promise<boolean> =>
  clock.readers.receivers.settled(clock, SETTLE_LIMIT_MS, reader);

/** Waits until the world is at rest; the answer says so if it does not come to it. */
export async function settledJson(world: World, reader: string | undefined, read: () => object): Promise<PiecesReply> {
  return jsonOf(await atRest(world, reader), read());
}

/** An answer that says so if the world is not at rest. */
export const jsonOf = (settled: boolean, value: object): PiecesReply =>
  longJson(settled ? value : { ...value, settled });
