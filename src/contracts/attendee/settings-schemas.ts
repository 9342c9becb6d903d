import type { FieldSchema } from '../rules.js';
import {
  ELEVENLABS_LANGUAGES,
  GOOGLE_MEET_LANGUAGES,
  SARVAM_LANGUAGES,
  TEAMS_LANGUAGES,
  ZOOM_LANGUAGES,
} from './languages.js';
import { TRIGGERS } from './vocabulary.js';

/** The schemas of a bot's settings objects (documented in Attendee's API reference, rules observed in v1.64.1). */

const text: FieldSchema = { type: 'string' };
const flag: FieldSchema = { type: 'boolean' };
const integer: FieldSchema = { type: 'integer' };
const texts: FieldSchema = { type: 'array', items: text };
const oneOf = (words: readonly (string | number)[]): FieldSchema => ({
  type: typeof words[0] === 'number' ? 'integer' : 'string',
  enum: words,
});
const closed = (properties: Readonly<Record<string, FieldSchema>>, required: readonly string[] = []): FieldSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const CHUNKING: FieldSchema = {
  oneOf: [
    oneOf(['auto']),
    closed(
      {
        type: oneOf(['server_vad']),
        prefix_padding_ms: integer,
        silence_duration_ms: integer,
        threshold: { type: 'number' },
      },
      ['type'],
    ),
  ],
};

const CAPTIONS = {
  google_meet_language: oneOf(GOOGLE_MEET_LANGUAGES),
  teams_language: oneOf(TEAMS_LANGUAGES),
  zoom_language: oneOf(ZOOM_LANGUAGES),
  merge_consecutive_captions: flag,
};

const TRANSCRIPTION_SETTINGS: FieldSchema = closed({
  deepgram: closed({
    callback: text,
    detect_language: flag,
    keyterms: texts,
    keywords: texts,
    language: text,
    model: text,
    redact: { type: 'array', items: oneOf(['pci', 'pii', 'numbers']), uniqueItems: true },
    replace: texts,
    use_eu_server: flag,
  }),
  gladia: closed({ code_switching_languages: texts, enable_code_switching: flag }),
  openai: closed(
    {
      model: oneOf(['gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-transcribe-diarize']),
      prompt: text,
      language: text,
      response_format: oneOf(['json', 'diarized_json']),
      chunking_strategy: CHUNKING,
    },
    ['model'],
  ),
  assembly_ai: closed({
    language_code: text,
    language_detection: flag,
    keyterms_prompt: texts,
    speech_model: text,
    speech_models: { type: 'array', items: text, uniqueItems: true },
    speaker_labels: flag,
    use_eu_server: flag,
    language_detection_options: closed({ expected_languages: texts, fallback_language: text }),
    custom_spelling: { type: 'array', items: closed({ from: texts, to: text }, ['from', 'to']) },
    prompt: text,
  }),
  meeting_closed_captions: closed(CAPTIONS),
  sarvam: closed({
    model: text,
    language_code: oneOf(SARVAM_LANGUAGES),
    mode: oneOf(['transcribe', 'translate', 'verbatim', 'translit', 'codemix']),
  }),
  elevenlabs: closed(
    {
      model_id: oneOf(['scribe_v1', 'scribe_v1_experimental']),
      language_code: oneOf(ELEVENLABS_LANGUAGES),
      tag_audio_events: flag,
    },
    ['model_id'],
  ),
  kyutai: closed({ server_url: text }),
  custom_async: { type: 'object' },
  custom_async_v2: {
    type: 'object',
    properties: { headers: { type: 'object', additionalProperties: text }, form_data: { type: 'object' } },
  },
});

const CAPTION_LANGUAGE_PATCH: FieldSchema = closed(
  {
    meeting_closed_captions: {
      ...closed({ teams_language: CAPTIONS.teams_language, google_meet_language: CAPTIONS.google_meet_language }),
      oneOf: [{ required: ['teams_language'] }, { required: ['google_meet_language'] }],
    },
  },
  ['meeting_closed_captions'],
);

const RECORDING_SETTINGS: FieldSchema = closed({
  format: text,
  view: text,
  resolution: oneOf(['1080p', '720p']),
  record_chat_messages_when_paused: flag,
  record_async_transcription_audio_chunks: flag,
  record_participant_speech_start_stop_events: flag,
  reserve_additional_storage: flag,
});

const WEBHOOKS: FieldSchema = {
  type: 'array',
  items: closed(
    {
      url: { type: 'string', pattern: '^https://.*' },
      triggers: { type: 'array', items: oneOf(TRIGGERS), minItems: 1, uniqueItems: true },
    },
    ['url', 'triggers'],
  ),
};

