import { opens, whoseCall } from '../../contracts/calls/whose.js';
import { findOperation } from '../../contracts/find-operation.js';
import type { Contract } from '../../contracts/contract.js';
import { redactorOf, type Redactor } from '../../contracts/redact.js';
import type { VendorHost, VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import { JudgedVersions } from '../versions.js';
import type { Exchange } from './exchange.js';

/** A vendor as a call reaches it: its contract, and the path below its base. */
export interface Addressed {
  readonly contract: Contract;
  readonly path: string;
  /** True for the vendor's own host. */
  readonly isPublic: boolean;
  /** What the path was called without, and taken. */
  readonly lacks?: string;
  /** Takes out what is secret for this vendor. */
  readonly redact: Redactor;
  /** Contracts of the vendors whose scheme the call carries: where several stand behind an origin, it may be meant for another. */
  readonly named: readonly Contract[];
}

interface Base {
  readonly vendor: VendorProfile;
  readonly origin: string;
  /** As it was named, without a slash at its end. */
  readonly prefix: string;
  /** Below which the vendor's own paths may stand: what these begin with may be named as a part of the prefix. */
  readonly roots: readonly string[];
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
    const authorization = exchange.request.headers['authorization'] ?? '';
    const carried = ({ contract }: VendorProfile): boolean => opens(contract, authorization);
    const of = (vendor: VendorProfile, path: string, isPublic = false): Addressed => ({
      contract: judged.contractFor(vendor, version),
      redact: redactorOf(vendor),
      path: vendor.decodesPaths ? path.replaceAll(/%2f/gi, '/') : path,
      isPublic,
      named: isPublic ? [] : vendors.filter(carried).map((one) => judged.contractFor(one, version)),
    });
    const { origin, hostname } = url;
    const pathname = withoutNeedlessEscapes(url.pathname);
    const said = vendors.find(({ name }) => name === provider);
    if (said) return asServed(exchange, of(said, pathname));
    const known = vendors.find(({ hosts }) => hosts.some(({ host }) => host === hostname));
    if (known) return onHost(hostsNamed(known, hostname), of(known, pathname, true));
    if (pathname.startsWith(CONTROL)) return undefined;
    const there = bases.filter((base) => base.origin === origin);
    const below = there.filter(({ prefix }) => isBelow(prefix, pathname));
    const at = ({ vendor, roots }: Base): Addressed[] =>
      roots.filter((root) => isBelow(root, pathname)).map((root) => of(vendor, pathname.slice(root.length) || '/'));
    const candidates = below.flatMap(at);
    return (
      there.flatMap(at).find(owns) ??
      candidates.map((candidate) => asServed(exchange, candidate)).find(owns) ??
      whoseCall(candidates, authorization)
    );
  };
  return (exchange) => {
    const found = find(exchange);
    const vendor = found && vendors.find(({ name }) => name === found.contract.provider);
    if (vendor) judged.hear(vendor, exchange, found.path);
    return found;
  };
}

const hostsNamed = ({ hosts }: VendorProfile, name: string): readonly VendorHost[] =>
  hosts.filter(({ host }) => host === name);

/** An escape of what needs none says the same as the character (RFC 3986). */
const withoutNeedlessEscapes = (path: string): string =>
  path.replaceAll(/%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi, decodeURIComponent);

/** A host of pages has no calls but those of OAuth: some SDKs ask for their tokens there. */
const onHost = (hosts: readonly VendorHost[], called: Addressed): Addressed | undefined =>
  hosts.some(({ serves }) => serves.includes('api')) || (called.path.startsWith('/oauth/') && owns(called))
    ? called
    : undefined;

const isBelow = (root: string, path: string): boolean => path === root || path.startsWith(`${root}/`);

/**
 * What stands for a vendor may take a path without what the vendor's own paths begin with, and adds it: then it was answered, and
 * not 404.
 */
function asServed({ response }: Exchange, called: Addressed): Addressed {
  if (!response || response.status === 404 || owns(called)) return called;
  const meant = startsOf(called.contract).map((start) => ({ ...called, path: start + called.path, lacks: start }));
  return meant.find(owns) ?? called;
}

/** What paths begin with before they name anything: `/api/v1`. */
const startsOf = ({ operations }: Contract): string[] => [
  ...new Set(operations.flatMap(({ path }) => /^(\/[\w-]+)*?\/v\d+(?=\/)/.exec(path)?.[0] ?? [])),
];

/** Several vendors may stand behind one origin: greenroom itself does. */
const owns = ({ contract, path }: Addressed): boolean =>
  contract.operations.some(({ method }) => findOperation(contract, method, path) !== undefined);

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
  const prefix = pathname.replace(/\/$/, '');
  return { vendor, origin, prefix, roots: rootsOf(prefix, vendor.contract) };
}

/** The prefix, and each beginning of it after which nothing follows but what paths of the vendor begin with. */
function rootsOf(prefix: string, { operations }: Contract): string[] {
  const beginnings = [...prefix.matchAll(/\//g)].map(({ index }) => index);
  const own = beginnings.filter((end) => operations.some(({ path }) => path.startsWith(`${prefix.slice(end)}/`)));
  return [prefix, ...own.map((end) => prefix.slice(0, end))];
}
