import type { Evidence } from '../../contract.js';
import type { DatedChange } from '../../versions/dated-change.js';

/** The calls that make bots. */
export const CREATIONS = ['createBot', 'createAppSession'] as const;

/** Read in public code or in the states of a public fork that follows it; nothing of it was executed. */
export const read = (note: string): Evidence => ({
  basis: 'observed',
  source: 'public code of Attendee and of a fork that follows it, up to 1.81',
  date: '2026-11-26',
  note,
});

/** Read in the history of the vendor's public code, tag by tag. */
export const tagged = (note?: string): Evidence => ({
  basis: 'observed',
  source: "tags of Attendee's public code, 1.16.10 to 1.64.1",
  date: '2026-11-26',
  ...(note === undefined ? {} : { note }),
});

type Facts = Omit<DatedChange, 'id' | 'since' | 'certainty'> & Partial<Pick<DatedChange, 'certainty'>>;

/** A change that is there in this version, and came with it or with one before it, if nothing else is said. */
export const later = (id: string, since: string, facts: Facts): DatedChange => ({
  id,
  since,
  certainty: 'by',
  ...facts,
});

/** What was otherwise before this version, which is known exactly. `says` is what it brought. */
export const before = (
  until: string,
  id: string,
  says: string,
  { evidence = tagged(), ...facts }: Pick<DatedChange, 'changes'> & Partial<Pick<DatedChange, 'evidence' | 'breaking'>>,
): DatedChange => ({ id, until, certainty: 'exact', evidence, says, ...facts });
