import type { Reference } from '../../contracts/control/vendor-fields.js';
import type { World } from '../engine/world.js';
import type { SubjectState } from '../engine/vendor.js';
import type { Vendor } from '../providers/provider.js';

/** The agent of any vendor that a reference names. */
export function findSubject(vendors: readonly Vendor[], world: World, reference: Reference): SubjectState | undefined {
  for (const provider of vendors) {
    const found = provider.findSubject(world, reference);
    if (found) return found;
  }
  return undefined;
}

/** The vendor id behind a reference; a reference to no agent stays as it is and matches nothing. */
export function subjectId(vendors: readonly Vendor[], world: World, reference: Reference): string {
  if (typeof reference === 'string') return reference;
  return findSubject(vendors, world, reference)?.id ?? JSON.stringify(reference);
}

/** `?subject=scheduling_key:my-key` as a reference; `undefined` without the parameter. */
export function subjectIn(vendors: readonly Vendor[], query: URLSearchParams): Reference | undefined {
  const text = query.get('subject');
  if (text === null) return undefined;
  const [, key = '', value = ''] = /^(\w+):(.*)$/s.exec(text) ?? [];
  return vendors.some(({ profile }) => profile.subjectKeys.includes(key)) ? { [key]: value } : text;
}

/** The vendor id of the agent that `?subject=` names; `undefined` without the parameter. */
export function subjectIdIn(vendors: readonly Vendor[], world: World, query: URLSearchParams): string | undefined {
  const reference = subjectIn(vendors, query);
  return reference === undefined ? undefined : subjectId(vendors, world, reference);
}
