import type { Micros } from '../../../../clock/instant.js';
import { dateTime, holdsRareCharacters, text } from '../framework/fields.js';
import { invalid } from '../framework/serializer.js';
import type { PyValue } from '../python/json.js';
import { addYears } from '../python/times.js';
import { normalizeMeetingUrl, type MeetingUrl } from './meeting-url.js';

/** Fields that a new bot and a change of one have in common (observed). */

const JOIN_YEARS_MAX = 3;
/** No year is shorter. */
const YEAR: Micros = 365 * 24 * 3600 * 1_000_000;

export function readMeetingUrl(value: PyValue): MeetingUrl {
  const meeting = normalizeMeetingUrl(text(value));
  if (!meeting) throw invalid('Invalid meeting URL');
  return meeting;
}

export function readBotName(value: PyValue): string {
  const name = text(value);
  if (holdsRareCharacters(name)) throw invalid('Bot name cannot contain emojis or rare script characters.');
  return name;
}

export function readJoinAt(value: PyValue, now: Micros): Micros {
  const at = dateTime(value);
  const fault = joinFault(at, now);
  if (fault !== undefined) throw invalid(fault);
  return at;
}

/** Why a bot cannot join at this instant; `undefined` if it can. */
export function joinFault(at: Micros, now: Micros): string | undefined {
  if (at < now) return 'join_at cannot be in the past';
  return at > now + JOIN_YEARS_MAX * YEAR && at > addYears(now, JOIN_YEARS_MAX)
    ? `join_at cannot be more than ${JOIN_YEARS_MAX} years in the future`
    : undefined;
}
