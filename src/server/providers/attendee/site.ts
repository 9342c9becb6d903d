import { siteOperations } from '../../../contracts/attendee/operations/site.js';
import type { Call, Handler } from '../provider.js';
import { SITE_HEADERS } from './framework/headers.js';
import { settingsOf } from './settings.js';

/** Paths beside the API that need no credential. */

const PATHS: readonly string[] = siteOperations.map(({ path }) => path);

export const isPublic = (path: string): boolean => PATHS.includes(path);

/** Stands for the credential of a public path. The first world that is asked knows it: the server's own. */
export const PUBLIC = 'public';

export const siteHandlers = {
  getHealth: () => ({ status: 200, headers: { ...SITE_HEADERS, 'Content-Type': 'text/html; charset=utf-8' } }),
  getVersion: ({ world }: Call) => ({
    status: 200,
    headers: { ...SITE_HEADERS, 'Content-Type': 'application/json' },
    body: JSON.stringify({ version: settingsOf(world).version }),
  }),
} satisfies Readonly<Record<string, Handler>>;
