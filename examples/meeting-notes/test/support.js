import { createApp } from '../src/app.js';

export const NOTES = 'https://notes.test';
export const MEET = 'https://meet.google.com/abc-defg-hij';
export const TEAMS = 'https://teams.microsoft.com/meet/2345678901234?p=abcdefg';

/** The app as it runs in production, pointed at a room. */
export function appFor(room, { publicUrl = NOTES } = {}) {
  return createApp({
    publicUrl,
    cronofy: {
      apiUrl: room.cronofy.base_url,
      clientSecret: room.cronofy.client_secret,
      clientSecrets: [room.cronofy.client_secret],
    },
    attendee: {
      apiUrl: room.attendee.base_url,
      apiKey: room.attendee.api_key,
      webhookSecrets: [room.attendee.webhook_secret],
    },
  });
}

/** Calls the app as its own users do. */
export async function ask(app, method, path, body) {
  const response = await app.fetch(
    new Request(NOTES + path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, json: response.headers.get('content-type') ? await response.json() : undefined };
}
