import type { ContractChange } from '../../versions/changes.js';
import type { Evidence } from '../../contract.js';
import type { DatedChange } from '../../versions/dated-change.js';
import { appSessionOperations } from '../operations/app-sessions.js';
import { THROTTLED } from '../operations/operation.js';

/** Proposals of public pull requests that no state read so far has. They hold in no version, unless a workspace wants one. */

const from = (place: string): Evidence => ({
  basis: 'observed',
  source: `github.com/attendee-labs/attendee, ${place}`,
  date: '2026-11-26',
});

const proposal = (id: string, number: string, says: string, changes: readonly ContractChange[]): DatedChange => ({
  id,
  certainty: 'proposed',
  evidence: from(`pull request ${number}`),
  says,
  changes,
});

/** A proposal of which greenroom plays nothing. */
const unplayed = (id: string, number: string, says: string, operations: readonly string[] = []): DatedChange =>
  proposal(id, number, says, [{ kind: 'unplayed', why: 'it is a proposal', operations }]);

/** One that was seen elsewhere than in a pull request. */
const proposedAt = (id: string, place: string, says: string): DatedChange => ({
  ...unplayed(id, '', says),
  evidence: from(place),
});

/** `POST /app_sessions/end`, throttled. */
const endAppSession = appSessionOperations.find(({ id }) => id === 'endAppSession')!;
const throttledEnd = { ...endAppSession, responses: { ...endAppSession.responses, ...THROTTLED } };

export const proposedChanges: readonly DatedChange[] = [
  unplayed('transcription-enabled', '932', 'transcription_settings would take enabled: false.', ['createBot']),
  unplayed('record-chat-messages', '975', 'recording_settings would take record_chat_messages.', ['createBot']),
  unplayed('jitsi', '971', 'Meetings of Jitsi would be accepted.', ['createBot']),
  unplayed('screenshare-events', '1014', 'Screen shares would be told: participant_events.screenshare_start_stop.', [
    'createBot',
  ]),
  unplayed('video-timestamp', '1013', 'realtime_video.per_participant would end with timestamp_ms.'),
  unplayed('audio-participant-name', '738', 'Real-time audio would carry participant_name; ws:// would be allowed.'),
  unplayed('lobby-of-meet-and-teams', '990', 'Meet and Teams would report waiting_room, too.', ['createBot']),
  unplayed('pinned-chat', '933', 'Chat messages would take pin.', ['sendChatMessage']),
  proposal(
    'end-without-rtms',
    '946',
    'POST /app_sessions/end without zoom_rtms would be 400, not 500, and throttled as other POSTs.',
    [
      { kind: 'endpoint', operation: throttledEnd },
      {
        kind: 'text',
        name: 'stream_required',
        text: 'zoom_rtms.rtms_stream_id is required',
        operations: ['endAppSession'],
      },
    ],
  ),
  unplayed('private-rtms-servers', '939', 'server_urls of zoom_rtms would be held against private addresses.', [
    'createAppSession',
  ]),
  unplayed('captions-across-a-pause', '972', 'Captions of Meet that span a pause would stay dropped.'),
  unplayed('account', '964', 'GET /account would tell of the project, its credits and its key.'),
  proposedAt(
    'bot-login-groups',
    'branch add-api-endpoint-for-creating-bot-logins',
    'bot_login_groups could be listed, made, read and deleted.',
  ),
  proposedAt(
    'audio-sequence',
    'a public copy of websocket_payloads.py; no pull request was found',
    'Real-time audio would carry sequence.',
  ),
];
