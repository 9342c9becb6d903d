import { isOwn } from '../../../engine/deliveries/destination.js';
import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';

export type IsLocal = (url: string) => boolean;

/** Tells of a URL whether the vendor would refuse it and greenroom exists to allow it. */
export const localUrls =
  (world: World): IsLocal =>
  (url) =>
    !settingsOf(world).refuseLocalUrls && isOwn(world.transport.destinationOf(url), url);

/** Says what production would have refused: once, since every test that runs on one machine does it with each bot. */
export function noteLocalUrl(world: World, what: string, url: string): void {
  if (url.startsWith('https://')) return;
  const { protocol } = new URL(url);
  world.noteOnce('local-url', `production refuses ${what} URLs with ${protocol}//: they must start with https://`);
}
