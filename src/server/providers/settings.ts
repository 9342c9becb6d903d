import { DURATION_FORMS, parseDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
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
