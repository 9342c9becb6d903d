import { findOperation } from '../../contracts/check.js';
import type { Contract } from '../../contracts/contract.js';
import { redactorOf, type Redactor } from '../../contracts/redact.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import { JudgedVersions } from '../versions.js';
import type { Exchange } from './exchange.js';

/** A vendor as a call reaches it: its contract, and the path below its base. */
export interface Addressed {
  readonly contract: Contract;
  readonly path: string;
  /** True for the vendor's own host. */
  readonly isPublic: boolean;
  /** Takes out what is secret for this vendor. */
  readonly redact: Redactor;
}

interface Base {
  readonly vendor: VendorProfile;
  readonly origin: string;
  readonly prefix: string;
}

const CONTROL = '/_greenroom';

/** Finds the vendor that a call is for. `baseUrls` are `provider=URL`; throws USAGE for anything else. */
export function vendorsAt(
  vendors: readonly VendorProfile[],
  baseUrls: readonly string[],
  judged = new JudgedVersions(),
): (exchange: Exchange) => Addressed | undefined {
  const bases = baseUrls.map((text) => readBase(vendors, text));
  const find = (exchange: Exchange): Addressed | undefined => {
    const { provider, url, version } = exchange;
    const of = (vendor: VendorProfile) => ({
      contract: judged.contractFor(vendor, version),
      redact: redactorOf(vendor),
    });
    const { origin, pathname, hostname } = url;
    const said = vendors.find(({ name }) => name === provider);
    if (said) return { ...of(said), path: pathname, isPublic: false };
    const known = vendors.find(({ hosts }) =>
      hosts.some(({ host, serves }) => host === hostname && serves.includes('api')),
    );
    if (known) return { ...of(known), path: pathname, isPublic: true };
    if (pathname.startsWith(CONTROL)) return undefined;
    const below = bases.filter((base) => base.origin === origin && pathname.startsWith(base.prefix));
    const at = (path: string) => (vendor: VendorProfile) => ({ ...of(vendor), path, isPublic: false });
    const candidates = [
      ...below.map(({ vendor, prefix }) => at(pathname.slice(prefix.length) || '/')(vendor)),
      // What the vendor's own paths begin with may be named as a part of the base.
      ...below.filter(({ prefix }) => prefix !== '').map(({ vendor }) => at(pathname)(vendor)),
    ];
    return candidates.find(owns) ?? candidates.find(resembles) ?? candidates[0];
  };
  return (exchange) => {
    const found = find(exchange);
    const vendor = found && vendors.find(({ name }) => name === found.contract.provider);
    if (vendor) judged.hear(vendor, exchange, found.path);
    return found;
  };
}

/** Several vendors may stand behind one origin: greenroom itself does. */
const owns = ({ contract, path }: Addressed): boolean =>
  contract.operations.some(({ method }) => findOperation(contract, method, path) !== undefined);

/** A path that begins as the vendor's do. */
const resembles = ({ contract, path }: Addressed): boolean =>
  contract.operations.some((operation) => operation.path.split('/')[1] === path.split('/')[1]);

function readBase(vendors: readonly VendorProfile[], text: string): Base {
  const [, name, address = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  const vendor = vendors.find((candidate) => candidate.name === name);
  if (!vendor || !URL.canParse(address)) {
    const expected = vendors.map((one) => `${one.name}=URL`).join(' or ');
    throw new GreenroomError(
      'USAGE',
      `Failed to read --base-url: expected ${expected}, was "${text}". For example ${vendors.at(-1)?.name}=https://bots.example.`,
    );
  }
  const { origin, pathname } = new URL(address);
  return { vendor, origin, prefix: pathname.replace(/\/$/, '') };
}
