import type { VendorProfile } from '../../contracts/vendor.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { Vendor } from '../../server/providers/provider.js';

/** Not by Intl.ListFormat: it takes twenty milliseconds to load, and every start would pay them. */
export const eitherOf = (vendors: readonly VendorProfile[]): string =>
  vendors
    .map(({ name }) => name)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');

/** The names of the vendors that come with greenroom, for help: `a or b`. */
export const VENDOR_NAMES = eitherOf(VENDOR_LIST);
/** The same as a choice in a usage line: `a|b`. */
export const VENDOR_CHOICE = VENDOR_LIST.map(({ name }) => name).join('|');

/** The vendors that come with greenroom, and `own`. */
export const profilesWith = (own: readonly Vendor[]): readonly VendorProfile[] => [
  ...VENDOR_LIST,
  ...own.map(({ profile }) => profile),
];

/** The vendor that `--provider` names. Throws USAGE. */
export function readVendor(given: unknown, vendors: readonly VendorProfile[]): VendorProfile {
  const found = vendors.find(({ name }) => name === given);
  if (found) return found;
  const names = vendors.map(({ name }) => name);
  const meant = typeof given === 'string' ? nearest(given, names) : undefined;
  throw new GreenroomError(
    'USAGE',
    `Failed to read --provider: expected ${eitherOf(vendors)}, was ${given === undefined ? 'missing' : JSON.stringify(given)}.` +
      (meant === undefined ? '' : ` Did you mean "${meant}"?`),
  );
}
