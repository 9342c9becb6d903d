import { GreenroomError } from '../../errors.js';
import { host } from '../host/node.js';
import { connectPublic, type PublicNetwork } from '../host/public-network.js';
import type { Vendor } from '../providers/provider.js';
import type { SharedServer } from './shared.js';
import { Tenants } from './tenants.js';
import { assertOwnKeys, DEFAULT_TERMS, type TermDefaults } from './terms.js';

export interface ShareOptions {
  /** The token of the server: whoever has it may everything. */
  readonly token: string | undefined;
  readonly vendors: readonly Vendor[];
  readonly defaults?: TermDefaults;
  /** How other machines are found. */
  readonly network?: PublicNetwork;
}

const SHORTEST_TOKEN = 16;

/** Makes a server one that strangers share. Throws USAGE for a token that somebody could guess. */
export function shareServer({ token, vendors, defaults = DEFAULT_TERMS, network = {} }: ShareOptions): SharedServer {
  const strong = strongToken(token);
  return {
    connect: () => connectPublic(network),
    apart: {
      newSecret: host.nonce,
      assertFits: ({ settings }) => assertOwnKeys(vendors, settings),
    },
    open: (workspaces) => new Tenants(workspaces, { token: strong, defaults }),
  };
}

function strongToken(token: string | undefined): string {
  const how = 'GREENROOM_CONTROL_TOKEN="$(openssl rand -base64 32)" makes one that nobody guesses; keep it';
  if (token === undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to share the server: it needs a token, without which anybody could make, read and delete workspaces. ${how}, or give it as --control-token.`,
    );
  if (token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new GreenroomError(
    'USAGE',
    `Failed to share the server: expected a token of at least ${SHORTEST_TOKEN} characters without spaces, was one of ${token.length}. ${how}.`,
  );
}
