import { monotonic } from '../../clock/real-time.js';
import type { World } from '../engine/world.js';

const LATE =
  'The app has called later after a webhook than its quiet time. From now on that is twice the longest such wait, up to the ' +
  'quiet_limit of the workspace, after each webhook. A hold, or the probe that greenroom exec loads, takes no longer than the app does';

/** Learns from when a call comes, unless the app says itself when it is at rest; `connection` is that of a client in another process. */
export function noteLate(world: World, connection: object | undefined): void {
  const { activity, mode, advancing } = world.clock;
  if (!connection || activity.hearing.witness) return;
  const motion = mode === 'frozen' ? (advancing ? 'moved' : 'still') : 'own';
  const isNew = activity.lateness.called(monotonic(), { connection, motion, quiet: activity.quiet });
  if (isNew) world.remark('quiet', null, LATE);
}