const CALLBACK_SETTINGS: FieldSchema = closed({ zoom_tokens_url: { type: 'string', pattern: '^https://.*' } });

const EXTERNAL_MEDIA_STORAGE_SETTINGS: FieldSchema = closed({ bucket_name: text, recording_file_name: text }, [
  'bucket_name',
]);

const VOICE_AGENT_SETTINGS: FieldSchema = closed({ url: text, screenshare_url: text, reserve_resources: flag });

const LOGIN_MODE = oneOf(['always', 'only_if_required']);
const LOGIN_GROUP: FieldSchema = { type: ['string', 'null'] };

const GOOGLE_MEET_SETTINGS: FieldSchema = closed({
  use_login: flag,
  login_mode: LOGIN_MODE,
  login_group_name: LOGIN_GROUP,
  ui_interaction_mode: oneOf(['robotic', 'humanized']),
});

const TEAMS_SETTINGS: FieldSchema = closed({ use_login: flag, login_mode: LOGIN_MODE, login_group_name: LOGIN_GROUP });

const ZOOM_SETTINGS: FieldSchema = closed({
  sdk: oneOf(['web', 'native']),
  meeting_settings: closed({
    allow_participants_to_unmute_self: flag,
    allow_participants_to_share_whiteboard: flag,
    allow_participants_to_request_cloud_recording: flag,
    allow_participants_to_request_local_recording: flag,
    allow_participants_to_share_screen: flag,
    allow_participants_to_chat: flag,
    enable_focus_mode: flag,
  }),
  onbehalf_token: closed({ zoom_oauth_connection_user_id: text }, ['zoom_oauth_connection_user_id']),
});

const VIDEO_RESOLUTION = oneOf(['none', '360p', '720p', '1080p']);

const WEBSOCKET_SETTINGS: FieldSchema = closed({
  audio: closed({ url: text, sample_rate: oneOf([8000, 16000, 24000]) }, ['url']),
  per_participant_audio: closed({ url: text, sample_rate: oneOf([8000, 16000]) }, ['url']),
  per_participant_video: closed(
    { url: text, webcam_resolution: VIDEO_RESOLUTION, screenshare_resolution: VIDEO_RESOLUTION },
    ['url'],
  ),
});

const RTMP_SETTINGS: FieldSchema = {
  type: 'object',
  properties: { destination_url: text, stream_key: text },
  required: ['destination_url', 'stream_key'],
};

const DEBUG_SETTINGS: FieldSchema = closed({ create_debug_recording: flag });

const KUBERNETES_SETTINGS: FieldSchema = closed({ bot_pod_spec_type: { type: 'string', pattern: '^[A-Z]+$' } }, [
  'bot_pod_spec_type',
]);

const nonEmpty: FieldSchema = { type: 'string', minLength: 1 };

const ZOOM_RTMS: FieldSchema = closed(
  { meeting_uuid: nonEmpty, rtms_stream_id: nonEmpty, server_urls: nonEmpty, operator_id: text },
  ['meeting_uuid', 'rtms_stream_id', 'server_urls'],
);

const TEXT_TO_SPEECH_SETTINGS: FieldSchema = closed(
  { google: closed({ voice_language_code: text, voice_name: text }, ['voice_language_code', 'voice_name']) },
  ['google'],
);

/** The schemas of the settings objects of a bot, by field, and those of two other calls. */
export const FIELD_SCHEMAS = {
  webhooks: WEBHOOKS,
  callback_settings: CALLBACK_SETTINGS,
  external_media_storage_settings: EXTERNAL_MEDIA_STORAGE_SETTINGS,
  voice_agent_settings: VOICE_AGENT_SETTINGS,
  transcription_settings: TRANSCRIPTION_SETTINGS,
  websocket_settings: WEBSOCKET_SETTINGS,
  rtmp_settings: RTMP_SETTINGS,
  recording_settings: RECORDING_SETTINGS,
  google_meet_settings: GOOGLE_MEET_SETTINGS,
  teams_settings: TEAMS_SETTINGS,
  zoom_settings: ZOOM_SETTINGS,
  debug_settings: DEBUG_SETTINGS,
  kubernetes_settings: KUBERNETES_SETTINGS,
  zoom_rtms: ZOOM_RTMS,
  /** The change of a language while a bot is in its meeting. */
  caption_language: CAPTION_LANGUAGE_PATCH,
  text_to_speech_settings: TEXT_TO_SPEECH_SETTINGS,
} satisfies Readonly<Record<string, FieldSchema>>;
