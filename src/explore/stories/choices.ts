import type { Kind } from './kinds.js';
import type { Point } from './points.js';
import type { Deviation } from './story.js';

/** A pair of a point and what can happen there. */
export interface Choice {
  readonly point: Point;
  readonly kind: Kind;
  readonly deviation: Deviation;
  /** Among the ways of that kind at that point. */
  readonly way: number;
}

/** What can go wrong at these points, for an app whose time is led, or that keeps its own. */
export const choicesOf = (points: readonly Point[], kinds: readonly Kind[], isLed: boolean): Choice[] =>
  points.flatMap((point) =>
    kinds.flatMap((kind) => kind.at(point, isLed).map((deviation, way) => ({ point, kind, deviation, way }))),
  );

/** An operation that is struck again and again is no weather any more: a client may give up after three attempts. */
const MOST_IN_A_ROW = 2;

export function restrained(deviations: readonly Deviation[]): Deviation[] {
  const counts = new Map<string, number>();
  return deviations.filter((deviation) => {
    if (!('call' in deviation.at)) return true;
    const { operation } = deviation.at.call;
    const count = (counts.get(operation) ?? 0) + (('times' in deviation && deviation.times) || 1);
    if (count > MOST_IN_A_ROW) return false;
    counts.set(operation, count);
    return true;
  });
}
