import { wordsFor, type Outcome, type SeenDelivery } from '../playing/outcome.js';
import type { Deviation } from './story.js';

/** A webhook of a quiet life at which something can go wrong. */
export interface DeliveryPoint {
  readonly on: 'delivery';
  readonly type: string;
  readonly state?: string;
  /** Among those of its type and state, from 1 on. */
  readonly number: number;
  readonly meeting: number;
  /** What it tells, for people and for weights: `bot.state_change joining → joined`. */
  readonly edge: string;
  /** No other of its type and state follows. */
  readonly isLast: boolean;
  /** What comes after it of the same agent, next first. */
  readonly later: readonly Pick<SeenDelivery, 'type' | 'state'>[];
  /** It may be due because of a call, which was made at the same instant before it. */
  readonly ofCall: boolean;
}

/** A call of the app at which something can go wrong. */
export interface CallPoint {
  readonly on: 'call';
  readonly operation: string;
  readonly number: number;
  readonly edge: string;
  /** It is answered with a page of a list. */
  readonly isOfList: boolean;
}

export type Point = DeliveryPoint | CallPoint;

const nameOf = ({ type, state }: Pick<SeenDelivery, 'type' | 'state'>): string => `${type}/${state ?? ''}`;

/** The webhooks that a quiet execution has, each kind once. */
export const lifeOf = ({ deliveries }: Outcome): string[] => [...new Set(deliveries.map(wordsFor))];

/** The points of a quiet execution. Of many webhooks that tell the same, the first, the second and the last. */
export function pointsOf(outcome: Outcome): readonly Point[] {
  let points = known.get(outcome);
  if (!points) known.set(outcome, (points = findPoints(outcome)));
  return points;
}

const known = new WeakMap<Outcome, readonly Point[]>();

function findPoints({ deliveries, calls }: Outcome): Point[] {
  return [...deliveryPoints(deliveries, calls), ...callPoints(calls)];
}

function deliveryPoints(deliveries: readonly SeenDelivery[], calls: Outcome['calls']): DeliveryPoint[] {
  return deliveries.flatMap((delivery, i) => {
    const { type, state, meeting, number } = delivery;
    const own = (one: SeenDelivery): boolean => one.meeting === meeting;
    const same = deliveries.filter((one) => own(one) && nameOf(one) === nameOf(delivery));
    const isLast = number === same.length;
    if (number > 2 && !isLast) return [];
    const later = deliveries.slice(i + 1).filter((one) => own(one) && nameOf(one) !== nameOf(delivery));
    const before = deliveries.slice(0, i).findLast((one) => own(one) && one.state !== undefined)?.state;
    const edge = state === undefined ? type : `${type} ${before ?? '·'} → ${state}`;
    return [
      {
        on: 'delivery',
        type,
        ...(state === undefined ? {} : { state }),
        number,
        meeting,
        edge,
        isLast,
        later: later.filter((one, at) => later.findIndex((other) => nameOf(other) === nameOf(one)) === at),
        ofCall: calls.some(({ at, seq }) => at === delivery.at && seq < (delivery.attempts[0]?.seq ?? 0)),
      } satisfies DeliveryPoint,
    ];
  });
}

/** Of many calls of an operation, the first three and the last: what is read last, nothing later puts right. */
function callPoints(calls: Outcome['calls']): CallPoint[] {
  const counts = new Map<string, number>();
  const last = new Map(calls.map(({ operation, seq }) => [operation, seq]));
  return calls.flatMap(({ operation, seq, answer }) => {
    if (operation === null) return [];
    const number = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, number);
    if (number > 3 && seq !== last.get(operation)) return [];
    return [{ on: 'call', operation, number, edge: `call ${operation}`, isOfList: isPage(answer) } satisfies CallPoint];
  });
}

/** By what vendors write beside the items of a page: where the next is, or `null`. */
function isPage(answer: string): boolean {
  if (!/^\s*\{[^]*"(next|pages)"/.test(answer)) return false;
  try {
    const value = JSON.parse(answer) as object;
    return ('next' in value || 'pages' in value) && Object.values(value).some(Array.isArray);
  } catch {
    return false;
  }
}

/** The edge of a deviation, among the points of its quiet life. */
export function edgeOf(deviation: Deviation, points: readonly Point[]): string {
  const { at } = deviation;
  if ('instant' in at) return 'user';
  if ('call' in at) return `call ${at.call.operation}`;
  const { type, state } = at.delivery;
  const point = points.find((one) => one.on === 'delivery' && one.type === type && one.state === state);
  return point?.edge ?? `${type} ${state ?? ''}`.trim();
}
