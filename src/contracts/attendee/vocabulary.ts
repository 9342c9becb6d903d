/** The words of the Attendee API, as its answers and webhooks spell them. */

/** The version of the server that greenroom reproduces. */
export const VERSION = '1.64.1';

export const BOT_STATES = [
  'ready',
  'joining',
  'joined_not_recording',
  'joined_recording',
  'leaving',
  'post_processing',
  'fatal_error',
  'waiting_room',
  'ended',
  'data_deleted',
  'scheduled',
  'staged',
  'joined_recording_paused',
  'joining_breakout_room',
  'leaving_breakout_room',
  'joined_recording_permission_denied',
  'connecting',
  'connected',
  'disconnecting',
] as const;
export type BotState = (typeof BOT_STATES)[number];

export const BOT_EVENTS = [
  'join_requested',
  'staged',
  'put_in_waiting_room',
  'joined_meeting',
  'recording_permission_granted',
  'recording_permission_denied',
  'recording_paused',
  'recording_resumed',
  'began_joining_breakout_room',
  'began_leaving_breakout_room',
  'joined_breakout_room',
  'left_breakout_room',
  'leave_requested',
  'left_meeting',
  'meeting_ended',
  'post_processing_completed',
  'could_not_join_meeting',
  'fatal_error',
  'data_deleted',
  'app_session_connection_requested',
  'app_session_connected',
  'app_session_disconnect_requested',
  'app_session_disconnected',
] as const;
export type BotEventType = (typeof BOT_EVENTS)[number];

export const RECORDING_STATES = ['not_started', 'in_progress', 'complete', 'failed', 'paused'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

export const TRANSCRIPTION_STATES = ['not_started', 'in_progress', 'complete', 'failed'] as const;
export type TranscriptionState = (typeof TRANSCRIPTION_STATES)[number];

/** In the order in which the vendor lists them in its own error messages. */
export const TRIGGERS = [
  'bot.state_change',
  'transcript.update',
  'chat_messages.update',
  'participant_events.join_leave',
  'calendar.events_update',
  'calendar.state_change',
  'async_transcription.state_change',
  'zoom_oauth_connection.state_change',
  'bot_logs.update',
  'participant_events.speech_start_stop',
] as const;
export type Trigger = (typeof TRIGGERS)[number];
