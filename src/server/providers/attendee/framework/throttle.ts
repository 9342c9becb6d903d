import { formatDuration } from '../../../../clock/duration.js';
import { MICROS_PER_SECOND } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import type { Reply } from '../../provider.js';
import { contractOf, settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import { detail } from './replies.js';

const TOO_MANY = 429;

/**
 * The project's rolling window over its POSTs (observed: all throttled views share one; refused calls do not count).
 * Counts the call of an operation that its contract throttles, or gives its refusal.
 */
export function throttle(world: World, operation: string): Reply | undefined {
  const { throttleRate } = settingsOf(world);
  if (!throttleRate || !isThrottled(world, operation)) return undefined;
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

const isThrottled = (world: World, operation: string): boolean =>
  contractOf(world).operations.some(({ id, responses }) => id === operation && responses[TOO_MANY] !== undefined);

/** The framework's refusal of a call too many. */
export const throttled = (seconds: number): Reply =>
  detail(TOO_MANY, `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`, {
    'Retry-After': String(seconds),
  });
