import type { Agent } from '../../contracts/control/recording.js';
import type { Entry } from '../engine/past/journal.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';

/** Those of these ids that a vendor knows: agents, and what stands in calendars. */
export const agentsOf = (vendors: readonly Vendor[], world: World, ids: Iterable<string>): Agent[] =>
  [...ids].flatMap((id) => agentOf(vendors, world, id) ?? []);

function agentOf(vendors: readonly Vendor[], world: World, id: string): Agent | undefined {
  for (const { name: provider, findSubject, meetingEvents } of vendors) {
    const entry = meetingEvents.calendarEntry?.(world, id);
    if (entry) return { id, provider, ...entry };
    const found = findSubject(world, id);
    if (found?.id !== id) continue;
    const name = meetingEvents.nameOf?.(world, id);
    return { id, provider, ...(name === undefined ? {} : { name }), state: found.state };
  }
  return undefined;
}

/** What the timeline tells of, in the order in which it does. */
export function subjectsIn(entries: Iterable<Entry>): Set<string> {
  const subjects = new Set<string>();
  for (const { subject } of entries) if (subject !== null) subjects.add(subject);
  return subjects;
}
