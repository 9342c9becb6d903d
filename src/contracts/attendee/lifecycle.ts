import type { BotEventType, BotState } from './vocabulary.js';

/** The bot's state before a breakout room, where `joined_breakout_room` and `left_breakout_room` lead back to. */
export const BACK = 'the state before the breakout room';

export interface Row {
  readonly from: readonly BotState[];
  readonly to: BotState | typeof BACK;
  /** The reasons that a state allows, where it does not allow all. */
  readonly only?: Readonly<Partial<Record<string, readonly string[]>>>;
}
export type BotLifecycle = Readonly<Record<BotEventType, Row>>;

/** States of a bot that is in its meeting. */
export const JOINED = [
  'joined_recording_paused',
  'joined_recording',
  'joined_not_recording',
  'joined_recording_permission_denied',
] as const;
/** The same states as the breakout rooms' messages list them. */
const JOINED_BREAKOUT_ORDER = [
  'joined_not_recording',
  'joined_recording_permission_denied',
  'joined_recording',
  'joined_recording_paused',
] as const;
const BREAKOUT = ['joining_breakout_room', 'leaving_breakout_room'] as const;

/** Attendee's state machine (v1.64.1). `from` stands in the order in which the vendor's error messages list it. */
export const BOT_LIFECYCLE: BotLifecycle = {
  join_requested: { from: ['ready', 'staged'], to: 'joining' },
  staged: { from: ['scheduled'], to: 'staged' },
  put_in_waiting_room: { from: ['joining'], to: 'waiting_room' },
  joined_meeting: { from: ['waiting_room', 'joining'], to: 'joined_not_recording' },
  recording_permission_granted: {
    from: ['joined_not_recording', 'joined_recording_permission_denied'],
    to: 'joined_recording',
  },
  recording_permission_denied: {
    from: ['joined_not_recording', 'joined_recording_permission_denied', 'joined_recording', 'joined_recording_paused'],
    to: 'joined_recording_permission_denied',
  },
  recording_paused: { from: ['joined_recording'], to: 'joined_recording_paused' },
  recording_resumed: { from: ['joined_recording_paused'], to: 'joined_recording' },
  began_joining_breakout_room: { from: JOINED_BREAKOUT_ORDER, to: 'joining_breakout_room' },
  began_leaving_breakout_room: { from: JOINED_BREAKOUT_ORDER, to: 'leaving_breakout_room' },
  joined_breakout_room: { from: ['joining_breakout_room'], to: BACK },
  left_breakout_room: { from: ['leaving_breakout_room'], to: BACK },
  leave_requested: { from: [...JOINED, 'waiting_room', 'joining', ...BREAKOUT], to: 'leaving' },
  left_meeting: { from: ['leaving'], to: 'post_processing' },
  meeting_ended: { from: [...JOINED, 'waiting_room', 'joining', 'leaving', ...BREAKOUT], to: 'post_processing' },
  post_processing_completed: { from: ['post_processing'], to: 'ended' },
  could_not_join_meeting: { from: ['joining', 'waiting_room'], to: 'fatal_error' },
  fatal_error: {
    from: [
      'joining',
      ...JOINED,
      'waiting_room',
      'leaving',
      'post_processing',
      'scheduled',
      'staged',
      ...BREAKOUT,
      'connecting',
      'connected',
      'disconnecting',
    ],
    to: 'fatal_error',
  },
  data_deleted: { from: ['fatal_error', 'ended'], to: 'data_deleted' },
  app_session_connection_requested: { from: ['ready'], to: 'connecting' },
  app_session_connected: { from: ['connecting'], to: 'connected' },
  app_session_disconnect_requested: { from: ['connected', 'connecting'], to: 'disconnecting' },
  app_session_disconnected: { from: ['disconnecting'], to: 'post_processing' },
};

/** The events with which a project is charged for a bot that is over (observed: all that end one but `fatal_error`). */
export const CHARGED_EVENTS = ['post_processing_completed', 'could_not_join_meeting'] as const;
export type ChargedEvent = (typeof CHARGED_EVENTS)[number];

/** Reasons that an event reports (observed: the vendor's models of v1.64.1). */
export const SUB_TYPES = {
  leave_requested: [
    'user_requested',
    'auto_leave_silence',
    'auto_leave_only_participant_in_meeting',
    'auto_leave_max_uptime_exceeded',
    'auto_leave_could_not_enable_closed_captions',
  ],
  could_not_join_meeting: [
    'meeting_not_started_waiting_for_host',
    'zoom_authorization_failed',
    'zoom_meeting_status_failed',
    'unpublished_zoom_app',
    'zoom_sdk_internal_error',
    'request_to_join_denied',
    'meeting_not_found',
    'waiting_room_timeout_exceeded',
    'login_required',
    'bot_login_attempt_failed',
    'unable_to_connect_to_meeting',
    'authorized_user_not_in_meeting_timeout_exceeded',
    'blocked_by_captcha',
    'zoom_app_cannot_join_anonymously',
  ],
  fatal_error: [
    'process_terminated',
    'rtmp_connection_failed',
    'ui_element_not_found',
    'heartbeat_timeout',
    'bot_not_launched',
    'out_of_credits',
    'attendee_internal_error',
    'global_runtime_timeout',
  ],
  recording_permission_denied: [
    'host_denied_permission',
    'request_timed_out',
    'host_client_cannot_grant_permission',
    'webinar_attendee_needs_panelist_promotion',
  ],
} as const satisfies Partial<Record<BotEventType, readonly string[]>>;

/** A reason that an event can report. */
export type SubType<E extends keyof typeof SUB_TYPES> = (typeof SUB_TYPES)[E][number];
