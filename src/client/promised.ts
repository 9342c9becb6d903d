import { VENDOR_LIST } from '../contracts/vendors.js';
import { GreenroomError } from '../errors.js';
import type { Greenroom } from './greenroom.js';
import type { VendorName } from './vendors.js';

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
const OF_ROOM = [...Object.keys(MEMBERS), ...VENDOR_LIST.map(({ name }) => name), Symbol.asyncDispose];

/** The promise of a room, which a test may forget to await. */
export const promisedRoom = <Room extends Greenroom>(call: string, room: Promise<Room>): Promise<Room> =>
  promised(call, room, { members: OF_ROOM });
