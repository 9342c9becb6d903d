import { Type, type Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const Pattern = Type.String({ expected: 'a text that matches exactly, or a regular expression between slashes' });

/** Which agents a rule is for: all that is said must match. Texts match exactly; `"/…/"` is a regular expression. */
export const CastingMatch = Type.Object(
  {
    provider: Type.Optional(Type.Union([Type.Literal('cronofy'), Type.Literal('attendee')])),
    /** As it was sent, or as the vendor normalises it. */
    meeting_url: Type.Optional(Pattern),
    /** Also the display name of a Cronofy agent. */
    bot_name: Type.Optional(Pattern),
    scheduling_key: Type.Optional(Pattern),
    /** The event's own id; for an Attendee bot, its `calendar_event_id`. */
    event_id: Type.Optional(Pattern),
    metadata: Type.Optional(Type.Record(Type.String(), Pattern)),
  },
  closed,
);
export type CastingMatch = Static<typeof CastingMatch>;

/** The body of `POST /_greenroom/casting`: `times` is how many agents it is for; without, all. */
export const CastingBody = Type.Object(
  { scenario: Type.String(), match: CastingMatch, times: Type.Optional(Type.Integer({ minimum: 1 })) },
  closed,
);
export type CastingBody = Static<typeof CastingBody>;
