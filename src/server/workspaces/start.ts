import { withHold } from '../../clock/rest/holds.js';
import { MICROS_PER_SECOND, parseInstant, type Micros } from '../../clock/instant.js';
import { wallClock } from '../../clock/real-time.js';
import { GreenroomError, messageOf, misfit } from '../../errors.js';
import type { Player } from '../engine/player.js';
import type { World, WorldSnapshot } from '../engine/world.js';
import type { WorkspaceOptions } from './workspace.js';

const FROZEN_START = parseInstant('2026-01-01T09:00:00Z')!;

/** The instant at which the clock of a workspace begins. Throws INVALID_BODY. */
export function startOf({ now, mode = 'frozen' }: NonNullable<WorkspaceOptions['clock']> = {}): Micros {
  if (now === undefined) return mode === 'live' ? wallClock() : FROZEN_START;
  // Whole seconds, in which it can be given again.
  if (now === 'now') return wallClock() - (wallClock() % MICROS_PER_SECOND);
  const start = parseInstant(now);
  if (start !== undefined) return start;
  const expected = 'an ISO 8601 instant with a zone, such as "2026-03-02T10:00:00Z", or "now"';
  throw misfit({ pointer: '/clock/now', text: 'Failed to set the clock: ' }, { expected, was: now });
}

/** Has a new world be what a snapshot says. Throws INVALID_BODY, and what the player says; then the world is over. */
export function readSnapshot(world: World, snapshot: WorldSnapshot, player: Player): void {
  try {
    world.restore(snapshot);
    player.assertPlayable(world);
  } catch (error) {
    world.clock.stop();
    if (error instanceof GreenroomError) throw error;
    const reason = messageOf(error);
    throw new GreenroomError('INVALID_BODY', `Failed to restore the snapshot: ${reason}. The workspace is as it was.`);
  }
}

/** Throws CLOCK_BUSY for what cannot be done to a world while it is advanced. */
export function assertNoAdvance({ clock }: World, what: string): void {
  if (!clock.advancing) return;
  const reason = `Failed to ${what}: an advance of this workspace is still under way. Await it first.`;
  throw withHold(new GreenroomError('CLOCK_BUSY', reason), clock.activity.holds);
}
