import { host } from '../host/node.js';
import type { Connections } from '../host.js';
import type { Vendor } from '../providers/provider.js';
import type { ServerToken } from './bearer.js';
import type { SharedServer } from './shared.js';
import { Tenants, type TenantsOptions } from './tenants.js';
import { assertOwnKeys, DEFAULT_TERMS, type TermDefaults } from './terms.js';

export interface ShareOptions extends Pick<TenantsOptions, 'later'> {
  readonly token: ServerToken;
  readonly vendors: readonly Vendor[];
  readonly defaults?: TermDefaults;
  /** Connections that lead to no address of the server's own network. */
  readonly connect: () => Connections;
}

/** Makes a server one that strangers share. */
export function shareServer({
  token,
  vendors,
  defaults = DEFAULT_TERMS,
  connect,
  ...when
}: ShareOptions): SharedServer {
  return {
    connect,
    apart: {
      newSecret: host.nonce,
      assertFits: ({ settings }) => assertOwnKeys(vendors, settings),
    },
    open: (workspaces) => new Tenants(workspaces, { token, defaults, ...when }),
  };
}
