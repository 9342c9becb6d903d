import { createHash } from 'node:crypto';

const PROGRESS = {
  meeting_agent_activated: ['joining', 1],
  meeting_agent_complete: ['done', 3],
  meeting_agent_failed: ['failed', 3],
};

/** What the app needs of Cronofy. */
export function cronofyClient({ apiUrl, clientSecret, hooksUrl }) {
  const authorization = `Bearer ${clientSecret}`;
  return {
    async schedule({ id, join_url, starts_at }) {
      const response = await fetch(`${apiUrl}/v1/meeting_agents`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({
          scheduling_key: id, // The same key again moves the agent; it never sends a second one.
          join_url,
          join_time: starts_at,
          on_behalf_of_attendee: { email: 'host@example.com' },
          subscriptions: [
            {
              type: 'webhook',
              uri: `${hooksUrl}/cronofy/${id}`,
              interactions: Object.keys(PROGRESS).map((type) => ({ type })),
            },
          ],
        }),
      });
      if (!response.ok) throw new Error(`Cronofy answered ${response.status}: ${await response.text()}`);
    },
    async cancel({ id }) {
      const response = await fetch(`${apiUrl}/v1/meeting_agents`, {
        method: 'DELETE',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ scheduling_key: id }),
      });
      if (!response.ok) throw new Error(`Cronofy answered ${response.status}`);
    },
    async fetchNotes({ notes_url }) {
      // Answers 302 to a signed URL on another origin; fetch leaves the key behind on the way.
      const response = await fetch(notes_url, { headers: { authorization } });
      if (!response.ok) throw new Error(`The transcript was answered ${response.status}`);
      const { transcript } = await response.json();
      return transcript.paragraphs.map(({ speaker, sentences }) => ({
        speaker: speaker.identifier,
        text: sentences.map(({ text }) => text).join(' '),
      }));
    },
  };
}

/** A callback in the app's words; `undefined` for one that it has no use for. */
export function readCronofyCallback(bytes, meeting) {
  const { notification, meeting_agent: agent } = JSON.parse(bytes.toString('utf8'));
  const type = notification?.interactions?.[0]?.type;
  const [state, progress] = PROGRESS[type] ?? [];
  if (state === undefined || agent === undefined) return undefined;
  // Cronofy numbers no deliveries: one that comes again has the same bytes.
  const key = createHash('sha256').update(`${meeting} `).update(bytes).digest('hex');
  // The callback alone says where the transcript is.
  const notesUrl = agent.resources.find(({ category }) => category === 'transcript')?.url;
  return { key, meeting, agent: agent.sub, state, progress, notesUrl };
}
