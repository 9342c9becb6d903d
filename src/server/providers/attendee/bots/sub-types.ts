import type { SubType } from '../../../../contracts/attendee/lifecycle.js';
import type {
  Crash,
  JoinFailure,
  LeaveReason,
  RecordingRefusal,
  TranscriptionFailure,
} from '../../../../contracts/control/scenario.js';

/** The words of scenarios in Attendee's own words. */

export const JOIN_FAILURE_SUB_TYPES: Readonly<Record<JoinFailure, SubType<'could_not_join_meeting'>>> = {
  meeting_not_found: 'meeting_not_found',
  no_connection: 'unable_to_connect_to_meeting',
  login_required: 'login_required',
  login_failed: 'bot_login_attempt_failed',
  captcha: 'blocked_by_captcha',
  not_authorized: 'zoom_authorization_failed',
  attendee_absent: 'authorized_user_not_in_meeting_timeout_exceeded',
  service_refused: 'zoom_meeting_status_failed',
  app_not_published: 'unpublished_zoom_app',
  anonymous_refused: 'zoom_app_cannot_join_anonymously',
  client_failed: 'zoom_sdk_internal_error',
};

export const REFUSAL_SUB_TYPES: Readonly<Record<RecordingRefusal, SubType<'recording_permission_denied'>>> = {
  host: 'host_denied_permission',
  timeout: 'request_timed_out',
  client: 'host_client_cannot_grant_permission',
  webinar: 'webinar_attendee_needs_panelist_promotion',
};

export const LEAVE_SUB_TYPES: Readonly<Record<LeaveReason, SubType<'leave_requested'>>> = {
  silence: 'auto_leave_silence',
  alone: 'auto_leave_only_participant_in_meeting',
  max_uptime: 'auto_leave_max_uptime_exceeded',
  no_captions: 'auto_leave_could_not_enable_closed_captions',
};

/** Crashes that end a bot at once; the clean-up finds the others. */
export const CRASH_SUB_TYPES: Readonly<Record<Exclude<Crash, 'vanishes' | 'hangs'>, SubType<'fatal_error'>>> = {
  dies: 'process_terminated',
  internal_error: 'attendee_internal_error',
  page_unknown: 'ui_element_not_found',
  stream_fails: 'rtmp_connection_failed',
};

export const TRANSCRIPTION_REASONS: Readonly<Record<TranscriptionFailure, string>> = {
  no_credentials: 'credentials_not_found',
  bad_credentials: 'credentials_invalid',
  rate_limited: 'rate_limit_exceeded',
  upload_failed: 'audio_upload_failed',
  request_failed: 'transcription_request_failed',
  timed_out: 'timed_out',
  internal_error: 'internal_error',
};
