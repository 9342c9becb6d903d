import { Type } from '@sinclair/typebox';
import type { Access } from '../vendor.js';
import { TRIGGERS } from './vocabulary.js';

export const AttendeeCredentials = Type.Object({
  api_key: Type.String(),
  /** Base64, as the dashboard shows it. */
  webhook_secret: Type.String(),
});

/** What a project is sent that has subscribed to everything in the dashboard. */
export const everyWebhookTo = (url: string) => [{ url, triggers: TRIGGERS }];

/**
 * Names of variables: those of public clients, seen in their sources, read 2026-11-21. The paths are served with and
 * without `/api/v1`, so the bare origin serves clients that add it and clients that do not.
 */
export const access = {
  schema: AttendeeCredentials,
  authorization: ({ api_key }) => `Token ${api_key}`,
  keys: { key: "Attendee's API key" },
  environment: {
    ATTENDEE_API_URL: 'url',
    ATTENDEE_BASE_URL: 'url',
    ATTENDEE_API_BASE_URL: 'url',
    ATTENDEE_API_HOST: 'url',
    NAVIGATOR_ATTENDEE_BASE_URL: 'url',
    ATTENDEE_API_KEY: 'api_key',
    ATTENDEE_WEBHOOK_SECRET: 'webhook_secret',
    MEETING_BOT_API_URL: 'url',
    MEETING_BOT_API_KEY: 'api_key',
  },
  flags: [
    { name: 'api-key', value: 'KEY', setting: 'api_key', help: 'your own Attendee API key' },
    {
      name: 'webhook-secret',
      value: 'BASE64',
      setting: 'webhook_secret',
      help: 'your own Attendee webhook secret',
    },
    {
      name: 'project-webhook',
      value: 'URL',
      setting: 'project_webhooks',
      read: everyWebhookTo,
      help: 'send the webhooks of the Attendee project to this URL, as one that stands in its dashboard',
    },
    {
      name: 'attendee-version',
      value: 'VERSION',
      setting: 'version',
      help: 'the version of Attendee, such as 1.81, or latest (1.64.1)',
    },
  ],
  basePath: '/api/v1',
  banner: [
    ['API key', 'api_key'],
    ['webhook secret (base64)', 'webhook_secret'],
  ],
} as const satisfies Access;
