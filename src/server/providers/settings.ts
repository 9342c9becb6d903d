import { DURATION_FORMS, parseDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
import { isTimeZone, timeZones } from '../../clock/zones.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';

/** Reads a duration setting. Throws INVALID_BODY with its pointer. */
export function durationSetting(value: string | number, pointer: string): Micros {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to read the setting ${pointer}: expected ${DURATION_FORMS}, was ${JSON.stringify(value)}.`,
    { pointer, expected: DURATION_FORMS, was: value },
  );
}

/** The zone whose name is nearly this, or whose city it is. */
function nearestZone(name: string): string | undefined {
  const zones = timeZones();
  return zones.find((zone) => zone.toLowerCase().endsWith(`/${name.toLowerCase()}`)) ?? nearest(name, zones);
}

/** Checks a setting that names a time zone. Throws INVALID_BODY with its pointer and the nearest name. */
export function zoneSetting(value: string, pointer: string): string {
  if (isTimeZone(value)) return value;
  const expected = 'a time zone such as "Europe/Berlin"';
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to read the setting ${pointer}: expected ${expected}, was ${JSON.stringify(value)}.${didYouMean(nearestZone(value))}`,
    { pointer, expected, was: value },
  );
}
