import { pathOf } from './path.js';
import type * as control from '../contracts/control/history.js';
import type { Channel } from './channel.js';
import type { Narrowed } from './narrowed.js';

/** A place that can be gone back to: `seq` is the last line of the timeline then. A rewind makes one with `branch: true`. */
export type Checkpoint = Narrowed<control.Checkpoint>;

/** Where to go back to: an instant, the moment before a call came (`req_7`), or a checkpoint. */
export type Rewind = Narrowed<control.RewindBody>;

/** What time it is after a rewind, and the branch that leads to what came after. */
export type Rewound = Narrowed<control.Rewound>;

/** What is not as it was at a checkpoint; `by` says who changed it: the app, the vendor's own side or the test. */
export type Changes = Narrowed<control.Changes>;
export type RecordChange = Narrowed<control.RecordChange>;

/** The places of this workspace that can be gone back to, branches included. A reset forgets them. */
export interface RoomCheckpoints {
  /** Oldest first. */
  readonly list: () => Promise<{ readonly checkpoints: readonly Checkpoint[] }>;
  /** Throws NOT_FOUND. */
  readonly remove: (name: string) => Promise<void>;
}

export const checkpointsOf = (channel: Channel): RoomCheckpoints => ({
  list: () => channel.get('/checkpoints'),
  remove: async (name) => channel.delete(pathOf`/checkpoints/${name}`),
});
