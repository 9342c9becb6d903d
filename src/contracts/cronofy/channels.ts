import { Type, type Static } from '@sinclair/typebox';
import { alsoCalled } from '../schemas/schema.js';

/** The shapes of notification channels, and what they tell. */

/** What a channel is limited to; the answer shows what the request had. */
export const ChannelFilters = Type.Object({
  calendar_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, expected: 'at least one calendar' })),
  only_managed: Type.Optional(Type.Boolean()),
});
export type ChannelFilters = Static<typeof ChannelFilters>;

/** The body of `POST /v1/channels`. */
export const CreateChannelRequest = Type.Object({
  callback_url: Type.String({
    minLength: 1,
    expected: 'an HTTP or HTTPS URL',
    ...alsoCalled('uri', 'url', 'webhook_url'),
  }),
  filters: Type.Optional(ChannelFilters),
  scheduling_conversations: Type.Optional(Type.Object({ enabled: Type.Optional(Type.Boolean()) })),
});
export type CreateChannelRequest = Static<typeof CreateChannelRequest>;

export const Channel = Type.Object(
  { channel_id: Type.String({ pattern: '^chn_' }), callback_url: Type.String(), filters: ChannelFilters },
  { additionalProperties: false },
);
export type Channel = Static<typeof Channel>;

export const ChannelResponse = Type.Object({ channel: Channel }, { additionalProperties: false });
export const ChannelList = Type.Object({ channels: Type.Array(Channel) }, { additionalProperties: false });

/** What a channel tells beside that events have changed. */
export const CHANNEL_NOTICES = [
  'verification',
  'profile_disconnected',
  'conferencing_profile_disconnected',
  'profile_initial_sync_completed',
  'gdpr_requested',
] as const;
export type ChannelNotice = (typeof CHANNEL_NOTICES)[number];

/** What a channel tells of Cronofy's scheduling conversations, where it was asked to (alpha). */
export const CONVERSATION_NOTICES = ['scheduling_conversation_joined', 'scheduling_conversation_updated'] as const;
export type ConversationNotice = (typeof CONVERSATION_NOTICES)[number];

/** The channel as its callbacks show it. */
export const CallbackChannel = Type.Object(
  {
    ...Channel.properties,
    scheduling_conversations: Type.Object(
      { enabled: Type.Optional(Type.Literal(true)) },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
