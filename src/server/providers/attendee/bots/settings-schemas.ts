import { TRIGGERS } from '../../../../contracts/attendee/vocabulary.js';
import type { JsonSchema } from '../framework/json-schema.js';
import {
  ELEVENLABS_LANGUAGES,
  GOOGLE_MEET_LANGUAGES,
  SARVAM_LANGUAGES,
  TEAMS_LANGUAGES,
  ZOOM_LANGUAGES,
} from './languages.js';

/** The schemas of a bot's settings objects (documented in Attendee's API reference, rules observed in v1.64.1). */

const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };
const integer: JsonSchema = { type: 'integer' };
const texts: JsonSchema = { type: 'array', items: text };
const oneOf = (words: readonly (string | number)[]): JsonSchema => ({
  type: typeof words[0] === 'number' ? 'integer' : 'string',
  enum: words,
});
const closed = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const CHUNKING: JsonSchema = {
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

export type Schema = JsonSchema;

export const TRANSCRIPTION_SETTINGS = closed({
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

/** The change of a language while a bot is in its meeting. */
export const CAPTION_LANGUAGE_PATCH = closed(
  {
    meeting_closed_captions: {
      ...closed({ teams_language: CAPTIONS.teams_language, google_meet_language: CAPTIONS.google_meet_language }),
      oneOf: [{ required: ['teams_language'] }, { required: ['google_meet_language'] }],
    },
  },
  ['meeting_closed_captions'],
);

export const RECORDING_SETTINGS = closed({
  format: text,
  view: text,
  resolution: oneOf(['1080p', '720p']),
  record_chat_messages_when_paused: flag,
  record_async_transcription_audio_chunks: flag,
  record_participant_speech_start_stop_events: flag,
  reserve_additional_storage: flag,
});

export const WEBHOOKS: JsonSchema = {
  type: 'array',
  items: closed(
    {
      url: { type: 'string', pattern: '^https://.*' },
      triggers: { type: 'array', items: oneOf(TRIGGERS), minItems: 1, uniqueItems: true },
    },
    ['url', 'triggers'],
  ),
};

export const CALLBACK_SETTINGS = closed({ zoom_tokens_url: { type: 'string', pattern: '^https://.*' } });

export const EXTERNAL_MEDIA_STORAGE_SETTINGS = closed({ bucket_name: text, recording_file_name: text }, [
  'bucket_name',
]);

export const VOICE_AGENT_SETTINGS = closed({ url: text, screenshare_url: text, reserve_resources: flag });

const LOGIN_MODE = oneOf(['always', 'only_if_required']);
const LOGIN_GROUP: JsonSchema = { type: ['string', 'null'] };

export const GOOGLE_MEET_SETTINGS = closed({
  use_login: flag,
  login_mode: LOGIN_MODE,
  login_group_name: LOGIN_GROUP,
  ui_interaction_mode: oneOf(['robotic', 'humanized']),
});

export const TEAMS_SETTINGS = closed({ use_login: flag, login_mode: LOGIN_MODE, login_group_name: LOGIN_GROUP });

export const ZOOM_SETTINGS = closed({
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

export const WEBSOCKET_SETTINGS = closed({
  audio: closed({ url: text, sample_rate: oneOf([8000, 16000, 24000]) }, ['url']),
  per_participant_audio: closed({ url: text, sample_rate: oneOf([8000, 16000]) }, ['url']),
  per_participant_video: closed(
    { url: text, webcam_resolution: VIDEO_RESOLUTION, screenshare_resolution: VIDEO_RESOLUTION },
    ['url'],
  ),
});

export const RTMP_SETTINGS: JsonSchema = {
  type: 'object',
  properties: { destination_url: text, stream_key: text },
  required: ['destination_url', 'stream_key'],
};

export const DEBUG_SETTINGS = closed({ create_debug_recording: flag });

export const KUBERNETES_SETTINGS = closed({ bot_pod_spec_type: { type: 'string', pattern: '^[A-Z]+$' } }, [
  'bot_pod_spec_type',
]);

const nonEmpty: JsonSchema = { type: 'string', minLength: 1 };

export const ZOOM_RTMS = closed(
  { meeting_uuid: nonEmpty, rtms_stream_id: nonEmpty, server_urls: nonEmpty, operator_id: text },
  ['meeting_uuid', 'rtms_stream_id', 'server_urls'],
);

export const TEXT_TO_SPEECH_SETTINGS = closed(
  { google: closed({ voice_language_code: text, voice_name: text }, ['voice_language_code', 'voice_name']) },
  ['google'],
);
