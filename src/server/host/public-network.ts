import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Connections } from '../host.js';
import { connect } from './connections.js';

/** How the addresses of other machines are found, and judged. */
export interface PublicNetwork {
  /** All addresses of a name. Throws what the system says. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  /** True for an address that strangers may have the server call. */
  readonly isPublic?: (address: string) => boolean;
}

/** What is not the whole world's, by RFC 6890 and its followers: this machine, private nets, carriers', links, groups, examples. */
const CLOSED_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of the addresses below 2000::/3, outside of which nothing is open: those that stand for others, and examples. */
const CLOSED_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed = new BlockList();
for (const [net, prefix] of CLOSED_V4) closed.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of CLOSED_V6) closed.addSubnet(net, prefix, 'ipv6');
const unicast = new BlockList();
unicast.addSubnet('2000::', 3, 'ipv6');

/** True for an address that all the world can reach, and that is none of this machine's own. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 0) return false;
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  if (kind === 6 && !unicast.check(address, family)) return false;
  return !closed.check(address, family) && !ownAddresses().includes(address);
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));

const resolveAll = (hostname: string): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, found) => {
      if (error) reject(error);
      else resolve(found.map(({ address }) => address));
    });
  });

/**
 * Connections to other machines alone. A name is resolved here, each of its addresses is judged, and the connection goes to
 * one that was judged: whoever has the name cannot say otherwise in between.
 */
export function connectPublic({ resolve = resolveAll, isPublic = isPublicAddress }: PublicNetwork = {}): Connections {
  const connections = connect();
  return {
    send(url, message, sender) {
      let abandon = (): void => undefined;
      let isGivenUp = false;
      const name = url.hostname.replace(/^\[|\]$/g, '');
      const send = (addresses: readonly string[]): void => {
        const foreign = addresses.find((address) => !isPublic(address));
        if (isGivenUp) return;
        if (foreign !== undefined || addresses.length === 0)
          return sender.finish({
            outcome: 'captured',
            error: `${url.hostname} leads to ${foreign ?? 'no address'}, which is not an address of the whole world: a service sends to no others`,
          });
        abandon = connections.send(url, message, sender, addresses[0]);
      };
      const found = isIP(name) === 0 ? resolve(name) : Promise.resolve([name]);
      found.then(send, (error: NodeJS.ErrnoException) =>
        sender.finish({ outcome: 'refused', error: error.code ?? error.message }),
      );
      return () => {
        isGivenUp = true;
        abandon();
      };
    },
    close: connections.close,
  };
}
