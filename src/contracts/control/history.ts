import { Type, type Static } from '@sinclair/typebox';
import { AnyInstant, closed, Count, Instant, Text } from './fields.js';

/** Where to go back to. */
export const RewindBody = Type.Union(
  [
    Type.Object({ to: AnyInstant }, closed),
    Type.Object({ before: Type.String({ description: 'The id of a call: `req_7`' }) }, closed),
    Type.Object({ checkpoint: Text }, closed),
  ],
  { expected: 'one of {"to": "2026-03-02T10:00:00Z"}, {"before": "req_7"} or {"checkpoint": "paid"}' },
);
export type RewindBody = Static<typeof RewindBody>;

/** A place in the life of a world that can be gone back to. */
export const Checkpoint = Type.Object({
  name: Text,
  at: Instant,
  /** The last line of the timeline then. */
  seq: Count,
  /** True if a rewind made it, to keep what came after. */
  branch: Type.Boolean(),
});
export type Checkpoint = Static<typeof Checkpoint>;

export const CheckpointList = Type.Object({ checkpoints: Type.Array(Checkpoint) });
export type CheckpointList = Static<typeof CheckpointList>;

export const CheckpointBody = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }, closed);
export type CheckpointBody = Static<typeof CheckpointBody>;

export const Rewound = Type.Object({
  now: Instant,
  /** The checkpoint that leads to what came after: a rewind to it undoes this one. */
  branch: Checkpoint,
});
export type Rewound = Static<typeof Rewound>;
