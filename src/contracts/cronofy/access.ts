import { Type } from '@sinclair/typebox';
import type { Access } from '../vendor.js';

const Text = Type.String();

/** The client secret is the API key too. */
export const CronofyCredentials = Type.Object({
  client_id: Text,
  client_secret: Text,
  access_token: Text,
  calendar_id: Text,
});

/** Names of variables: those of the vendor's SDKs and of public clients, seen in their sources, read 2026-11-21. */
export const access = {
  schema: CronofyCredentials,
  authorization: ({ client_secret }) => `Bearer ${client_secret}`,
  keys: { key: "Cronofy's client secret", accessToken: "a user's token; without it, calls that want one are left out" },
  environment: {
    // The gem `cronofy` reads the first two, and no data_center may be given beside them.
    CRONOFY_API_URL: 'url',
    CRONOFY_APP_URL: 'url',
    CRONOFY_DATA_CENTER_URL: 'url',
    CRONOFY_CLIENT_ID: 'client_id',
    CRONOFY_CLIENT_SECRET: 'client_secret',
    CRONOFY_API_KEY: 'client_secret',
    CRONOFY_ACCESS_TOKEN: 'access_token',
  },
  flags: [
    {
      name: 'client-secret',
      value: 'SECRET',
      setting: 'client_secret',
      help: 'your own Cronofy client secret, which is the API key',
    },
    {
      name: 'store-url',
      value: 'URL',
      setting: 'store_url',
      help: 'where Cronofy files come from instead of the other name of this machine',
    },
  ],
  basePath: '',
  banner: [
    ['API key and client secret', 'client_secret'],
    ['access token', 'access_token'],
  ],
} as const satisfies Access;
