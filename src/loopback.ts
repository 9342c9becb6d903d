import type { LookupFunction } from 'node:net';

const isLocalName = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/** True for 127.0.0.0/8, ::1 and localhost with its subdomains. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return isLocalName(host) || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The address to listen on for a host: names of this machine are not looked up. */
export const listenAddress = (host: string): string => (isLocalName(host.toLowerCase()) ? '127.0.0.1' : host);

/** Gives the addresses of this machine for any name. A name server could give `app.localhost` another one. */
export const lookupLoopback: LookupFunction = (_, { all = false }, callback) => {
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  if (all) callback(null, addresses);
  else callback(null, addresses[0]!.address, addresses[0]!.family);
};
