import type { ConditionalDefault, Rules } from '../rules.js';
import { FIELD_SCHEMAS } from './settings-schemas.js';

/** The fields of `POST /bots` in the order in which the vendor checks and reports them (observed). */
const BOT_FIELDS = [
  'meeting_url',
  'bot_name',
  'bot_image',
  'metadata',
  'bot_chat_message',
  'join_at',
  'calendar_event_id',
  'deduplication_key',
  'webhooks',
  'callback_settings',
  'external_media_storage_settings',
  'voice_agent_settings',
  'transcription_settings',
  'websocket_settings',
  'rtmp_settings',
  'recording_settings',
  'google_meet_settings',
  'teams_settings',
  'zoom_settings',
  'debug_settings',
  'automatic_leave_settings',
  'kubernetes_settings',
] as const;
const OF_BOTS_ALONE: readonly string[] = ['meeting_url', 'bot_name', 'join_at'];

/** Who has removed a bot; Teams alone says it. */
const REMOVER = ['remover_name', 'remover_uuid', 'remover_user_uuid', 'remover_is_host'] as const;

/** How a bot deals with the pages of Google Meet. */
export const MEET_MODE = '/google_meet_settings/ui_interaction_mode';
const MEET_MODES: readonly ConditionalDefault[] = [{ when: 'use_login', value: 'robotic' }, { value: 'humanized' }];

/** The rules of Attendee v1.64.1 in which versions differ (observed). */
export const RULES = {
  fields: {
    bot: BOT_FIELDS,
    app_session: [...BOT_FIELDS.filter((name) => !OF_BOTS_ALONE.includes(name)), 'zoom_rtms'],
  },
  schemas: FIELD_SCHEMAS,
  refusals: {},
  limits: {
    bot_name: 255,
    deduplication_key: 1024,
    meeting_url: 2048,
    webhook_url: 2048,
  },
  texts: { bot_image: 'Data is not a valid {kind} image.' },
  lists: { image_types: ['image/png', 'image/jpeg'] },
  metadata: { remover: REMOVER, clean_up: ['infrastructure_information'] },
  defaults: { [MEET_MODE]: MEET_MODES },
  timings: { authorized_user: 'absence' },
  outcomes: [
    { cause: 'leave', event: 'left_meeting' },
    { cause: 'meeting_end', event: 'meeting_ended', metadata: REMOVER },
  ],
  switches: {},
} satisfies Rules;

/** The same tables in any version. */
export type AttendeeRules = { readonly [K in keyof typeof RULES]: Widened<(typeof RULES)[K], Rules[K]> };
type Widened<Own, Neutral> = Neutral extends readonly unknown[]
  ? Neutral
  : Readonly<Record<keyof Own, Neutral[keyof Neutral]>> & Neutral;
