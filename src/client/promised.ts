import { VENDOR_LIST } from '../contracts/vendors.js';
import { GreenroomError } from '../errors.js';
import type { Greenroom } from './greenroom.js';
import type { VendorName } from './vendors.js';
import { ASYNC_DISPOSE, DISPOSE } from '../disposal.js';

/**
 * The promise that a call gives. It throws USAGE where it is taken for what it promises: JavaScript's own words do not say
 * what is missing.
 */
export function promised<T>(
  call: string,
  promise: Promise<T>,
  { members, write = `await ${call}` }: { readonly members: readonly PropertyKey[]; readonly write?: string },
): Promise<T> {
  const get = (): never => {
    throw new GreenroomError('USAGE', `Failed to use what ${call} gives: it is a promise. Write: ${write}.`);
  };
  return Object.defineProperties(promise, Object.fromEntries(members.map((member) => [member, { get }])));
}

const MEMBERS: Readonly<Record<Exclude<keyof Greenroom, symbol | VendorName>, true>> = {
  url: true,
  id: true,
  vendor: true,
  clock: true,
  timeline: true,
  requests: true,
  deliveries: true,
  faults: true,
  casting: true,
  scenarios: true,
  calendar: true,
  backstage: true,
  coverage: true,
  subject: true,
  listen: true,
  workspace: true,
  patch: true,
  reset: true,
  snapshot: true,
  restore: true,
  run: true,
  checkpoint: true,
  checkpoints: true,
  changes: true,
  fetch: true,
  close: true,
};
const OF_ROOM = [...Object.keys(MEMBERS), ...VENDOR_LIST.map(({ name }) => name), ASYNC_DISPOSE];

/** The promise of a room, which a test may forget to await. */
export const promisedRoom = <Room extends Greenroom>(call: string, room: Promise<Room>): Promise<Room> =>
  promised(call, room, { members: OF_ROOM });

type Given<Call> = Call extends (...given: never[]) => Promise<infer Result> ? Result : never;
/** What people read of what a call gives; each name is one that it has. */
type MembersOf<Calls> = {
  readonly [Name in keyof Calls]?: Calls[Name] extends (...given: never[]) => unknown
    ? readonly (keyof Given<Calls[Name]> | (typeof IN_LIST)[number])[]
    : MembersOf<Calls[Name]>;
};

/** What a list has: where one is a member, people take the whole for it. */
const IN_LIST = ['length', 'map', 'filter', 'find', 'forEach', 'some', 'every', 'at', Symbol.iterator] as const;
const ADVANCED = ['ran', 'deliveries', 'from', 'to'] as const;
const OF_CALLS: MembersOf<Omit<Greenroom, 'timeline'>> & { readonly timeline: readonly string[] } = {
  timeline: ['entries', 'more', 'dropped', 'split', 'includes', 'match', 'length'],
  fetch: ['status', 'ok', 'headers', 'body', 'json', 'text', 'arrayBuffer'],
  checkpoint: ['name', 'at'],
  changes: ['changes'],
  run: ['split', 'includes', 'length'],
  listen: ['close', 'probeVariables', 'ended'],
  clock: {
    advance: ADVANCED,
    next: ADVANCED,
    until: ADVANCED,
    pending: IN_LIST,
    hold: ['id', 'release', ASYNC_DISPOSE],
    holds: IN_LIST,
    lockstep: ['release', DISPOSE],
    patch: ['mode', 'now'],
  },
  requests: { list: ['requests', ...IN_LIST], verify: ['count'] },
  deliveries: { list: ['deliveries', ...IN_LIST], wait: ['deliveries'], redeliver: ['id', 'status', 'attempts'] },
  faults: { add: ['id'], list: ['faults', ...IN_LIST] },
  casting: { add: ['id'], list: ['casting', ...IN_LIST] },
  scenarios: { list: ['scenarios', ...IN_LIST] },
  calendar: { book: ['event'] },
};

/** What a call of a room gives has these members, by the name of the call: `room.clock.hold`. */
export function membersOf(call: string): readonly PropertyKey[] {
  const found = call
    .split('.')
    .slice(1)
    .reduce<unknown>((table, name) => Object(table)[name], OF_CALLS);
  return Array.isArray(found) ? (found as readonly PropertyKey[]) : [];
}
