import { WORKSPACE_FIELDS } from '../../contracts/control/workspaces.js';
import { didYouMean } from '../../contracts/nearest.js';
import { operationsOf } from '../../contracts/versions/versions.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';
import type { Provider, Vendor } from './provider.js';

/**
 * Joins a vendor's facts to its code, and checks that they fit: every operation has a handler, every event of the life
 * cycle starts in a state that there is, every backstage action has its code. Throws INVALID_VENDOR with the field.
 */
export function assembleVendor({ profile, provider }: { profile: VendorProfile; provider: Provider }): Vendor {
  const fail = failFor(profile.name);
  const { contract, backstage } = profile;
  if (!/^[a-z][a-z0-9_]*$/.test(profile.name))
    fail('profile.name', 'a word of lower-case letters, digits and "_"', JSON.stringify(profile.name));
  if (RESERVED.includes(profile.name))
    fail('profile.name', `a word that stands for nothing else, not ${RESERVED.join(', ')}`, `"${profile.name}"`);
  if (contract.provider !== profile.name)
    fail('profile.contract.provider', `the name of the profile, "${profile.name}"`, `"${contract.provider}"`);
  if (profile.versions && !profile.versions.areOf(contract))
    fail('profile.versions', 'versions of profile.contract', 'versions of another contract');
  assertSame(
    { field: 'provider.handlers', of: 'operation', fail },
    operationsOf(profile).map(({ id }) => id),
    Object.keys(provider.handlers),
  );
  assertSame(
    { field: 'provider.backstage', of: 'backstage action', fail },
    Object.keys(backstage.actions),
    Object.keys(provider.backstage),
  );
  assertLifecycle(profile, fail);
  for (const { path } of operationsOf(profile))
    if (!provider.owns(path)) fail('provider.owns', `true for the path of every operation, such as ${path}`, 'false');
  return { ...provider, name: profile.name, profile };
}

/** Words that stand beside the names of vendors, in workspaces and in the names of documents. */
const RESERVED: readonly string[] = [...WORKSPACE_FIELDS, 'control'];

/** Throws INVALID_VENDOR; `field` with dots, or as a pointer where names may have dots. */
export type Fail = (field: string, expected: string, was: string, nearest?: string) => never;

/** What throws for the vendor of this name, if it has one. */
export const failFor =
  (name: string | undefined): Fail =>
  (field, expected, was, nearest) => {
    const isPointer = field === '' || field.startsWith('/');
    const place = isPointer ? field.slice(1).replaceAll('/', '.') : field;
    throw new GreenroomError(
      'INVALID_VENDOR',
      `Failed to define ${name === undefined ? 'a vendor' : `the vendor "${name}"`}: ` +
        `${place === '' ? '' : `at ${place}, `}expected ${expected}, was ${was}.${didYouMean(nearest)}`,
      { pointer: isPointer ? field : `/${field.replaceAll('.', '/')}`, expected, was },
    );
  };

/** Throws for a name that one side has and the other lacks. */
function assertSame(
  { field, of, fail }: { readonly field: string; readonly of: string; readonly fail: Fail },
  wanted: readonly string[],
  given: readonly string[],
): void {
  const missing = wanted.find((name) => !given.includes(name));
  if (missing !== undefined) fail(`${field}.${missing}`, `the code of the ${of} "${missing}"`, 'missing');
  const extra = given.find((name) => !wanted.includes(name));
  if (extra !== undefined)
    fail(`${field}.${extra}`, `an ${of} of the profile`, 'a name that the profile does not have');
}

function assertLifecycle({ contract: { lifecycle, webhooks } }: VendorProfile, fail: Fail): void {
  const { states, events } = lifecycle;
  const known = states.join(', ');
  for (const [event, { from, to }] of Object.entries(events)) {
    const field = `profile.contract.lifecycle.events.${event}`;
    const stranger = from.find((state) => !states.includes(state));
    if (stranger !== undefined) fail(`${field}.from`, `states among ${known}`, `"${stranger}"`);
    if (!states.includes(to)) fail(`${field}.to`, `a state among ${known}`, `"${to}"`);
  }
  const named = new Set<string>();
  for (const { type } of webhooks) {
    if (named.has(type)) fail('profile.contract.webhooks', 'each type once', `"${type}" twice`);
    named.add(type);
  }
}

/** Throws INVALID_VENDOR if two vendors have one name, or own one path: nobody could tell their calls apart. */
export function assertApart(vendors: readonly Vendor[]): void {
  vendors.forEach((vendor, i) => {
    const fail = failFor(vendor.name);
    for (const other of vendors.slice(0, i)) {
      if (other.name === vendor.name) fail('profile.name', 'a name that no other vendor has', `"${vendor.name}" twice`);
      const contested = operationsOf(vendor.profile).find(({ path }) => other.owns(path));
      if (contested)
        fail('provider.owns', 'paths that no other vendor owns', `${contested.path}, which ${other.name} owns`);
      const taken = operationsOf(other.profile).find(({ path }) => vendor.owns(path));
      if (taken) fail('provider.owns', 'paths that no other vendor owns', `${taken.path}, which ${other.name} owns`);
    }
  });
}
