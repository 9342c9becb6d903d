import { formatInstant, parseInstant } from '../../../../clock/instant.js';
import { shifted } from '../../../../clock/shift.js';
import { isTimeZone } from '../../../../clock/zones.js';

/** An event in the provider's own form. */
export type Raw = Record<string, unknown>;

export const objectOf = (value: unknown): Raw => (typeof value === 'object' && value !== null ? (value as Raw) : {});
export const listOf = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : []);

/** Moves an event by an offset. Whole days keep its time of day. */
export function moveBy(raw: Raw, offset: string): void {
  moveTime(raw, 'start', offset);
  moveTime(raw, 'end', offset);
}

/** Both providers write when an event is as objects with a zone. */
function moveTime(raw: Raw, field: 'start' | 'end', offset: string): void {
  const time = objectOf(raw[field]);
  const zone = typeof time['timeZone'] === 'string' && isTimeZone(time['timeZone']) ? time['timeZone'] : 'UTC';
  if (typeof time['date'] === 'string') {
    const day = parseInstant(`${time['date']}T00:00:00Z`);
    if (day !== undefined) raw[field] = { ...time, date: formatInstant(shifted(day, offset, 'UTC')).slice(0, 10) };
    return;
  }
  const text = String(time['dateTime']);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const at = parseInstant(hasZone ? text : `${text.slice(0, 19)}Z`);
  if (at === undefined) return;
  // Without an offset it is a time of day in its zone, which a day does not change.
  const moved = formatInstant(shifted(at, offset, hasZone ? zone : 'UTC'));
  raw[field] = { ...time, dateTime: hasZone ? moved : moved.slice(0, -1) };
}
