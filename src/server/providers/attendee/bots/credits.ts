import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';

const FLOOR = -1;
const HUNDREDTHS = 100;
const SECONDS_PER_HOUR = 3600;

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
