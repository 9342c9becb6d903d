import { Versions } from '../versions/versions.js';
import { cronofyContract } from './contract.js';
import { SCHEDULE } from './evidence.js';

/** The API has no versions; its pages are dated here by the month in which they said what they said. */
export const cronofyVersions = new Versions({
  contract: cronofyContract,
  base: '2026-11',
  known: [
    { version: '2026-01', day: '2026-01-25', evidence: { ...SCHEDULE, note: 'an earlier copy of the page' } },
    { version: '2026-05', day: '2026-05-06', evidence: { ...SCHEDULE, note: 'an earlier copy of the page' } },
    { version: '2026-11', day: '2026-11-21', evidence: SCHEDULE },
  ],
  changes: [
    {
      id: 'unnested-response',
      until: '2026-05',
      certainty: 'by',
      notIn: '2026-01',
      evidence: {
        ...SCHEDULE,
        note: 'nested under meeting_agent; un-nested in early 2026, which may have been an error of the page',
      },
      says: 'The agent that POST /v1/meeting_agents answers stands under meeting_agent.',
      breaking: true,
      changes: [
        { kind: 'switch', setting: 'legacy_unnested_response', default: true, operations: ['scheduleMeetingAgent'] },
      ],
    },
  ],
});
