import type { Micros } from '../../../../clock/instant.js';
import type { View } from './filter.js';

/** Something that can be chosen in a lane: a line by its number, or a meeting by its id. */
export interface Step {
  readonly at: Micros;
  readonly seq?: number;
  readonly meeting?: string;
}

/** What there is to choose in a lane, in the order of time. */
export function stepsOf(view: View, lane: number): Step[] {
  const { timeline } = view;
  const places = view.inLane(lane);
  const lines = Array.from({ length: places?.size ?? 0 }, (_, i): Step => {
    const place = places!.at(i);
    return { at: timeline.at[place]!, seq: timeline.lines[place]!.seq };
  });
  const { calendar } = timeline.lanes[lane]!;
  if (!calendar) return lines;
  const meetings = calendar.meetings.map(({ id, start }): Step => ({ at: start, meeting: id }));
  return [...lines, ...meetings].toSorted((a, b) => a.at - b.at);
}
