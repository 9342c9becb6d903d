import { Type, type Static } from '@sinclair/typebox';
import { AnyInstant, closed, Count, Instant, orNull, Text, wordOf } from './fields.js';

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

/** Of one or two dots, a URL would take it for a way up. */
const CheckpointName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '[^.]|^\\.{3}',
  expected: 'a name of at most 100 characters, and not "." or ".."',
});
export const CheckpointBody = Type.Object({ name: CheckpointName }, closed);
export type CheckpointBody = Static<typeof CheckpointBody>;

export const Rewound = Type.Object({
  now: Instant,
  /** The checkpoint that leads to what came after: a rewind to it undoes this one. */
  branch: Checkpoint,
});
export type Rewound = Static<typeof Rewound>;

const Value = Type.Optional(Type.Unknown());

/** Why a record is not what it was. */
const Cause = Type.Object({
  who: wordOf(['app', 'vendor', 'test'], {
    description: "`app`: a call of it; `vendor`: the vendor's own side, as time went on; `test`: the control plane",
  }),
  at: Instant,
  seq: orNull(Type.Integer({ minimum: 0, description: 'The line of the timeline that tells of it' })),
  what: Text,
});

/** A record that is not what it was, as the world keeps it. */
export const RecordChange = Type.Object({
  provider: orNull(Type.String({ description: '`null`: faults, casting and settings of the workspace' })),
  table: Text,
  id: orNull(Type.String({ description: "The vendor's id; `null` for a table of one record" })),
  change: wordOf(['created', 'changed', 'deleted']),
  /** The first 50. Of a record that was created or deleted, the pointer is empty. */
  fields: Type.Array(Type.Object({ pointer: Text, was: Value, is: Value })),
  fields_total: Count,
  /** The last 50 in their order. */
  by: Type.Array(Cause),
  by_total: Count,
});
export type RecordChange = Static<typeof RecordChange>;

export const Changes = Type.Object({
  since: Checkpoint,
  now: Instant,
  lines: Type.Object({ after: Count, to: Count }, { description: 'Of the timeline: what happened since' }),
  changes: Type.Array(RecordChange),
  total: Count,
  /** There are further ones: `?limit=` takes more than 100. */
  more: Type.Boolean(),
});
export type Changes = Static<typeof Changes>;
