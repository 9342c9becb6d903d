import { Type, type Static } from '@sinclair/typebox';
import { closed, Count, Text } from './fields.js';
import type { VendorFields } from './vendor-fields.js';

const Pattern = Type.String({ expected: 'a text that matches exactly, or a regular expression between slashes' });

export function castingSchemas({ Provider }: VendorFields) {
  const CastingMatch = Type.Object(
    {
      provider: Type.Optional(Provider),
      /** As it was sent, or as the vendor normalises it. */
      meeting_url: Type.Optional(Pattern),
      /** Also the display name of an agent. */
      bot_name: Type.Optional(Pattern),
      scheduling_key: Type.Optional(Pattern),
      /** The event's own id, or the id of the calendar event that a bot was made for. */
      event_id: Type.Optional(Pattern),
      metadata: Type.Optional(Type.Record(Type.String(), Pattern)),
    },
    closed,
  );
  const CastingBody = Type.Object(
    {
      scenario: Type.String(),
      match: CastingMatch,
      /** How many agents it is for; all if nothing is said. */
      times: Type.Optional(Type.Integer({ minimum: 1 })),
    },
    closed,
  );
  const CastingRule = Type.Object({
    id: Text,
    scenario: Text,
    match: CastingMatch,
    times: Type.Optional(Count),
    /** How many agents it was for. */
    used: Count,
  });
  return { CastingMatch, CastingBody, CastingRule, CastingList: Type.Object({ casting: Type.Array(CastingRule) }) };
}

type Schemas = ReturnType<typeof castingSchemas>;
/** Which agents a rule is for: all that is said must match. Texts match exactly; `"/…/"` is a regular expression. */
export type CastingMatch = Static<Schemas['CastingMatch']>;
/** The body of `POST /_greenroom/casting`. */
export type CastingBody = Static<Schemas['CastingBody']>;
export type CastingRule = Static<Schemas['CastingRule']>;
