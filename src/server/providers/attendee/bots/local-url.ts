import { isOwn } from '../../../engine/deliveries/destination.js';
import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';

export type IsLocal = (url: string) => boolean;

/** Tells of a URL whether the vendor would refuse it and greenroom exists to allow it. */
export const localUrls =
  (world: World): IsLocal =>
  (url) =>
    !settingsOf(world).refuseLocalUrls && isOwn(world.transport.destinationOf(url), url);

/** Says what production would have refused. */
export function noteLocalUrl(world: World, subject: string | null, what: string, url: string): void {
  if (url.startsWith('https://')) return;
  const shown = `${new URL(url).protocol}//…`;
  world.note('local-url', subject, `production refuses the ${what} URL ${shown}: it must start with https://`);
}
