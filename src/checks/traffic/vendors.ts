import { attendeeContract } from '../../contracts/attendee/contract.js';
import { findOperation } from '../../contracts/check.js';
import type { Contract, VendorName } from '../../contracts/contract.js';
import { cronofyContract } from '../../contracts/cronofy/contract.js';
import { GreenroomError } from '../../errors.js';
import type { Exchange } from './exchange.js';

/** A vendor as a call reaches it: its contract, and the path below its base. */
export interface Addressed {
  readonly contract: Contract;
  readonly path: string;
  /** True for the vendor's own host. */
  readonly isPublic: boolean;
}

interface Base {
  readonly contract: Contract;
  readonly origin: string;
  readonly prefix: string;
}

const CONTRACTS: Readonly<Record<VendorName, Contract>> = { cronofy: cronofyContract, attendee: attendeeContract };
const HOSTS: readonly (readonly [RegExp, Contract])[] = [
  [/^api(-[a-z]+)?\.cronofy\.com$/, cronofyContract],
  [/^(app|staging)\.attendee\.dev$/, attendeeContract],
];
const CONTROL = '/_greenroom';

/** Tells which vendor a call is for. `baseUrls` are `provider=URL`; throws USAGE for anything else. */
export function vendorsAt(baseUrls: readonly string[]): (exchange: Exchange) => Addressed | undefined {
  const bases = baseUrls.map(readBase);
  return ({ provider, url }) => {
    const { origin, pathname, hostname } = url;
    if (provider !== undefined) return { contract: CONTRACTS[provider], path: pathname, isPublic: false };
    const known = HOSTS.find(([pattern]) => pattern.test(hostname));
    if (known) return { contract: known[1], path: pathname, isPublic: true };
    if (pathname.startsWith(CONTROL)) return undefined;
    const below = bases.filter((base) => base.origin === origin && pathname.startsWith(base.prefix));
    const candidates = below.map(({ contract, prefix }) => ({
      contract,
      path: pathname.slice(prefix.length) || '/',
      isPublic: false,
    }));
    return candidates.find(owns) ?? candidates.find(resembles) ?? candidates[0];
  };
}

/** Both vendors may stand behind one origin: greenroom itself does. */
const owns = ({ contract, path }: Addressed): boolean =>
  contract.operations.some(({ method }) => findOperation(contract, method, path) !== undefined);

/** A path that begins as the vendor's do. */
const resembles = ({ contract, path }: Addressed): boolean =>
  contract.operations.some((operation) => operation.path.split('/')[1] === path.split('/')[1]);

function readBase(text: string): Base {
  const [, name, address = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if ((name !== 'cronofy' && name !== 'attendee') || !URL.canParse(address)) {
    throw new GreenroomError(
      'USAGE',
      `Failed to read --base-url: expected cronofy=URL or attendee=URL, was "${text}". For example attendee=https://bots.example.`,
    );
  }
  const { origin, pathname } = new URL(address);
  return { contract: CONTRACTS[name], origin, prefix: pathname.replace(/\/$/, '') };
}
