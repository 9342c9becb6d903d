import { defineOperations } from '../contract.js';
import { ChannelList, ChannelResponse, CreateChannelRequest } from './channels.js';
import { assumed, CONVERSATIONS, CREATE_CHANNEL, LOCAL_URLS, RECOMMENDED_SYNC, says, SDKS } from './evidence.js';
import { common, forbidden, invalid, json, notFound, TOKEN_KINDS } from './responses.js';

const scopes = assumed('reading and writing channels wants read_events or read_free_busy', 'access_token_scope');

/** Channels: by them an application hears that people have changed events. */
export const channelOperations = defineOperations([
  {
    id: 'createChannel',
    method: 'POST',
    path: '/v1/channels',
    summary: 'Have changes of events told to a URL',
    auth: 'access_token',
    body: CreateChannelRequest,
    responses: {
      ...common,
      200: json('The channel', ChannelResponse, CREATE_CHANNEL),
      403: forbidden,
      422: invalid,
    },
    evidence: [
      CREATE_CHANNEL,
      SDKS,
      TOKEN_KINDS,
      LOCAL_URLS,
      scopes,
      says(CREATE_CHANNEL, 'the verification comes right after, and wants nothing back but 2xx'),
      says(CREATE_CHANNEL, 'an account has 128 channels at the most; a URL had 128 characters in earlier copies'),
      assumed('what becomes of a channel whose verification fails', 'channel_verification_required'),
      says(
        CREATE_CHANNEL,
        'said by an earlier copy: an identical request gives the channel that is there',
        'channel_reuse',
      ),
      says(CONVERSATIONS, 'alpha: with scheduling_conversations it also tells of those'),
      says(RECOMMENDED_SYNC, 'events that come into reach because time passes are not told'),
    ],
  },
  {
    id: 'listChannels',
    method: 'GET',
    path: '/v1/channels',
    summary: 'The open channels of the account',
    auth: 'access_token',
    responses: { ...common, 200: json('The channels', ChannelList, SDKS), 403: forbidden },
    evidence: [SDKS, TOKEN_KINDS, scopes],
  },
  {
    id: 'closeChannel',
    method: 'DELETE',
    path: '/v1/channels/{channel_id}',
    summary: 'Close a channel',
    auth: 'access_token',
    responses: {
      ...common,
      202: { description: 'Closed, no body', evidence: SDKS },
      403: forbidden,
      404: notFound,
    },
    evidence: [SDKS, TOKEN_KINDS, scopes],
  },
]);
