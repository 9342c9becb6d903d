import type { AvailabilityRequest } from '../../../../contracts/cronofy/availability.js';
import type { FreeMember, Quorum } from './free-time.js';

/** Enough of each group; who stands in a group twice counts twice. */
export function quorumOf(members: readonly FreeMember[], groups: AvailabilityRequest['participants']): Quorum {
  const lacking = groups.map(({ members: wanted, required = 'all' }) =>
    required === 'all' ? wanted.length : required,
  );
  /** For each member the groups in which it stands. */
  const places = new Map<string, number[]>();
  groups.forEach(({ members: wanted }, group) => {
    for (const { sub } of wanted) {
      const own = places.get(sub);
      if (own) own.push(group);
      else places.set(sub, [group]);
    }
  });
  let unmet = lacking.filter((number) => number > 0).length;
  return {
    get isMet() {
      return unmet === 0;
    },
    enter(member) {
      for (const group of places.get(members[member]!.sub)!) if (--lacking[group]! === 0) unmet--;
    },
    leave(member) {
      for (const group of places.get(members[member]!.sub)!) if (lacking[group]!++ === 0) unmet++;
    },
  };
}
