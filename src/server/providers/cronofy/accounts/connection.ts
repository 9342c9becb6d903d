import type { World } from '../../../engine/world.js';
import { tellNotice } from '../channels/notices.js';
import { jobs } from '../jobs.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import { ownAccount } from './accounts.js';

/** The profile below the calendar loses its connection or gets it back. Channels tell of it when the vendor notices. */
export function setConnected(world: World, connected: boolean): void {
  const { facts, channels } = sliceOf(world);
  if (!connected && !facts.disconnected && channels.size > 0)
    jobs.plan(world, 'disconnected', {
      due: world.now() + settingsOf(world).disconnectionNoticedAfter,
      subject: ownAccount(world).sub,
    });
  facts.disconnected = !connected;
}

/** The vendor tries to reach a profile, and cannot. */
export function noticeDisconnection(world: World, account: string): void {
  if (sliceOf(world).facts.disconnected) tellNotice(world, account, 'profile_disconnected');
}
