import type { Greenroom } from '../../client/greenroom.js';

/** The numbers of the last line, the last call and the last webhook before an execution. */
export interface Cursor {
  readonly lines: number;
  readonly requests: number;
  readonly deliveries: number;
}

/** Greater than the number of any. */
const NONE_YET = { before: 1e12, limit: 1 };

/** The last line, the last call and the last webhook that there are. */
export async function lastOf(room: Greenroom): Promise<Cursor> {
  const [{ entries }, { requests }, { deliveries }] = await Promise.all([
    room.timeline(NONE_YET),
    room.requests.list(NONE_YET),
    room.deliveries.list(NONE_YET),
  ]);
  return {
    lines: entries.at(-1)?.seq ?? 0,
    requests: requests.at(-1)?.seq ?? 0,
    deliveries: deliveries.at(-1)?.seq ?? 0,
  };
}
