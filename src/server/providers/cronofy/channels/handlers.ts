import { CreateChannelRequest, type Channel as Shown } from '../../../../contracts/cronofy/channels.js';
import { setSubject } from '../../provider.js';
import { accountOf, ownsCalendar } from '../accounts/accounts.js';
import { admitted } from '../accounts/authorize.js';
import { empty, json, refused, type FieldErrors } from '../errors.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import { checkCallbackUrl, readBody } from '../validate.js';
import type { Channel } from './channel.js';
import { closeChannel, isOf, tell } from './notices.js';

const READS = { wants: 'access_token', scopes: ['read_events', 'read_free_busy'] } as const;
/** Documented: so many for an account. */
const CHANNELS = 128;
/** Said by an earlier copy of the page, and by the Python SDK. */
const URL_LENGTH = 128;

const render = ({ channel_id, callback_url, filters }: Channel): Shown => ({ channel_id, callback_url, filters });

const createChannel = admitted(READS, (call, caller) => {
  const { world } = call;
  const read = readBody<CreateChannelRequest>(call, CreateChannelRequest);
  if ('refusal' in read) return read.refusal;
  const { body, errors } = read;
  const { callback_url, filters = {}, scheduling_conversations } = body;
  const conversations = scheduling_conversations?.enabled === true;
  const { channels } = sliceOf(world);
  const account = accountOf(world, caller).sub;
  const settings = settingsOf(world);
  checkCallbackUrl(callback_url, 'callback_url', errors, settings);
  if (callback_url.length > URL_LENGTH && settings.callback_hosts === 'public')
    errors.add('callback_url', 'too_long', `must be at most ${URL_LENGTH} characters`);
  if ([...new Set(filters.calendar_ids)].some((id) => !ownsCalendar(world, caller, id)))
    errors.add('filters.calendar_ids', 'invalid_calendar_ids', 'must be calendars of the account');
  const mine = channels.filter((channel) => isOf(world, channel, account));
  const same =
    settings.channel_reuse &&
    mine.find(
      (channel) => isLike(channel, callback_url, filters) && channel.conversations === (conversations || undefined),
    );
  if (!same) checkNumber(mine, errors);
  if (errors.any) return errors.reply();
  const channel = same || channels.add(newChannel());
  setSubject(call, channel.channel_id);
  if (channel !== same) tell(world, channel, 'verification');
  return json(200, { channel: render(channel) });

  function newChannel(): Channel {
    const channel_id = `chn_${world.random.hex('chn', 24)}`;
    const { foreignSecret } = caller;
    const told = conversations ? { conversations } : {};
    return { channel_id, account, callback_url, filters, ...told, untold: null, foreignSecret };
  }
});

function checkNumber(mine: readonly Channel[], errors: FieldErrors): void {
  if (mine.length >= CHANNELS) errors.add('callback_url', 'too_many', `an account has at most ${CHANNELS} channels`);
}

const isLike = (channel: Channel, url: string, filters: Channel['filters']): boolean =>
  channel.callback_url === url && JSON.stringify(channel.filters) === JSON.stringify(filters);

const listChannels = admitted(READS, ({ world }, caller) => {
  const { sub } = accountOf(world, caller);
  const channels = sliceOf(world).channels.filter((channel) => isOf(world, channel, sub));
  return json(200, { channels: channels.map(render) });
});

const closeOne = admitted(READS, (call, caller) => {
  const { world, params } = call;
  const channel = sliceOf(world).channels.get(params['channel_id'] ?? '');
  if (!channel || !isOf(world, channel, accountOf(world, caller).sub))
    return refused(404, 'the account has no open channel of this id');
  closeChannel(world, channel);
  setSubject(call, channel.channel_id);
  return empty(202);
});

export const channelHandlers = { createChannel, listChannels, closeChannel: closeOne };
