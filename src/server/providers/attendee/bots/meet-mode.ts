import { MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import { attendeeContract, type AttendeeContract } from '../../../../contracts/attendee/contract.js';
import { MEET_MODE } from '../../../../contracts/attendee/rules.js';
import { defaultOf } from '../../../../contracts/rules.js';
import type { PyObject, PyValue } from '../python/json.js';

/** A humanized bot moves the mouse to what it clicks, and types by the key: so much longer it takes to join (observed: about). */
const HUMANIZED_TAKES: Micros = 10 * MICROS_PER_SECOND;

const CONDITIONS: Readonly<Record<string, (settings: PyObject) => boolean>> = {
  use_login: (settings) => settings.get('use_login') === true,
  use_login_always: (settings) =>
    settings.get('use_login') === true && (settings.get('login_mode') ?? 'always') === 'always',
};

const timeIn = (mode: PyValue | undefined): Micros => (mode === 'humanized' ? HUMANIZED_TAKES : 0);

/**
 * How much later than its scenario says a bot joins in Google Meet; below zero: earlier. A scenario tells of a bot that acts as
 * it does in the recorded version if its request does not say how.
 */
export function meetDelayOf({ rules }: AttendeeContract, settings: PyObject = new Map()): Micros {
  const holds = (condition: string): boolean => CONDITIONS[condition]?.(settings) ?? false;
  const mode = settings.get('ui_interaction_mode') ?? defaultOf(rules, MEET_MODE, holds);
  return timeIn(mode) - timeIn(defaultOf(attendeeContract.rules, MEET_MODE, holds));
}
