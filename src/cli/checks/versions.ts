import { createClient } from '../../checks/provider/client.js';
import { readVendorVersions } from '../../checks/versions.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { Flag, FlagValues } from '../settings/flags.js';

export const VENDOR_VERSION_FLAG: Flag = {
  name: 'vendor-version',
  value: '[NAME=]VERSION|URL',
  many: true,
  help: 'the version of a vendor that is judged by, or the server that says it',
};

const PATIENCE_MS = 10_000;

/** The versions that the flag names, in full, by vendor. Throws USAGE. */
export const namedVersions = (
  values: FlagValues,
  vendors: readonly VendorProfile[],
): Promise<ReadonlyMap<string, string>> =>
  readVendorVersions((values[VENDOR_VERSION_FLAG.name] ?? []) as readonly string[], vendors, askVersion);

/** What a server says; `undefined` if it says nothing. */
async function askVersion(url: URL, { access, versions }: VendorProfile): Promise<string | undefined> {
  const { live } = versions!;
  try {
    const call = createClient(url, access.basePath, PATIENCE_MS);
    const { status, body } = await call({ method: 'GET', path: live!.path });
    return status === 200 ? live!.read(JSON.parse(body)) : undefined;
  } catch {
    return undefined;
  }
}
