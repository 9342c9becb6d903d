import { GreenroomError } from '../errors.js';
import type { TransitionLine } from './timeline.js';
import type { Greenroom } from './greenroom.js';
import type { SubjectReference } from './vendors.js';

/** An agent or a bot as its vendor's answer shows it. */
export type SubjectAnswer =
  { readonly id: string } | { readonly sub: string } | { readonly meeting_agent: { readonly sub: string } };

/** An agent or a bot of a room. */
export interface Subject {
  readonly room: Greenroom;
  readonly reference: SubjectReference;
  /** The steps of its life so far. */
  readonly transitions: () => Promise<readonly TransitionLine[]>;
}

export function subjectOf(room: Greenroom, given: SubjectReference | SubjectAnswer): Subject {
  const reference = referenceOf(given);
  return {
    room,
    reference,
    transitions: async () => (await room.timeline({ kind: 'transition', subject: reference })).entries,
  };
}

/** The reference to the agent of a vendor's answer; a reference stays as it is. Throws USAGE for what names nobody. */
export function referenceOf(given: SubjectReference | SubjectAnswer): SubjectReference {
  if (!Object.keys(Object(given) as object).length)
    throw new GreenroomError(
      'USAGE',
      `Failed to name the agent: expected its id, or what the vendor answered, was ${JSON.stringify(given)}.`,
    );
  if (typeof given === 'string') return given;
  if ('meeting_agent' in given) return given.meeting_agent.sub;
  if ('sub' in given) return given.sub;
  return 'id' in given ? given.id : given;
}
