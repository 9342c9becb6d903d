import type { ExploreResult } from '../../src/explore.js';

/** Of each finding its oracle, its sentence, what was done and the mistake behind it. */
export const toldFindings = ({ findings }: ExploreResult) =>
  findings.map(({ oracle, sentence, story: { deviations }, mistake }) => [
    oracle,
    sentence,
    ...deviations.map((one) => JSON.stringify(one)),
    mistake.name,
  ]);

/** What a user does in a calendar, as a story has it. */
export const userAct = (instant: string, user: string, to?: string): string =>
  JSON.stringify({ at: { instant }, do: { user, to } });
