import type { World } from '../../../engine/world.js';
import { tellNotice } from '../channels/notices.js';
import { jobs } from '../jobs.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Account } from '../state.js';

/** A profile loses its connection or gets it back. Channels tell of it when the vendor notices. */
export function setConnected(world: World, { sub, profile_id }: Account, connected: boolean): void {
  const { disconnected, channels } = sliceOf(world);
  if (connected) {
    delete disconnected[profile_id];
    return;
  }
  if (!Object.hasOwn(disconnected, profile_id) && channels.size > 0)
    jobs.plan(world, 'disconnected', {
      due: world.now() + settingsOf(world).disconnectionNoticedAfter,
      subject: sub,
    });
  disconnected[profile_id] = true;
}

/** The vendor tries to reach a profile, and cannot. */
export function noticeDisconnection(world: World, sub: string): void {
  const { accounts, disconnected } = sliceOf(world);
  const account = accounts.get(sub);
  if (account && Object.hasOwn(disconnected, account.profile_id)) tellNotice(world, sub, 'profile_disconnected');
}
