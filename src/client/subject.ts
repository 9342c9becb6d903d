import { subjectKeysOf } from '../contracts/control/vendor-fields.js';
import { isObject, type JsonObject } from '../contracts/json/object.js';
import { VENDOR_LIST } from '../contracts/vendors.js';
import { GreenroomError } from '../errors.js';
import type { Channel } from './channel.js';
import { show } from './show.js';
import type { Greenroom } from './greenroom.js';
import type { TransitionLine } from './timeline.js';
import type { SubjectReference, SubjectState } from './vendors.js';

/** An agent or a bot as its vendor's answer shows it. */
export type SubjectAnswer =
  { readonly id: string } | { readonly sub: string } | { readonly meeting_agent: { readonly sub: string } };

/** An agent or a bot of a room. */
export interface Subject {
  readonly room: Greenroom;
  readonly reference: SubjectReference;
  /** The steps of its life so far. */
  readonly transitions: () => Promise<readonly TransitionLine[]>;
  /** The state that it is in; `undefined` if the room has no such agent. */
  readonly state: () => Promise<SubjectState | undefined>;
}

/** An agent or a bot as a test has it at hand: its id, another name, what its vendor answered, or `room.subject(…)`. */
export type SubjectLike = SubjectReference | SubjectAnswer | Subject;

type Named<Given> = { [K in keyof Given]: K extends 'subject' ? Exclude<Given[K], SubjectAnswer | Subject> : Given[K] };

/** Puts references in the place of the subjects that a filter, or a call with filters in it, has at hand. Throws USAGE for what names nobody, as the `id` of an answer that refused does: a filter without it would be for all. */
export type Naming = <Given>(given: Given) => Named<Given>;

/** What a room reads of one. */
export type ReadState = (subject: SubjectReference) => Promise<SubjectState | undefined>;

export const stateOf =
  (channel: Channel): ReadState =>
  async (subject) => {
    const { agents } = await channel.get<{ readonly agents: readonly { readonly state?: SubjectState }[] }>('/agents', {
      subject,
    });
    return agents[0]?.state;
  };

export function subjectOf(room: Greenroom, reference: SubjectReference, state: ReadState): Subject {
  return {
    room,
    reference,
    state: () => state(reference),
    transitions: async () => (await room.timeline({ kind: 'transition', subject: reference })).entries,
  };
}

/** For a room that serves these vendors. */
export function namingFor(vendors: readonly string[]): Naming {
  // Which keys a vendor of one's own has, the server knows.
  const isOpen = vendors.some((name) => !VENDOR_LIST.some((known) => known.name === name));
  // A promise is refused when it is sent.
  const nameIn = (given: unknown): unknown =>
    isObject(given) && !(given instanceof Promise) ? mapValues(given, nameAt) : given;
  const nameAt = (field: string, value: unknown): unknown => {
    if (FILTERS.has(field)) return nameIn(value);
    return field === 'subject' ? referenceOf(value, isOpen) : value;
  };
  return nameIn as Naming;
}

/** Fields of calls that have filters in them. */
const FILTERS = new Set(['match', 'until', 'webhook']);

const mapValues = (object: JsonObject, change: (field: string, value: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([field, value]) => [field, change(field, value)]));

export const isSubject = (given: unknown): given is Subject =>
  typeof given === 'object' && given !== null && 'transitions' in given && 'room' in given;

const KEYS = subjectKeysOf(VENDOR_LIST);

/**
 * The reference to an agent that is given in any form; a reference stays as it is, under a key that is not known here if
 * `isOpen`. Throws USAGE for what names nobody.
 */
export function referenceOf(given: unknown, isOpen = false): SubjectReference {
  if (typeof given === 'string' && given !== '') return given;
  if (isSubject(given)) return given.reference;
  const { meeting_agent: agent, ...fields } = Object(given) as Readonly<Record<string, unknown>>;
  const { sub = fields['sub'], id = fields['id'] } = Object(agent) as Readonly<Record<string, unknown>>;
  const name = [sub, id].find((one) => typeof one === 'string' && one !== '');
  if (typeof name === 'string' && !('timeline' in fields)) return name;
  const [[key, value] = [], ...more] = Object.entries(fields);
  if (typeof value === 'string' && more.length === 0 && (isOpen || KEYS.includes(key!)))
    return given as SubjectReference;
  throw new GreenroomError(
    'USAGE',
    `Failed to name the agent: expected its id, what the vendor answered, or room.subject(…), was ${'timeline' in fields ? 'a room.' : told(given)}`,
  );
}

const told = (given: unknown): string =>
  given === undefined ? 'undefined. Was the call that makes it refused?' : `${show(given)}.`;
