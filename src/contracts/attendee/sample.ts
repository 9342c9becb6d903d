import type { Sample, SampleCall, AgentWish, Credentials } from '../vendor.js';
import { access, everyWebhookTo } from './access.js';
import { TRIGGERS } from './vocabulary.js';

/** Triggers of bots; calendars and Zoom connections have webhooks of their own. */
const BOT_TRIGGERS = TRIGGERS.filter((trigger) => !/^(calendar|zoom)/.test(trigger));

function bot(
  { meetingUrl, name, joinAt, key, webhookUrl, statesOnly, block }: AgentWish,
  credentials: Credentials,
): SampleCall {
  return {
    method: 'POST',
    path: '/api/v1/bots',
    authorization: access.authorization(credentials),
    body: {
      meeting_url: meetingUrl,
      bot_name: name,
      ...(joinAt === undefined ? {} : { join_at: joinAt }),
      ...(key === undefined ? {} : { deduplication_key: key }),
      ...(webhookUrl === undefined
        ? {}
        : { webhooks: [{ url: webhookUrl, triggers: statesOnly ? ['bot.state_change'] : BOT_TRIGGERS }] }),
      ...(block?.['request'] as object | undefined),
    },
  };
}

const MEET = 'https://meet.google.com/abc-defg-hij';

export const sample: Sample = {
  agent: bot,
  foundBy: () => 'deduplication_key',
  // Attendee v1.64.1 reports a waiting room on Zoom alone (observed).
  lobbyMeeting: 'https://zoom.us/j/123456789',
  every: (credentials, webhookUrl) => {
    const wish = { meetingUrl: MEET, name: 'Check', webhookUrl };
    return [bot(wish, credentials), bot({ ...wish, joinAt: '2026-01-01T10:00:00Z' }, credentials)];
  },
  everySettings: [],
  subscription: (webhookUrl) => ({ project_webhooks: everyWebhookTo(webhookUrl) }),
};
