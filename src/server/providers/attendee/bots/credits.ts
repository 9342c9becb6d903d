import { MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';

const FLOOR = -1;
const HUNDREDTHS = 100;
const SECONDS_PER_HOUR = 3600;
/** Before it is tried for the nth time again, a charge waits a random time up to 0.05 s · 2ⁿ, at most 1 s; 4 s in all (observed). */
const PAUSE: Micros = 0.05 * MICROS_PER_SECOND;
const PAUSE_MAX: Micros = MICROS_PER_SECOND;
const PAUSES_MAX: Micros = 4 * MICROS_PER_SECOND;

/** Exactly the floor still works (observed). */
export function isOutOfCredits(world: World): boolean {
  const { project, charged } = sliceOf(world);
  const credits = project.credits ?? settingsOf(world).credits;
  return Math.round(credits * HUNDREDTHS) - charged < FLOOR * HUNDREDTHS;
}

/** Takes what a bot's life has cost, one credit an hour, rounded up to hundredths. Gives the credits. */
export function charge(world: World, seconds: number): number {
  const hundredths = Math.ceil((seconds * HUNDREDTHS) / SECONDS_PER_HOUR);
  sliceOf(world).charged += hundredths;
  return hundredths / HUNDREDTHS;
}

/** How long it takes until a charge is written: other charges of the project get in first as often as the setting says. */
export function pauseOfCharge(world: World): Micros {
  const { charge_credits, credit_transaction_conflicts: conflicts } = settingsOf(world);
  if (!charge_credits) return 0;
  let pauses = 0;
  for (let n = 1; n <= conflicts; n++)
    pauses += Math.round(world.random.share('charge') * Math.min(PAUSE_MAX, PAUSE * 2 ** n));
  return Math.min(pauses, PAUSES_MAX);
}
