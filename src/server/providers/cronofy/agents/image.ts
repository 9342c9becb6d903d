import type { World } from '../../../engine/world.js';
import { fetchAndNote } from '../../fetched.js';
import { jobs } from '../jobs.js';
import { sliceOf } from '../state.js';

/** The vendor fetches the image shortly before the agent joins (documented), here at its activation. */
export function planImage(world: World, sub: string): void {
  jobs.plan(world, 'image', { due: world.now(), subject: sub });
}

/** Fetches the image of an agent. */
export function fetchImage(world: World, subject: string): void | Promise<void> {
  const url = sliceOf(world).agents.get(subject)?.image_url;
  if (url == null) return;
  const expected = 'an image that can be fetched shortly before the agent joins';
  const what = { kind: 'image', accept: 'image/*', pointer: '/image_url', expected };
  return fetchAndNote(world, { provider: 'cronofy', subject, url, ...what });
}
