import type { Greenroom } from '../client/greenroom.js';
import { tellFar } from '../contracts/control/far.js';

/** The time and what comes next, for messages: most missing things are still to come. */
export async function describeNext(room: Greenroom): Promise<string> {
  const [now, [next]] = [await room.clock.now(), await room.clock.pending({ limit: 1 })];
  if (!next) return `The clock stands at ${now}, and nothing is left to happen by itself.`;
  const agent = next.subject === null ? '' : ` of ${next.subject}`;
  return `The clock stands at ${now}. Next is "${next.label}"${agent} at ${next.due}: room.clock.advance(…) or room.clock.until(…) gets there.${tellFar(now, next.due)}`;
}
