import { Type, type Static } from '@sinclair/typebox';
import { DURATION_FORMS } from '../../clock/duration.js';

/**
 * A scenario file: the story of a meeting in words of no vendor. Durations are texts such as "90s". `after` counts from
 * the step before, `at` from the start of the meeting (when its first agent begins to join), `from_end` backwards from
 * its end.
 */

const closed = { additionalProperties: false } as const;
const Duration = Type.Union([Type.String(), Type.Number({ minimum: 0 })], { expected: DURATION_FORMS });
const After = Type.Object({ after: Duration }, closed);
const Instant = Type.Union([Type.Object({ at: Duration }, closed), Type.Object({ from_end: Duration }, closed)], {
  expected: 'an instant: {"at": "1m"} or {"from_end": "10s"}',
});
const Count = Type.Integer({ minimum: 0, maximum: 100_000 });

export const ScenarioFile = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    /** One sentence: what the story is for. */
    description: Type.String({ minLength: 1 }),
    /** `false`: nothing happens by itself; the test drives every event. */
    plays: Type.Optional(Type.Boolean()),
    /** `"never"`: the host does not come, and there is no meeting to join. */
    starts: Type.Optional(Type.Literal('never')),
    /** From when the agent begins to join: when it reaches the lobby, and when somebody admits it, if anybody does. */
    lobby: Type.Optional(
      Type.Object(
        {
          reached: After,
          admitted: Type.Union([After, Type.Literal('never')], { expected: '{"after": "6s"} or "never"' }),
        },
        closed,
      ),
    ),
    /** `"unavailable"`: the meeting's own captions cannot be turned on. */
    captions: Type.Optional(Type.Literal('unavailable')),
    /** From its admission: when it may record. */
    recording: Type.Optional(Type.Object({ allowed: After }, closed)),
    /** Who is there. Without a name, the seed gives one. */
    participants: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: Type.String({ minLength: 1 }),
            name: Type.Optional(Type.String()),
            host: Type.Optional(Type.Boolean()),
            joins: Type.Optional(Instant),
            leaves: Type.Optional(Instant),
          },
          closed,
        ),
      ),
    ),
    /** What is said: spelled out, or so many utterances made from the seed and spread evenly over the meeting. */
    speech: Type.Optional(
      Type.Union(
        [
          Type.Array(
            Type.Object(
              { at: Duration, by: Type.String(), says: Type.String({ minLength: 1 }), lasts: Type.Optional(Duration) },
              closed,
            ),
          ),
          Type.Object({ utterances: Count }, closed),
        ],
        { expected: 'a list of {"at", "by", "says"} or {"utterances": 24}' },
      ),
    ),
    /** When the meeting ends. */
    ends: Type.Optional(Type.Object({ at: Duration }, closed)),
    /** From the meeting's end: when transcript and recording are there. */
    artefacts: Type.Optional(Type.Object({ ready: After }, closed)),
  },
  closed,
);
export type ScenarioFile = Static<typeof ScenarioFile>;
