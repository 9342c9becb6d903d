import { wholeSeconds, type Micros } from '../../../../clock/instant.js';
import type { ChannelNotice, ConversationNotice } from '../../../../contracts/cronofy/channels.js';
import { readUrl } from '../../../../read-url.js';
import type { Delivery } from '../../../engine/deliveries/outbox.js';
import type { World } from '../../../engine/world.js';
import { accountOfCalendar } from '../accounts/accounts.js';
import { holderOf } from '../accounts/linking.js';
import { jobs } from '../jobs.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type CalendarEvent } from '../state.js';
import type { Channel } from './channel.js';

/** Has the channels of its calendar told that people have changed an event: a moment later, with whatever changes until then. */
export function tellChange(world: World, event: CalendarEvent): void {
  const { channels } = sliceOf(world);
  if (channels.size === 0) return;
  const account = accountOfCalendar(world, event.calendar_id)?.sub;
  for (const channel of channels.values()) {
    if (!isOf(world, channel, account) || channel.untold || !isMeant(channel, event)) continue;
    const due = world.now() + settingsOf(world).changeNotificationDelay;
    channel.untold = { since: world.now(), job: jobs.plan(world, 'change', { due, subject: channel.channel_id }) };
  }
}

const isMeant = ({ filters: { calendar_ids, only_managed } }: Channel, event: CalendarEvent): boolean =>
  (!calendar_ids || calendar_ids.includes(event.calendar_id)) && (!only_managed || event.managed);

/** A channel tells since when there are changes. */
export function sendChange(world: World, id: string): void {
  const channel = sliceOf(world).channels.get(id);
  if (!channel?.untold) return;
  const { since } = channel.untold;
  channel.untold = null;
  send(world, channel, { type: 'change', changes_since: secondOf(since) });
}

const secondOf = (at: Micros): string => `${wholeSeconds(at)}Z`;

/** Tells every channel of an account something that is not about events. */
export function tellNotice(world: World, account: string, type: ChannelNotice): void {
  for (const channel of sliceOf(world).channels.values()) if (isOf(world, channel, account)) tell(world, channel, type);
}

/** True for the channels of an account, and of those that it was linked with. */
export const isOf = (world: World, channel: Channel, account: string | undefined): boolean =>
  account !== undefined && holderOf(world, channel.account) === holderOf(world, account);

export const tell = (world: World, channel: Channel, type: ChannelNotice): void => send(world, channel, { type });

/** Tells the channels that asked for it of a scheduling conversation. False if none did. */
export function tellConversation(world: World, type: ConversationNotice, scheduling_conversation_id: string): boolean {
  const channels = sliceOf(world).channels.filter(({ conversations }) => conversations === true);
  for (const channel of channels) send(world, channel, { type, scheduling_conversation_id });
  return channels.length > 0;
}

type Notification =
  | { readonly type: ChannelNotice }
  | { readonly type: ConversationNotice; readonly scheduling_conversation_id: string }
  | { readonly type: 'change'; readonly changes_since: string };

function send(world: World, channel: Channel, notification: Notification): void {
  const { channel_id, callback_url, filters, conversations } = channel;
  world.enqueue({
    provider: 'cronofy',
    type: notification.type,
    subject: channel_id,
    url: callback_url,
    // The last field is in captures, and in no document.
    payload: JSON.stringify({
      notification,
      channel: { channel_id, callback_url, filters, scheduling_conversations: conversations ? { enabled: true } : {} },
    }),
  });
}

export function closeChannel(world: World, channel: Channel): void {
  world.clock.cancel(channel.untold?.job ?? null);
  sliceOf(world).channels.delete(channel.channel_id);
}

/** A channel that was not reached for so long is closed; so is one that never verified, if it must. */
export function loseChannel(world: World, { subject, type }: Delivery): void {
  const channel = sliceOf(world).channels.get(subject ?? '');
  if (!channel) return;
  const { channel_verification_required: required, channelClosesAfter: after } = settingsOf(world);
  const closes = type !== 'verification' || required;
  if (closes) closeChannel(world, channel);
  world.note(
    'channel',
    channel.channel_id,
    `nobody at ${readUrl(channel.callback_url)?.hostname} has taken ${type}${type === 'verification' && required ? '' : ` within ${after / 3_600_000_000} h`}; the channel ${closes ? 'is closed' : 'stays'}`,
  );
}

/** Waits until a channel is closed: the last one is repeated, and the last attempt is made when the time is over. */
export function channelDelays(waits: readonly Micros[], until: Micros): Micros[] {
  const delays: Micros[] = [];
  let sum = 0;
  while (sum < until && waits.length > 0) {
    const wait = Math.max(waits[Math.min(delays.length, waits.length - 1)]!, 1_000_000);
    delays.push(Math.min(wait, until - sum));
    sum += wait;
  }
  return delays;
}
