import { Type } from '@sinclair/typebox';
import { alsoCalled } from '../../schemas/schema.js';
import type { FieldSchema } from '../../rules.js';
import { TRIGGERS } from '../vocabulary.js';
import { Anything, closed, Metadata, Nullable, oneOf, settings } from './fields.js';

/** The bodies of requests. The inner rules of the settings objects are the provider's. */

const text: FieldSchema = { type: 'string' };
const seconds: FieldSchema = { type: 'integer' };
export const BotImage = settings({
  type: 'object',
  properties: { type: text, data: text },
  required: ['type', 'data'],
});
export const BotChatMessage = settings({
  type: 'object',
  properties: { to: text, to_user_uuid: { type: ['string', 'null'] }, message: text },
  required: ['message'],
});
export const AutomaticLeaveSettings = settings({
  type: 'object',
  properties: {
    silence_timeout_seconds: seconds,
    silence_activate_after_seconds: seconds,
    only_participant_in_meeting_timeout_seconds: seconds,
    wait_for_host_to_start_meeting_timeout_seconds: seconds,
    waiting_room_timeout_seconds: seconds,
    max_uptime_seconds: seconds,
    enable_closed_captions_timeout_seconds: seconds,
    authorized_user_not_in_meeting_timeout_seconds: seconds,
    bot_keywords: { type: ['array', 'null'], items: text },
  },
  additionalProperties: false,
});

export const CreateBotRequest = Type.Object(
  {
    meeting_url: Type.Optional(Type.String(alsoCalled('join_url'))),
    bot_name: Type.Union([Type.String(), Type.Number()], alsoCalled('display_name', 'name')),
    bot_image: Type.Optional(BotImage),
    metadata: Type.Optional(Metadata),
    bot_chat_message: Type.Optional(BotChatMessage),
    join_at: Type.Optional(Type.String(alsoCalled('join_time', 'start_time', 'scheduled_at'))),
    calendar_event_id: Type.Optional(Type.String()),
    deduplication_key: Type.Optional(Type.Union([Type.String(), Type.Number()], alsoCalled('scheduling_key'))),
    webhooks: Type.Optional(
      Type.Array(
        Type.Object({ url: Type.String({ pattern: '^https?://' }), triggers: Type.Array(oneOf(TRIGGERS)) }, closed),
        alsoCalled('subscriptions', 'webhook_url', 'callback_url'),
      ),
    ),
    callback_settings: Type.Optional(settings('callback_settings')),
    external_media_storage_settings: Type.Optional(settings('external_media_storage_settings')),
    voice_agent_settings: Type.Optional(settings('voice_agent_settings')),
    transcription_settings: Type.Optional(settings('transcription_settings')),
    recording_settings: Type.Optional(settings('recording_settings')),
    automatic_leave_settings: Type.Optional(AutomaticLeaveSettings),
    google_meet_settings: Type.Optional(settings('google_meet_settings')),
    teams_settings: Type.Optional(settings('teams_settings')),
    zoom_settings: Type.Optional(settings('zoom_settings')),
    websocket_settings: Type.Optional(settings('websocket_settings')),
    rtmp_settings: Type.Optional(settings('rtmp_settings')),
    debug_settings: Type.Optional(settings('debug_settings')),
    kubernetes_settings: Type.Optional(Type.Object({}, { additionalProperties: true, 'x-undocumented': true })),
  },
  closed,
);

/** The body of `PATCH /api/v1/bots/{id}`. Unknown fields are ignored by the vendor. */
export const PatchBotRequest = Type.Object({
  join_at: Type.Optional(Type.String()),
  meeting_url: Type.Optional(Type.String()),
  bot_name: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  bot_image: Type.Optional(BotImage),
  recording_settings: Type.Optional(settings('recording_settings')),
  metadata: Type.Optional(Metadata),
});

export const CreateAppSessionRequest = Type.Object({
  zoom_rtms: settings('zoom_rtms'),
  ...Type.Omit(CreateBotRequest, ['meeting_url', 'bot_name', 'join_at']).properties,
});
export const EndAppSessionRequest = Type.Object({ zoom_rtms: Type.Object({ rtms_stream_id: Anything }) });
export const SendChatMessageRequest = Type.Object({
  to: Type.Optional(Type.String()),
  to_user_uuid: Type.Optional(Nullable(Type.String())),
  message: Type.Union([Type.String(), Type.Number()]),
});
export const SpeechRequest = Type.Object({
  text: Type.Union([Type.String(), Type.Number()]),
  text_to_speech_settings: settings('text_to_speech_settings'),
});
export const MediaRequest = Type.Object({ type: Type.String(), data: Type.String() });
export const OutputVideoRequest = Type.Object({
  url: Type.String(),
  loop: Type.Optional(Anything),
  mute_video: Type.Optional(Anything),
});
export const VoiceAgentRequest = Type.Object({
  url: Type.Optional(Type.String()),
  screenshare_url: Type.Optional(Type.String()),
});
export const TranscriptionRequest = Type.Object({ transcription_settings: settings('transcription_settings') });
export const CaptionLanguageRequest = Type.Object({ transcription_settings: settings('caption_language') });
export const GalleryRequest = Type.Object({ direction: Type.Optional(Anything) });
const calendarSecrets = {
  client_secret: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  metadata: Type.Optional(Metadata),
};
export const CreateCalendarRequest = Type.Object({
  platform: Type.String(),
  client_id: Type.String(),
  ...calendarSecrets,
  platform_uuid: Type.Optional(Type.String()),
  deduplication_key: Type.Optional(Type.String()),
});
export const PatchCalendarRequest = Type.Object(calendarSecrets);
export const CreateZoomConnectionRequest = Type.Object({
  authorization_code: Type.Union([Type.String(), Type.Number()]),
  redirect_uri: Type.String(),
  zoom_oauth_app_id: Type.Optional(Type.String()),
  is_local_recording_token_supported: Type.Optional(Anything),
  is_onbehalf_token_supported: Type.Optional(Anything),
  metadata: Type.Optional(Metadata),
});
