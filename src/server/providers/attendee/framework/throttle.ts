import { formatDuration } from '../../../../clock/duration.js';
import { MICROS_PER_SECOND } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import type { Reply } from '../../provider.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import { detail } from './replies.js';

/**
 * The project's rolling window over its POSTs (observed: all throttled views share one; refused calls do not count).
 * Counts the call, or gives its refusal.
 */
export function throttle(world: World): Reply | undefined {
  const { throttleRate } = settingsOf(world);
  if (!throttleRate) return undefined;
  const { calls, window } = throttleRate;
  const { posts } = sliceOf(world);
  const now = world.now();
  let gone = 0;
  while (gone < posts.length && posts[gone]! <= now - window) gone++;
  if (gone > 0) posts.splice(0, gone);
  if (posts.length < calls) {
    posts.push(now);
    return undefined;
  }
  const wait = posts.length === 0 ? window : window - (now - posts[0]!);
  return {
    ...throttled(Math.ceil(wait / MICROS_PER_SECOND)),
    reason: `the project's window of ${calls} POSTs in ${formatDuration(window)} is full; advance {"by":"${formatDuration(wait)}"} opens it`,
  };
}

/** The framework's refusal of a call too many. */
export const throttled = (seconds: number): Reply =>
  detail(429, `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`, {
    'Retry-After': String(seconds),
  });
