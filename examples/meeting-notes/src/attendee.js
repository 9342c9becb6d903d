const PROGRESS = {
  staged: ['joining', 1],
  joining: ['joining', 1],
  joined_not_recording: ['in the meeting', 2],
  joined_recording: ['in the meeting', 2],
  post_processing: ['in the meeting', 2],
  ended: ['done', 3],
  fatal_error: ['failed', 3],
};

/** What the app needs of Attendee. */
export function attendeeClient({ apiUrl, apiKey, hooksUrl }) {
  const headers = { authorization: `Token ${apiKey}`, 'content-type': 'application/json' };
  return {
    /** Gives the bot's id. */
    async schedule({ id, join_url, starts_at }) {
      const response = await fetch(`${apiUrl}/api/v1/bots`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          meeting_url: join_url,
          bot_name: 'Notes',
          join_at: starts_at,
          deduplication_key: id,
          metadata: { meeting: id },
          webhooks: [{ url: `${hooksUrl}/attendee`, triggers: ['bot.state_change'] }],
        }),
      });
      if (response.ok) return (await response.json()).id;
      const reason = await response.text();
      // We asked before, and did not get to write the answer down: the bot is there.
      const bot = reason.includes('Deduplication key already in use') ? await this.find(id) : undefined;
      if (bot) return bot.id;
      throw new Error(`Attendee answered ${response.status}: ${reason}`);
    },
    async find(deduplicationKey) {
      const response = await fetch(`${apiUrl}/api/v1/bots?deduplication_key=${encodeURIComponent(deduplicationKey)}`, {
        headers,
      });
      return response.ok ? (await response.json()).results[0] : undefined;
    },
    async cancel({ agent }) {
      const response = await fetch(`${apiUrl}/api/v1/bots/${agent}`, { method: 'DELETE', headers });
      if (!response.ok) throw new Error(`Attendee answered ${response.status}`);
    },
    /** How far the bot is, asked and not told. */
    async look({ agent }) {
      const response = await fetch(`${apiUrl}/api/v1/bots/${agent}`, { headers });
      if (!response.ok) throw new Error(`Attendee answered ${response.status}`);
      return PROGRESS[(await response.json()).state];
    },
    async fetchNotes({ agent }) {
      const response = await fetch(`${apiUrl}/api/v1/bots/${agent}/transcript`, { headers });
      if (!response.ok) throw new Error(`The transcript was answered ${response.status}`);
      const utterances = await response.json();
      return utterances.map(({ speaker_name, transcription }) => ({
        speaker: speaker_name,
        text: transcription?.transcript ?? '',
      }));
    },
  };
}

/** A webhook in the app's words; `undefined` for one that it has no use for. */
export function readAttendeeWebhook(bytes) {
  const {
    idempotency_key: key,
    bot_id: agent,
    bot_metadata: metadata,
    trigger,
    data,
  } = JSON.parse(bytes.toString('utf8'));
  const [state, progress] = PROGRESS[data?.new_state] ?? [];
  if (trigger !== 'bot.state_change' || state === undefined || key === undefined) return undefined;
  return { key, meeting: metadata?.meeting, agent, state, progress };
}
