import { DURATION_FORMS, parseDuration } from '../clock/duration.js';
import { ClockOptions } from '../contracts/control/clock.js';
import { misfit, type GreenroomError } from '../errors.js';
import { placeAt } from '../told.js';
import type { DeliveryGuard } from './engine/world-options.js';

const LONGEST_QUIET_MS = 60_000;

/** Reads a `quiet` or a `quiet_limit`, in real milliseconds. Throws INVALID_BODY. */
export function quietTime(value: number | string, pointer = '/quiet'): number {
  const expected = `${DURATION_FORMS}, a minute at most`;
  const quiet = realMilliseconds(value, pointer, expected);
  if (quiet <= LONGEST_QUIET_MS) return quiet;
  throw unreadable(pointer, expected, value);
}

/** Reads a `delivery_guard`. Throws INVALID_BODY. */
export function guardTime(value: number | string | undefined): DeliveryGuard {
  if (value === undefined || value === 'off') return value;
  const expected = `"off" or ${DURATION_FORMS}, a millisecond at least`;
  const guard = realMilliseconds(value, '/delivery_guard', expected);
  if (guard >= 1) return guard;
  throw unreadable('/delivery_guard', expected, value);
}

/** Reads a `reader_wait`, in real milliseconds. Throws INVALID_BODY. */
export const readerWait = (value: number | string = ClockOptions.properties.reader_wait.default as string): number =>
  realMilliseconds(value, '/clock/reader_wait', DURATION_FORMS);

function realMilliseconds(value: number | string, pointer: string, expected: string): number {
  const duration = parseDuration(value);
  if (duration === undefined) throw unreadable(pointer, expected, value);
  return duration / 1000;
}

const unreadable = (pointer: string, expected: string, was: unknown): GreenroomError =>
  misfit(placeAt('read a duration of real time', pointer), { expected, was });
