import type { ContractChange } from '../../versions/changes.js';
import type { DatedChange } from '../../versions/dated-change.js';
import { MEET_MODE } from '../rules.js';
import { before, CREATIONS, tagged } from './row.js';

/** What came with the versions up to the recorded one. Each row says what was otherwise before. */

const unplayed = (
  why: string,
  operations: readonly string[] = [],
): { readonly changes: readonly ContractChange[] } => ({
  changes: [{ kind: 'unplayed', why, operations }],
});
const lacks = (...paths: readonly string[]): { readonly changes: readonly ContractChange[] } => ({
  changes: paths.map((path) => ({ kind: 'field', path, operations: CREATIONS })),
});
const text = { type: 'string' } as const;

const RATES = 'the waits between attempts are settings here';
const PROCESS = 'no message of the API tells of it';

export const earlierChanges: readonly DatedChange[] = [
  before('1.17.0', 'webhook-rate-cap', 'The rate of all webhooks of a server can be capped.', unplayed(RATES)),
  before('1.18.1', 'constant-retry-delay', 'Webhooks are tried again after a constant delay without jitter.', {
    ...unplayed(RATES),
    evidence: tagged('1.18.0 brought the constant delay, 1.18.1 took its jitter away'),
  }),
  before(
    '1.19.0',
    'per-participant-audio',
    'websocket_settings takes per_participant_audio.',
    lacks('/websocket_settings/per_participant_audio'),
  ),
  before(
    '1.19.3',
    'app-session-limits',
    'App sessions count against the limit of concurrent bots, and take external media storage.',
    unplayed('the rules of app sessions before 1.19.3 are not recorded', ['createAppSession']),
  ),
  before(
    '1.20.0',
    'webinar-panelist-promotion',
    'recording_permission_denied has the sub type webinar_attendee_needs_panelist_promotion; links to Zoom keep tk.',
    {
      changes: [
        {
          kind: 'sub_type',
          event: 'recording_permission_denied',
          lacks: ['webinar_attendee_needs_panelist_promotion'],
        },
      ],
    },
  ),
  before('1.21.0', 'zoom-anonymous', 'could_not_join_meeting has the sub type zoom_app_cannot_join_anonymously.', {
    changes: [{ kind: 'sub_type', event: 'could_not_join_meeting', lacks: ['zoom_app_cannot_join_anonymously'] }],
  }),
  before(
    '1.22.0',
    'assembly-speech-models',
    'transcription_settings.assembly_ai takes speech_models.',
    lacks('/transcription_settings/assembly_ai/speech_models'),
  ),
  before(
    '1.24.0',
    'per-participant-video',
    'websocket_settings takes per_participant_video.',
    lacks('/websocket_settings/per_participant_video'),
  ),
  before('1.26.0', 'jpeg-images', 'Images may be JPEG, and the refusal of what is none names the kind.', {
    changes: [
      { kind: 'enum', path: 'image_types', words: ['image/png'], operations: ['createBot', 'patchBot', 'outputImage'] },
      {
        kind: 'text',
        name: 'bot_image',
        text: 'Data is not a valid PNG image.',
        operations: ['createBot', 'patchBot', 'outputImage'],
      },
    ],
    evidence: tagged('the text before 1.26.0 goes on with "This site can"; the rest of it is not recorded'),
  }),
  before('1.30.0', 'global-runtime-timeout', 'fatal_error has the sub type global_runtime_timeout.', {
    changes: [{ kind: 'sub_type', event: 'fatal_error', lacks: ['global_runtime_timeout'] }],
    evidence: tagged('a bot that scenarios keep alive for ever ends so here in every version'),
  }),
  before(
    '1.35.0',
    'login-groups',
    'google_meet_settings and teams_settings take login_group_name.',
    lacks('/google_meet_settings/login_group_name', '/teams_settings/login_group_name'),
  ),
  before(
    '1.35.1',
    'zoom-com',
    'Links to zoom.com become links to zoom.us.',
    unplayed('the form of such a link before 1.35.1 is not recorded', ['createBot', 'patchBot']),
  ),
  before(
    '1.36.0',
    'mute-video',
    'output_video takes mute_video.',
    unplayed('a field that is not known is ignored there', ['outputVideo']),
  ),
  before(
    '1.37.1',
    'assembly-models-are-free',
    'The models of assembly_ai may be any text.',
    unplayed('the words that were allowed before 1.37.1 are not recorded', CREATIONS),
  ),
  before(
    '1.38.0',
    'custom-async-v2',
    'transcription_settings takes custom_async_v2.',
    lacks('/transcription_settings/custom_async_v2'),
  ),
  before(
    '1.39.3',
    'async-launch',
    'An operator can have bots without join_at launched by a queue (LAUNCH_ADHOC_BOTS_ASYNC).',
    unplayed(PROCESS),
  ),
  before('1.39.6', 'longer-urls', 'URLs of meetings and of webhooks may have 2048 characters.', {
    changes: [
      { kind: 'limit', name: 'meeting_url', value: 511, operations: ['createBot'] },
      { kind: 'limit', name: 'webhook_url', value: 200, operations: CREATIONS },
    ],
  }),
  before(
    '1.42.0',
    'ui-interaction-mode',
    'google_meet_settings takes ui_interaction_mode; Meet bots act as a human does, and join about ten seconds later, unless they sign in.',
    {
      changes: [
        ...lacks(MEET_MODE).changes,
        { kind: 'default', path: MEET_MODE, values: [{ value: 'robotic' }], operations: ['createBot'] },
      ],
    },
  ),
  before(
    '1.43.0',
    'sarvam-mode',
    'transcription_settings.sarvam takes mode, and any model.',
    lacks('/transcription_settings/sarvam/mode'),
  ),
  before(
    '1.44.1',
    'authorized-user-timeout',
    'authorized_user_not_in_meeting_timeout_seconds counts from the first time that the user is missing.',
    { changes: [{ kind: 'timing', name: 'authorized_user', from: 'join', operations: ['createBot'] }] },
  ),
  before(
    '1.45.0',
    'several-onbehalf-tokens',
    'The answer of zoom_tokens_url may carry several tokens.',
    unplayed('that callback is not called', CREATIONS),
  ),
  before(
    '1.48.0',
    'no-redirects',
    'Webhooks follow no redirect: an answer 3xx is a failure.',
    unplayed('greenroom follows no redirect in any version'),
  ),
  before(
    '1.49.0',
    'infrastructure-information',
    'heartbeat_timeout, bot_not_launched and global_runtime_timeout report infrastructure_information.',
    { changes: [{ kind: 'metadata', name: 'clean_up', keys: [], events: ['fatal_error'] }] },
  ),
  before(
    '1.51.0',
    'assembly-prompt',
    'transcription_settings.assembly_ai takes prompt.',
    lacks('/transcription_settings/assembly_ai/prompt'),
  ),
  before(
    '1.52.0',
    'assembly-custom-spelling',
    'transcription_settings.assembly_ai takes custom_spelling.',
    lacks('/transcription_settings/assembly_ai/custom_spelling'),
  ),
  before(
    '1.53.0',
    'concurrency-per-project',
    'The limit of concurrent bots can be set for each project.',
    unplayed('a workspace is one project', ['createBot']),
  ),
  before(
    '1.55.1',
    'assembly-default-models',
    'AssemblyAI transcribes with universal-3-5-pro and universal-2 if nothing is said.',
    unplayed(PROCESS),
  ),
  before(
    '1.58.11',
    'credits-with-autopay',
    'A project whose autopay works may owe 25 credits.',
    unplayed('greenroom has no autopay', ['createBot']),
  ),
  before('1.58.12', 'empty-rtms-texts', 'The texts of zoom_rtms must not be empty.', {
    breaking: true,
    changes: ['meeting_uuid', 'rtms_stream_id', 'server_urls'].map((name) => ({
      kind: 'field',
      path: `/zoom_rtms/${name}`,
      schema: text,
      operations: ['createAppSession'],
    })),
  }),
  before(
    '1.62.1',
    'deletion-scrubs-events',
    'delete_data also takes out of events who has removed the bot.',
    unplayed('no answer shows the facts of events', ['deleteData']),
  ),
  before('1.64.0', 'remover', 'Teams says who has removed a bot: remover_name and three facts more.', {
    changes: [{ kind: 'metadata', name: 'remover', keys: [], events: ['meeting_ended', 'could_not_join_meeting'] }],
  }),
];
