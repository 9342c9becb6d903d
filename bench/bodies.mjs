// The bodies of a bench: no two alike, and the same in every run.
const pad = (number, length = 2) => String(number).padStart(length, '0');
const letters = (number) => [...pad(number, 4)].map((digit) => 'abcdefghij'[digit]).join('');
const joinAt = (i) => `2026-01-${pad(1 + (i % 28))}T${pad(10 + (i % 12))}:${pad((i * 7) % 60)}:00Z`;

/** What a client sends at least. */
export const small = (i) => ({
  meeting_url: `https://meet.google.com/abc-${letters(i)}-xyz`,
  bot_name: `Notes ${i}`,
  join_at: joinAt(i),
});

const TRIGGERS = ['bot.state_change', 'transcript.update', 'chat_messages.update', 'participant_events.join_leave'];
const PROVIDERS = [
  { deepgram: { language: 'en', model: 'nova-3' } },
  { assembly_ai: { language_code: 'en' } },
  { meeting_closed_captions: { google_meet_language: 'en-US' } },
];

/** What an app in production sends: metadata, webhooks, settings of the recording and of the transcription. */
export const rich = (i) => ({
  ...small(i),
  metadata: { tenant: `tenant-${i % 40}`, user: `user-${i}`, event: pad(i * 7919, 12), plan: i % 3 ? 'team' : 'free' },
  webhooks: [
    { url: `https://hooks.example.com/attendee/${i % 40}`, triggers: TRIGGERS.slice(0, 1 + (i % 4)) },
    { url: `https://audit.example.com/${letters(i)}`, triggers: ['bot.state_change'] },
  ],
  recording_settings: {
    format: i % 2 ? 'mp4' : 'mp3',
    view: ['speaker_view', 'gallery_view'][i % 2],
    resolution: ['1080p', '720p'][i % 2],
  },
  transcription_settings: PROVIDERS[i % PROVIDERS.length],
  automatic_leave_settings: {
    silence_timeout_seconds: 300 + (i % 5) * 60,
    only_participant_in_meeting_timeout_seconds: 120,
  },
});
