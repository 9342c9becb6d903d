import { parseDuration } from './duration.js';
import { formatLocal, fromLocal } from './zones.js';
import { parseInstant, type Micros } from './instant.js';

/** `+1h` or `-30m`, as a number; `undefined` for what is none. */
export function parseOffset(text: string): Micros | undefined {
  const length = parseDuration(text.replace(/^[+-]/, ''));
  return length === undefined ? undefined : text.startsWith('-') ? -length : length;
}

/** An instant moved by an offset. Whole days keep the time of day on the clocks of the zone. */
export function shifted(at: Micros, offset: string, zone: string): Micros {
  const by = parseOffset(offset) ?? 0;
  if (!/^[+-]?\d+d$/.test(offset)) return at + by;
  const local = parseInstant(`${formatLocal(at, zone).slice(0, 19)}Z`) ?? at;
  return fromLocal(local + by, zone);
}
