import type { Evidence } from '../contract.js';
import { Versions } from '../versions/versions.js';
import { laterChanges } from './changes/after.js';
import { earlierChanges } from './changes/before.js';
import { proposedChanges } from './changes/proposed.js';
import { read, tagged } from './changes/row.js';
import { attendeeContract, type AttendeeContract } from './contract.js';
import { RECORDED } from './evidence.js';
import { VERSION } from './vocabulary.js';

const known = (version: string, day: string, evidence: Evidence) => ({ version, day, evidence });

const textIn = (body: unknown): string | undefined => {
  const version = (body as { readonly version?: unknown } | null | undefined)?.version;
  return typeof version === 'string' ? version : undefined;
};

/** The versions of Attendee, and all that is known to differ between them. */
export const attendeeVersions = new Versions<AttendeeContract>({
  contract: attendeeContract,
  base: VERSION,
  known: [
    known('1.16.10', '2026-03-17', tagged()),
    known(VERSION, '2026-08-20', RECORDED),
    known('1.65.0', '2026-08-21', read('the number of a pull request that was merged; the day is inferred')),
    known('1.74.5', '2026-09-11', read('the number alone; the day is the latest that it can be')),
    known('1.79.4', '2026-09-25', read('the first release of the fork')),
    known('1.80.0', '2026-09-29', read('settings and fields of requests')),
    known('1.81.0', '2026-09-29', read('fields of requests')),
    known('1.81.1', '2026-09-29', read('the newest state; its number is this one or higher')),
  ],
  changes: [...earlierChanges, ...laterChanges, ...proposedChanges],
  live: { path: '/version/', read: textIn },
});
