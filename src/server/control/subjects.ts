import type { World } from '../engine/world.js';
import type { SubjectState } from '../engine/vendor.js';
import type { Provider } from '../providers/provider.js';

export type Reference = string | Readonly<Record<string, string>>;

/** The agent of any vendor that a reference names. */
export function findSubject(
  providers: readonly Provider[],
  world: World,
  reference: Reference,
): SubjectState | undefined {
  for (const provider of providers) {
    const found = provider.findSubject(world, reference);
    if (found) return found;
  }
  return undefined;
}

/** The vendor id behind a reference; a reference that names nobody stays as it is and matches nothing. */
export function subjectId(providers: readonly Provider[], world: World, reference: Reference): string {
  if (typeof reference === 'string') return reference;
  return findSubject(providers, world, reference)?.id ?? JSON.stringify(reference);
}

/** `?subject=scheduling_key:my-key` as a reference. */
export function parseReference(text: string): Reference {
  const match = /^(scheduling_key|event_id|deduplication_key):(.*)$/s.exec(text);
  return match ? { [match[1]!]: match[2]! } : text;
}
