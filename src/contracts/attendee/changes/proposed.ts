import type { DatedChange } from '../../dated-change.js';

/** Proposals of public pull requests that no state read so far has. They hold in no version. */

const proposal = (id: string, number: string, says: string, operations: readonly string[] = []): DatedChange => ({
  id,
  certainty: 'proposed',
  evidence: {
    basis: 'observed',
    source: `github.com/attendee-labs/attendee, pull request ${number}`,
    date: '2026-11-26',
  },
  says,
  changes: [{ kind: 'unplayed', why: 'it is a proposal', operations }],
});

export const proposedChanges: readonly DatedChange[] = [
  proposal('transcription-enabled', '932', 'transcription_settings would take enabled: false.', ['createBot']),
  proposal('record-chat-messages', '975', 'recording_settings would take record_chat_messages.', ['createBot']),
  proposal('jitsi', '971', 'Meetings of Jitsi would be accepted.', ['createBot']),
  proposal('screenshare-events', '1014', 'Screen shares would be told: participant_events.screenshare_start_stop.', [
    'createBot',
  ]),
  proposal('video-timestamp', '1013', 'realtime_video.per_participant would end with timestamp_ms.'),
  proposal('audio-participant-name', '738', 'Real-time audio would carry participant_name; ws:// would be allowed.'),
  proposal('lobby-of-meet-and-teams', '990', 'Meet and Teams would report waiting_room, too.', ['createBot']),
  proposal('pinned-chat', '933', 'Chat messages would take pin.', ['sendChatMessage']),
  proposal('end-without-rtms', '946', 'POST /app_sessions/end without zoom_rtms would be 400, not 500.', [
    'endAppSession',
  ]),
  proposal('private-rtms-servers', '939', 'server_urls of zoom_rtms would be held against private addresses.', [
    'createAppSession',
  ]),
  proposal('captions-across-a-pause', '972', 'Captions of Meet that span a pause would stay dropped.'),
  proposal('account', '964', 'GET /account would tell of the project, its credits and its key.'),
];
