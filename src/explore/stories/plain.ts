import { parseInstant } from '../../clock/instant.js';
import type { Outcome } from '../playing/outcome.js';
import { kindOf } from './kinds.js';
import {
  isDelivery,
  isInstant,
  isUser,
  signedDuration,
  type DeliveryDeviation,
  type InstantDeviation,
  type Story,
} from './story.js';

/** The scenario in which all goes well. */
export const PLAINEST = 'happy-path';

/** The story in which nothing goes wrong and nobody acts. */
export const plainOf = (story: Story): Story => ({ ...alone(story), deviations: [] });

/** The same meeting in the scenario in which all goes well. */
export const happyOf = (story: Story): Story => plainOf({ ...story, scenario: PLAINEST });

/** The same without other meetings, at the same time and before. */
const alone = (story: Story): Story =>
  Object.fromEntries(Object.entries(story).filter(([name]) => name !== 'meetings' && name !== 'earlier')) as Story;

/** Searches move no meeting before; a story written by hand may. */
const EARLIEST = '-9m30s';

const atFirst = (instant: string): string => (signedDuration(instant) < signedDuration(EARLIEST) ? instant : EARLIEST);

/** The story with its acts alone. A meeting that is moved has the end of one that was moved at the first opportunity. */
export function baseOf(story: Story): Story {
  const acts = story.deviations.filter((one) => isUser(one) || (isInstant(one) && !one.do.restart));
  const moves = acts.filter((one) => isInstant(one) && one.do.reschedule !== undefined) as InstantDeviation[];
  if (moves.length < story.deviations.length) return { ...alone(story), deviations: acts };
  const earliest = moves.map((move) => ({ ...move, at: { instant: atFirst(move.at.instant) } }));
  return { ...alone(story), deviations: earliest };
}

/** Stands in no file: what is not the vendor's is so from its point on, and all of it is withheld. */
export interface Withheld extends DeliveryDeviation {
  readonly lasts: true;
}

/** The same story in which whatever is not the vendor's never comes. */
export const withoutForged = (story: Story): Story => ({
  ...story,
  deviations: story.deviations.map((one) => (isDelivery(one) && kindOf(one).is === 'forged' ? withheld(one) : one)),
});

const withheld = ({ at }: DeliveryDeviation): Withheld => ({ at, do: { drop: true }, lasts: true });

/** The same story with a second between a message that waits for another and that one: somebody can look in between. */
export const drawnApart = (story: Story, quiet: Outcome): Story => ({
  ...story,
  deviations: story.deviations.map((one) => {
    const until = isDelivery(one) ? one.do.hold_until : undefined;
    if (!isDelivery(one) || until === undefined) return one;
    const [from, to] = [one.at.delivery, { number: 1, ...until }].map(
      ({ type, state, number = 1 }) =>
        quiet.deliveries.find((sent) => sent.type === type && sent.state === state && sent.number === number)?.at,
    );
    if (from === undefined || to === undefined) return one;
    const ms = Math.ceil((parseInstant(to)! - parseInstant(from)!) / 1000) + 1000;
    return ms < 0 ? one : { ...one, do: { delay: `${ms}ms` } };
  }),
});
