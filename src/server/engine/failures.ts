import { GreenroomError, tellUnexpected, messageOf } from '../../errors.js';
import type { World } from './world.js';

/** Notes that code has failed: its message alone, for its stack names places of this machine. */
export function noteFailure(world: World, subject: string | null, error: unknown): void {
  if (!(error instanceof GreenroomError)) world.note('failed', subject, messageOf(error));
}

/** Says that a clock that runs by itself has stopped: nobody awaits it. Whoever lives it again has heard of its failure. */
export function tellStopped(world: World, error: unknown): void {
  world.remark('clock', null, `The clock stopped: ${messageOf(error)}`);
  if (!world.replay) tellUnexpected(error, world.warn);
}
