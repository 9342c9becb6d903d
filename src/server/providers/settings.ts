import { DURATION_FORMS, parseDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
import { isTimeZone, timeZones } from '../../clock/zones.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { misfit } from '../../errors.js';
import type { ToldPlace } from '../../told.js';

/** Where a setting stands, by its pointer: the name of its vendor, and its own. */
export const settingAt = (pointer: string): ToldPlace => ({ pointer, text: `Failed to read the setting ${pointer}: ` });

/** Reads a duration setting. Throws INVALID_BODY with its pointer. */
export function durationSetting(value: string | number, pointer: string): Micros {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw misfit(settingAt(pointer), { expected: DURATION_FORMS, was: value });
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
  throw misfit(settingAt(pointer), { expected, was: value, advice: didYouMean(nearestZone(value)) });
}
