/**
 * The states of an agent. The vendor shows less of it: `meeting_agent.state` is `created` until `complete` or `failed`
 * (documented); the states between are what its callbacks and pages tell of in words.
 */
export const AGENT_STATES = ['scheduled', 'created', 'activated', 'joined', 'complete', 'failed', 'cancelled'] as const;
export type AgentState = (typeof AGENT_STATES)[number];
export type AgentEvent = 'activated' | 'rescheduled' | 'joined' | 'complete' | 'failed' | 'cancelled';

export const AGENT_LIFECYCLE: Readonly<
  Record<AgentEvent, { readonly from: readonly AgentState[]; readonly to: AgentState }>
> = {
  activated: { from: ['scheduled', 'created'], to: 'activated' },
  // Only where "begun joining" begins with the join time.
  rescheduled: { from: ['activated'], to: 'scheduled' },
  joined: { from: ['activated'], to: 'joined' },
  complete: { from: ['joined'], to: 'complete' },
  failed: { from: ['scheduled', 'created', 'activated', 'joined'], to: 'failed' },
  cancelled: { from: ['scheduled', 'activated'], to: 'cancelled' },
};

/** Why an agent fails, in greenroom's words: the vendor documents the causes, and no field names them. */
export const FAILURE_REASONS = [
  'no_meeting_url',
  'unsupported_meeting_url',
  'zoom_not_authorized',
  'attendee_absent',
  'not_launched',
  'meeting_not_found',
  'no_connection',
  'login_required',
  'login_failed',
  'captcha',
  'service_refused',
  'app_not_published',
  'anonymous_refused',
  'client_failed',
  'host_never_came',
  'not_admitted',
  'denied',
  'meeting_ended',
  'crashed',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
