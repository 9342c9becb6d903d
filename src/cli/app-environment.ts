import type { AttendeeAccess, CronofyAccess } from '../client/access.js';

export interface Access {
  readonly cronofy: CronofyAccess;
  readonly attendee: AttendeeAccess;
}

/**
 * The environment variables that an app is pointed at greenroom with: those that SDKs read, and the names that public
 * clients of both vendors use (seen in their sources, read 2026-11-21). Attendee's paths are served with and without
 * `/api/v1`, so the bare origin serves clients that add it and clients that do not.
 */
export function appEnvironment(url: string, { cronofy, attendee }: Access): Readonly<Record<string, string>> {
  return {
    GREENROOM_URL: url,
    // The gem `cronofy` reads the first two, and no data_center may be given beside them.
    CRONOFY_API_URL: url,
    CRONOFY_APP_URL: url,
    CRONOFY_DATA_CENTER_URL: url,
    CRONOFY_CLIENT_ID: cronofy.client_id,
    CRONOFY_CLIENT_SECRET: cronofy.client_secret,
    CRONOFY_API_KEY: cronofy.client_secret,
    CRONOFY_ACCESS_TOKEN: cronofy.access_token,
    ATTENDEE_API_URL: url,
    ATTENDEE_BASE_URL: url,
    ATTENDEE_API_BASE_URL: url,
    ATTENDEE_API_HOST: url,
    NAVIGATOR_ATTENDEE_BASE_URL: url,
    ATTENDEE_API_KEY: attendee.api_key,
    ATTENDEE_WEBHOOK_SECRET: attendee.webhook_secret,
    MEETING_BOT_API_URL: url,
    MEETING_BOT_API_KEY: attendee.api_key,
  };
}

/** As lines that a POSIX shell takes in: `eval "$(npx greenroom env)"`. */
export const renderExports = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
