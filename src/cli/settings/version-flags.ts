import type { Contract } from '../../contracts/contract.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { VENDOR_LIST } from '../../contracts/vendors.js';
import { GreenroomError } from '../../errors.js';
import type { Flag, FlagValues } from './flags.js';

const flagOf = ({ access }: VendorProfile) => access.flags.find(({ setting }) => setting === 'version');

/** The flags of `greenroom start` that choose the versions of vendors, for commands that serve nothing. */
export const VERSION_FLAGS: readonly Flag[] = VENDOR_LIST.flatMap((vendor) => {
  const flag = flagOf(vendor);
  return flag ? [{ name: flag.name, value: flag.value, help: flag.help }] : [];
});

/** The contract of a vendor in the version that its flag names, or its base. Throws USAGE. */
export function contractNamed(vendor: VendorProfile, values: FlagValues): Contract {
  const { contract, versions } = vendor;
  const flag = flagOf(vendor)?.name ?? '';
  const given = values[flag];
  if (!versions || typeof given !== 'string') return contract;
  const read = versions.read(given);
  if ('fault' in read) throw new GreenroomError('USAGE', `Failed to read --${flag}: ${read.fault}`);
  return versions.at(read.version);
}
