import type { AgentWish, Credentials, Sample, SampleCall } from '../vendor.js';
import { access } from './access.js';
import { AGENT_INTERACTIONS, CONFERENCING_INTERACTIONS } from './subscriptions.js';

const subscription = (uri: string, types: readonly string[]) => ({
  type: 'webhook',
  uri,
  interactions: types.map((type) => ({ type })),
});

const HOUR_MS = 3_600_000;

/** The words of a scenario's block. */
interface Block {
  readonly request?: Readonly<Record<string, unknown>>;
  readonly event?: Readonly<Record<string, unknown>>;
}

function direct({ meetingUrl, joinAt, key, webhookUrl, block = {} }: AgentWish, credentials: Credentials): SampleCall {
  return {
    method: 'POST',
    path: '/v1/meeting_agents',
    authorization: access.authorization(credentials),
    body: {
      join_url: meetingUrl,
      on_behalf_of_attendee: { email: 'host@example.com' },
      ...(key === undefined ? {} : { scheduling_key: key }),
      ...(joinAt === undefined ? {} : { join_time: joinAt }),
      ...(webhookUrl === undefined ? {} : { subscriptions: [subscription(webhookUrl, AGENT_INTERACTIONS)] }),
      ...(block as Block).request,
    },
  };
}

/** An agent on an event of the calendar, an hour long. */
function onEvent({ joinAt = '', key, webhookUrl, block = {} }: AgentWish, credentials: Credentials): SampleCall {
  const { access_token, calendar_id } = credentials;
  return {
    method: 'POST',
    path: `/v1/calendars/${calendar_id}/events`,
    authorization: `Bearer ${access_token}`,
    body: {
      event_id: key ?? 'sample',
      summary: 'Meeting',
      start: joinAt,
      end: new Date(Date.parse(joinAt) + HOUR_MS).toISOString().replace('.000Z', 'Z'),
      meeting_agent: { profile_id: 'cronofy' },
      ...(webhookUrl === undefined ? {} : { subscriptions: [subscription(webhookUrl, AGENT_INTERACTIONS)] }),
      ...(block as Block).event,
    },
  };
}

export const sample: Sample = {
  agent: (wish, credentials) => ((wish.block as Block | undefined)?.event ? onEvent : direct)(wish, credentials),
  foundBy: ({ block }) => ((block as Block | undefined)?.event ? 'event_id' : 'scheduling_key'),
  lobbyMeeting: 'https://meet.google.com/abc-defg-hij',
  every: (credentials, webhookUrl) => [
    {
      method: 'POST',
      path: `/v1/calendars/${credentials['calendar_id']}/events`,
      authorization: access.authorization(credentials),
      body: {
        event_id: 'check',
        summary: 'Check of a receiver',
        start: '2026-01-01T10:00:00Z',
        end: '2026-01-01T11:00:00Z',
        tzid: 'Etc/UTC',
        conferencing: { profile_id: 'default' },
        meeting_agent: { profile_id: 'cronofy' },
        subscriptions: [
          {
            ...subscription(webhookUrl, [...AGENT_INTERACTIONS, ...CONFERENCING_INTERACTIONS]),
            transitions: [{ before: 'event_start', offset: { minutes: 5 } }],
          },
        ],
      },
    },
  ],
  everySettings: [{ conferencing: 'failing' }],
  // A channel is closed for good after a day of refusals, and the meetings of all lives stand in one list.
  livingSettings: { channel_closes_after: '30d', events_page_size: 10_000 },
  unledSettings: { token_lifetime: '3650d' },
};
