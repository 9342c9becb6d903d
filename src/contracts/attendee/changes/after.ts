import type { FieldSchema } from '../../rules.js';
import type { DatedChange } from '../../versions/dated-change.js';
import { MEET_MODE } from '../rules.js';
import { CREATIONS, later, read } from './row.js';

/** What changed after the recorded version 1.64.1. */

const text: FieldSchema = { type: 'string' };

const ROOM_SYNC: FieldSchema = {
  type: 'object',
  properties: {
    livekit: {
      type: 'object',
      properties: {
        room_name: text,
        source_participant: {
          type: 'object',
          properties: { identity: text, publish_on_behalf: text },
          additionalProperties: false,
          oneOf: [{ required: ['identity'] }, { required: ['publish_on_behalf'] }],
        },
      },
      required: ['room_name'],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const NOT_JOINED = 'could_not_join_meeting';
const LEFT_BEFORE = 'leave_requested_before_bot_joined';
const ENDED_BEFORE = 'meeting_ended_before_bot_joined';
const PREJOIN = 'prejoin_leave_or_meeting_end_is_fatal_error';
const WAS = ['state_when_leave_requested'];

export const laterChanges: readonly DatedChange[] = [
  later('staged-bot-can-leave', '1.80.0', {
    notIn: '1.74.5',
    evidence: read('the from-list of leave_requested has staged as its last entry'),
    says: 'A bot that is staged can be told to leave; until then nothing could stop it. The refusal of a leave lists one state more.',
    changes: [{ kind: 'transition', event: 'leave_requested', adds: ['staged'], operations: ['leaveMeeting'] }],
  }),
  later('leaving-can-fail-to-join', '1.80.0', {
    notIn: '1.74.5',
    evidence: read('from leaving with the one sub type alone; the text of another is never in an answer of the API'),
    says: 'could_not_join_meeting can follow on leaving, for leave_requested_before_bot_joined alone.',
    changes: [{ kind: 'transition', event: NOT_JOINED, adds: ['leaving'], only: { leaving: [LEFT_BEFORE] } }],
  }),
  later('sub-types-before-joining', '1.80.0', {
    notIn: '1.74.5',
    evidence: read('migration 0094, generated 2026-09-22'),
    says: `could_not_join_meeting has two more sub types: ${LEFT_BEFORE} and ${ENDED_BEFORE}.`,
    breaking: true,
    changes: [{ kind: 'sub_type', event: NOT_JOINED, adds: [LEFT_BEFORE, ENDED_BEFORE] }],
  }),
  later('leave-while-staged-is-fatal', '1.80.0', {
    notIn: '1.74.5',
    evidence: read('whatever the switch of the operator says; the usual facts of a terminal event come after its own'),
    says: `A staged bot that is told to leave ends in fatal_error, by could_not_join_meeting/${LEFT_BEFORE} with state_when_leave_requested; there is no ended.`,
    breaking: true,
    changes: [
      {
        kind: 'outcome',
        cause: 'leave',
        from: ['staged'],
        event: NOT_JOINED,
        sub_type: LEFT_BEFORE,
        metadata: WAS,
        operations: ['leaveMeeting'],
      },
    ],
  }),
  later('prejoin-switch', '1.80.0', {
    notIn: '1.74.5',
    evidence: read('PREJOIN_LEAVE_OR_MEETING_END_IS_FATAL_ERROR, false if nothing is set; called temporary there'),
    says: `An operator can switch on that a bot which is told to leave before it has joined, or whose meeting ends before that, ends in fatal_error (${LEFT_BEFORE}, ${ENDED_BEFORE}) instead of ended. It is to become the only way.`,
    breaking: true,
    changes: [
      { kind: 'switch', setting: PREJOIN, default: false },
      {
        kind: 'outcome',
        cause: 'leave',
        from: ['joining', 'waiting_room'],
        where: PREJOIN,
        event: NOT_JOINED,
        sub_type: LEFT_BEFORE,
        metadata: WAS,
        operations: ['leaveMeeting'],
      },
      {
        kind: 'outcome',
        cause: 'meeting_end',
        from: ['joining', 'waiting_room'],
        where: PREJOIN,
        event: NOT_JOINED,
        sub_type: ENDED_BEFORE,
      },
    ],
  }),
  later('restart-before-joining', '1.80.0', {
    notIn: '1.65.0',
    evidence: read('RESTART_PREJOIN_TERMINATED_BOTS, false if nothing is set, on Kubernetes alone'),
    says: 'An operator can switch on that a bot whose process is terminated while staged or joining is started again a minute later, without a webhook, instead of process_terminated.',
    changes: [{ kind: 'switch', setting: 'restart_prejoin_terminated_bots', default: false }],
  }),
  later('launch-window-is-a-setting', '1.80.0', {
    notIn: '1.75.0',
    evidence: read('both 300 s if nothing is set, which was fixed before'),
    says: 'An operator can change how early, and how late, the scheduler launches a bot; five minutes either way if nothing is set.',
    changes: [
      { kind: 'switch', setting: 'scheduled_bot_launch_window_before_join_at_seconds', default: 300 },
      { kind: 'switch', setting: 'scheduled_bot_launch_window_after_join_at_seconds', default: 300 },
    ],
  }),
  later('credit-transaction-retries', '1.80.0', {
    notIn: '1.74.5',
    evidence: {
      ...read(
        'ten tries as before, and now a pause before the nth more: random, up to 0.05 s times 2 to the n, 1 s at most, 4 s in all; how often charges meet is not known',
      ),
      setting: 'credit_transaction_conflicts',
    },
    says: 'Where credits are charged and several charges meet, the event that ends a bot can be up to four seconds late.',
    changes: [{ kind: 'switch', setting: 'credit_transaction_conflicts', default: 0 }],
  }),
  later('room-sync', '1.75.0', {
    notIn: '1.65.0',
    evidence: read('that source_participant may be left out is assumed, and so is the text for both of its keys'),
    says: 'POST /bots and /app_sessions take room_sync_settings, and refusals of unknown fields name it.',
    changes: [
      {
        kind: 'field',
        path: '/room_sync_settings',
        schema: ROOM_SYNC,
        after: 'voice_agent_settings',
        operations: CREATIONS,
      },
      {
        kind: 'rule',
        field: 'room_sync_settings',
        when: 'native_zoom',
        text: "Room sync is not supported for Zoom when using the native SDK. Please set 'zoom_settings.sdk' to 'web' in the bot creation request.",
        operations: CREATIONS,
      },
    ],
  }),
  later('sync-to-room', '1.75.0', {
    notIn: '1.65.0',
    until: '1.81.1',
    stillIn: '1.81.0',
    evidence: read('in the state of 1.80.0 and 1.81.0, and in the state after them no more'),
    says: 'room_sync_settings takes sync_to_room.',
    ends: 'room_sync_settings takes sync_to_room no more: a body with it is refused.',
    breaking: true,
    changes: [
      { kind: 'field', path: '/room_sync_settings/sync_to_room', schema: { type: 'boolean' }, operations: CREATIONS },
    ],
  }),
  later('webinar-user-email', '1.80.0', {
    notIn: '1.65.0',
    evidence: read('any text; its form is not checked; pull request 992, open on 2026-09-03'),
    says: 'zoom_settings takes webinar_user_email.',
    changes: [{ kind: 'field', path: '/zoom_settings/webinar_user_email', schema: text, operations: CREATIONS }],
  }),
  later('http-webhooks', '1.75.0', {
    notIn: '1.65.0',
    evidence: read('REQUIRE_HTTPS_WEBHOOKS, true if nothing is set; merged 2026-08-27'),
    says: 'An operator can allow webhooks of bots without TLS.',
    changes: [{ kind: 'switch', setting: 'require_https_webhooks', default: true }],
  }),
  later('teams-language-enforcement', '1.81.0', {
    certainty: 'exact',
    evidence: read('absent in the state of 1.80.0, present in that of 1.81.0; PATCH transcription_settings lacks it'),
    says: 'transcription_settings.meeting_closed_captions takes teams_language_enforcement_duration_seconds.',
    changes: [
      {
        kind: 'field',
        path: '/transcription_settings/meeting_closed_captions/teams_language_enforcement_duration_seconds',
        schema: { type: 'integer', minimum: 0 },
        operations: CREATIONS,
      },
    ],
  }),
  later('gpt-transcribe', '1.81.1', {
    certainty: 'after',
    notIn: '1.81.0',
    evidence: read('in the newest state that was read, whose number is 1.81.1 or higher'),
    says: 'transcription_settings.openai.model takes gpt-transcribe, and its refusals list it last.',
    changes: [
      {
        kind: 'enum',
        path: '/transcription_settings/openai/model',
        words: ['gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-transcribe-diarize', 'gpt-transcribe'],
        operations: CREATIONS,
      },
    ],
  }),
  later('robotic-only-if-login-is-always', '1.80.0', {
    notIn: '1.64.1',
    evidence: read('the default of google_meet_settings.ui_interaction_mode; no answer shows it'),
    says: 'A Meet bot with use_login and login_mode only_if_required acts as a human does, and joins about ten seconds later; until then use_login alone made it robotic.',
    changes: [
      {
        kind: 'default',
        path: MEET_MODE,
        values: [{ when: 'use_login_always', value: 'robotic' }, { value: 'humanized' }],
        about: ['/google_meet_settings/login_mode'],
        operations: ['createBot'],
      },
    ],
  }),
  later('teams-government-hosts', '1.79.4', {
    certainty: 'unproven',
    evidence: read('a commit whose merge is not proven'),
    says: 'Meetings of Teams for government (gov.teams.microsoft.us, dod.teams.microsoft.us) are accepted, and more forms of links to teams.live.com.',
    changes: [{ kind: 'unplayed', why: 'its release is not proven', operations: ['createBot', 'patchBot'] }],
  }),
  later('one-launch-of-a-scheduled-bot', '1.79.4', {
    certainty: 'unproven',
    evidence: read('commits whose merge is not proven'),
    says: 'A launch that the queue delivers twice cannot stage a bot twice.',
    changes: [{ kind: 'unplayed', why: 'the queue of greenroom delivers once' }],
  }),
  later('delivery-timeout-is-a-setting', '1.79.4', {
    certainty: 'unproven',
    evidence: read('DELIVER_WEBHOOK_REQUEST_TIMEOUT, 10 s if nothing is set; seen in a fork alone'),
    says: 'An operator can change how long a webhook waits for its answer.',
    changes: [{ kind: 'unplayed', why: 'the setting webhook_timeout is there in every version' }],
  }),
];
