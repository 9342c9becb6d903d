import { GreenroomError } from '../../errors.js';
import type { Vendor } from './provider.js';

/**
 * The vendors of one's own in a list that nobody has looked at. Throws USAGE for what `defineVendor` has not made; `doing`
 * is what fails then.
 */
export function readOwnVendors(doing: string, given: unknown = []): readonly Vendor[] {
  if (!Array.isArray(given)) throw misfit(doing, '/vendors', 'a list of vendors', given);
  const wrong = given.findIndex((one) => !isVendor(one));
  if (wrong >= 0) throw misfit(doing, `/vendors/${wrong}`, 'a vendor', given[wrong]);
  return given as Vendor[];
}

const isVendor = (one: unknown): boolean =>
  typeof one === 'object' && one !== null && 'profile' in one && 'handlers' in one;

/** An object of a user can be large, and can hold itself: it is named, not shown. */
function misfit(doing: string, pointer: string, expected: string, was: unknown): GreenroomError {
  const shown =
    typeof was === 'object' && was !== null ? 'an object of another kind' : (JSON.stringify(was) ?? typeof was);
  return new GreenroomError(
    'USAGE',
    `Failed to ${doing}: at ${pointer}, expected ${expected} made with defineVendor of greenroom/vendor, was ${shown}.`,
    { pointer, expected, was: shown },
  );
}
