import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { After, closed, Duration, moment, Moment, oneOf, say } from './scenario-parts.js';

/** The fields of a scenario that are about one agent. */

/** Why an agent cannot get to the meeting at all. */
const JOIN_FAILURES = [
  'meeting_not_found',
  'no_connection',
  'login_required',
  'login_failed',
  'captcha',
  'not_authorized',
  'attendee_absent',
  'service_refused',
  'app_not_published',
  'anonymous_refused',
  'client_failed',
] as const;
export type JoinFailure = (typeof JOIN_FAILURES)[number];

/** Why an agent may not record. */
const RECORDING_REFUSALS = ['host', 'timeout', 'client', 'webinar'] as const;
export type RecordingRefusal = (typeof RECORDING_REFUSALS)[number];

/** Why an agent leaves by itself. */
const LEAVE_REASONS = ['silence', 'alone', 'max_uptime', 'no_captions'] as const;
export type LeaveReason = (typeof LEAVE_REASONS)[number];

/** How an agent breaks. */
const CRASHES = ['dies', 'vanishes', 'hangs', 'internal_error', 'page_unknown', 'stream_fails'] as const;
export type Crash = (typeof CRASHES)[number];

/** Why speech is not made into text. */
export const TRANSCRIPTION_FAILURES = [
  'no_credentials',
  'bad_credentials',
  'rate_limited',
  'upload_failed',
  'request_failed',
  'timed_out',
  'internal_error',
] as const;
export type TranscriptionFailure = (typeof TRANSCRIPTION_FAILURES)[number];

const artefact = (more: TProperties, description: string) =>
  Type.Optional(
    Type.Union(
      [
        Type.Literal('missing'),
        Type.Literal('empty'),
        closed(
          {
            late: Type.Optional(Duration("So long after the agent's leaving, instead of when the rest is ready.")),
            expires: Type.Optional(Duration('So long after it is ready it can be had no more.')),
            ...more,
          },
          'When it comes and goes.',
        ),
      ],
      { description, expected: '"missing", "empty" or {"late", "expires"}' },
    ),
  );

/** Events of one agent, besides those of the meeting. */
export const agentFields = {
  joining: Type.Optional(
    closed(
      {
        fails: oneOf(JOIN_FAILURES, 'Why it cannot get there.'),
        after: Type.Optional(Duration('So long after it begins to join; at once if not said.')),
      },
      'The agent does not even reach the lobby.',
    ),
  ),
  lobby: Type.Optional(
    closed(
      {
        reached: Type.Optional(After('From its beginning to join.')),
        admitted: Type.Optional(
          Type.Union([After('From the lobby.'), Type.Literal('never')], {
            description: 'When somebody lets it in; "never": nobody does.',
            expected: '{"after": "5s"} or "never"',
          }),
        ),
        denied: Type.Optional(
          closed(
            { ...After('').properties, by: Type.Optional(Type.String(say('The participant who does it.'))) },
            'From the lobby: somebody turns it away.',
          ),
        ),
      },
      'How the agent comes in.',
    ),
  ),
  recording: Type.Optional(
    closed(
      {
        allowed: Type.Optional(After('From its admission: it may record.')),
        denied: Type.Optional(After('From its admission: it may not record.')),
        because: Type.Optional(oneOf(RECORDING_REFUSALS, 'Whom it is denied by, or how.')),
        withdrawn: Type.Optional(Moment('The permission is taken back.')),
        restored: Type.Optional(Moment('And given again.')),
      },
      'Whether the agent may record.',
    ),
  ),
  removed: Type.Optional(
    closed(
      { ...moment, by: Type.Optional(Type.String(say('The participant who does it.'))) },
      'Somebody throws the agent out.',
    ),
  ),
  leaves: Type.Optional(
    closed({ ...moment, because: oneOf(LEAVE_REASONS, 'Why.') }, 'The agent leaves by itself, whatever its settings.'),
  ),
  crash: Type.Optional(
    closed(
      {
        ...moment,
        how: oneOf(
          CRASHES,
          'It dies; vanishes (no sign of life any more); hangs (alive, and does nothing); has an internal error; no longer knows the meeting page; its live stream fails.',
        ),
      },
      'The agent breaks.',
    ),
  ),
  leaving: Type.Optional(Type.Literal('stuck', say('Once it leaves, it never gets out.'))),
  artefacts: Type.Optional(
    closed(
      {
        ready: Type.Optional(After('From its leaving: everything is there.')),
        transcript: artefact(
          { fails: Type.Optional(oneOf(TRANSCRIPTION_FAILURES, 'Why no speech is made into text.')) },
          'What becomes of the transcript.',
        ),
        audio: artefact({}, 'What becomes of the audio recording.'),
        video: artefact({}, 'What becomes of the video recording.'),
      },
      'What the agent brings back.',
    ),
  ),
};
const AgentFields = Type.Object(agentFields);
export type AgentFields = Static<typeof AgentFields>;
