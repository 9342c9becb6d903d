import type { Contract } from '../contracts/contract.js';
import type { VendorProfile } from '../contracts/vendor.js';
import { GreenroomError } from '../errors.js';
import type { Finding } from './finding.js';
import type { Exchange } from './traffic/exchange.js';

/** Which version of each vendor is judged by: the one that was named, that an entry says, or that the server has said last. */
export class JudgedVersions {
  /** Versions of servers that are newer than all that is known, by vendor. */
  readonly newer = new Map<string, string>();
  readonly #named: ReadonlyMap<string, string>;
  readonly #heard = new Map<string, string>();

  constructor(named: ReadonlyMap<string, string> = new Map()) {
    this.#named = named;
  }

  /** The contract of a vendor for one exchange. */
  contractFor(vendor: VendorProfile, said?: string): Contract {
    const { name, contract, versions } = vendor;
    const version = this.#named.get(name) ?? this.#known(vendor, said) ?? this.#heard.get(name);
    return versions && version !== undefined ? versions.at(version) : contract;
  }

  /** Takes notice of an answer by which a server says its version. */
  hear(vendor: VendorProfile, { method, response }: Exchange, path: string): void {
    const { live } = vendor.versions ?? {};
    if (method !== 'GET' || path !== live?.path || response?.status !== 200) return;
    const version = this.#known(vendor, live.read(parse(response.body)));
    if (version !== undefined) this.#heard.set(vendor.name, version);
  }

  /** In full; the newest that is known for a newer one, and none for what is no version. */
  #known({ name, versions }: VendorProfile, said: string | undefined): string | undefined {
    if (!versions || said === undefined) return undefined;
    const read = versions.read(said);
    if ('version' in read) return read.version;
    if (!versions.isNewer(said)) return undefined;
    this.newer.set(name, said);
    return versions.newest;
  }
}

function parse(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}

/** What differs on a server that is newer than all that is known is no fault of anybody. */
export const newerThanKnown = <F extends Pick<Finding, 'severity' | 'message'>>(finding: F, version: string): F => ({
  ...finding,
  severity: 'note',
  message: `Newer than known (${version}): ${finding.message}`,
});

const usage = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read --vendor-version: ${reason}`);

/**
 * Reads `[NAME=]VERSION`, where the name may be left out if one vendor alone has such a version. `ask` asks a server at
 * a URL that stands instead of the version. Throws USAGE.
 */
export async function readVendorVersions(
  given: readonly string[],
  vendors: readonly VendorProfile[],
  ask: (url: URL, vendor: VendorProfile) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const versioned = vendors.filter(({ versions }) => versions);
  const named = new Map<string, string>();
  for (const text of given) {
    const [, name, value = ''] = /^(?:(\w+)=)?(.+)$/s.exec(text) ?? [];
    const isUrl = /^https?:\/\//.test(value) && URL.canParse(value);
    const fits = versioned.filter((vendor) =>
      name === undefined
        ? isUrl
          ? vendor.versions!.live
          : 'version' in vendor.versions!.read(value)
        : vendor.name === name,
    );
    const [vendor, another] = fits;
    if (!vendor || another)
      throw usage(`expected NAME=VERSION with one of ${versioned.map((one) => one.name).join(', ')}, was "${text}".`);
    const version = isUrl ? await ask(new URL(value), vendor) : value;
    if (version === undefined) throw usage(`expected a server that says its version at ${value}, was none.`);
    const read = vendor.versions!.read(version);
    if ('version' in read) named.set(vendor.name, read.version);
    else if (isUrl && vendor.versions!.isNewer(version)) named.set(vendor.name, vendor.versions!.newest);
    else throw usage(read.fault);
  }
  return named;
}
