import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import type { VendorProfile } from '../vendor.js';
import { perVendors } from '../vendor-list.js';
import { fitsRange, RANGE, RANGE_FORM } from '../versions/versions.js';
import type { VendorName, VENDORS } from '../vendors.js';
import { CalendarStep } from './calendar-acts.js';
import { agentFields } from './scenario-agent.js';
import { After, closed, Duration, moment, Moment, oneOf, say } from './scenario-parts.js';
import { byVendor } from './vendor-fields.js';

export type * from './scenario-agent.js';
export type { Moment } from './scenario-parts.js';

/**
 * A scenario file: a meeting in words of no vendor. It is also the body of `PUT /_greenroom/scenarios/{name}`,
 * and what `fixtures/scenario.schema.json` is made from: the descriptions are for people in an editor.
 */

const Name = Type.Optional(Type.String({ minLength: 1, ...say('What "of" can call this step.') }));

const Utterance = closed(
  {
    ...moment,
    name: Name,
    by: Type.String(say('The id of a participant who is there then.')),
    says: Type.String({ minLength: 1, ...say('What is said.') }),
    lasts: Type.Optional(Duration('How long it takes to say.')),
  },
  'One utterance.',
);

const Count = Type.Integer({
  minimum: 0,
  maximum: 100_000,
  ...say('So many, made from the seed and spread evenly among those who are there.'),
});
const Offset = Type.String({
  pattern: '^-?\\d',
  expected: 'an offset from the join time, such as "-5m" or "1h30s"',
  ...say('From the time for which the agent was asked.'),
});

/** A state and the webhook that reports it, or how often a webhook comes in all. */
const ExpectedStep = closed(
  {
    agent: Type.Optional(
      Type.Integer({ minimum: 1, ...say('Which of several agents, in their order; 1 if not said.') }),
    ),
    at: Type.Optional(Offset),
    state: Type.Optional(Type.String(say("The state, in the words of the vendor's life cycle."))),
    sub_type: Type.Optional(Type.String(say('Why, if the vendor or greenroom says so.'))),
    webhook: Type.Optional(Type.String(say('The type of the webhook that tells of it.'))),
    times: Type.Optional(Type.Integer({ minimum: 0, ...say('How many of this webhook come, without an instant.') })),
  },
  'A state with its webhook, or a number of webhooks.',
);
export type ExpectedStep = Static<typeof ExpectedStep>;
const Steps = Type.Array(ExpectedStep);
const BY_VERSION_FORM = `a list of steps, or one for each range of versions: ${RANGE_FORM}`;
/** The first range that has the version says what is expected. */
const ByVersion = Type.Record(Type.String({ pattern: RANGE.source }), Steps, {
  additionalProperties: false,
  description: 'What versions of the vendor make of the story, by range: "<1.80", ">=1.80".',
});
/** Steps, or those of ranges of versions. */
export type Expected = readonly ExpectedStep[] | Readonly<Record<string, readonly ExpectedStep[]>>;

/** What is expected of a version; `undefined` if nothing is. */
export function expectedOf(expected: Expected | undefined, version: string): readonly ExpectedStep[] | undefined {
  if (expected === undefined || Array.isArray(expected)) return expected as readonly ExpectedStep[] | undefined;
  return Object.entries(expected).find(([range]) => fitsRange(version, range))?.[1] as
    readonly ExpectedStep[] | undefined;
}
const fields = {
  $schema: Type.Optional(Type.String()),
  description: Type.String({ minLength: 1, ...say('One sentence: what the story is for.') }),
  plays: Type.Optional(Type.Boolean(say('false: nothing happens by itself; the test drives every event.'))),
  platform: Type.Optional(
    oneOf(
      ['google_meet', 'teams', 'zoom'],
      'Where "greenroom check scenarios" holds the meeting; Google Meet if not said.',
    ),
  ),
  launch: Type.Optional(
    Type.Union(
      [
        Type.Literal('never'),
        Type.Literal('out_of_credits'),
        closed({ late: Duration('So long after its time.') }, 'The agent begins to join late.'),
      ],
      {
        description:
          'What becomes of the agent before it begins to join: it is never launched, the account of a scheduled one has run out of credits, or it is late.',
        expected: '"never", "out_of_credits" or {"late": "5m"}',
      },
    ),
  ),
  starts: Type.Optional(
    Type.Union([Type.Literal('never'), After("From the meeting's start.")], {
      description: 'When the host comes; "never": there is no meeting to join. At once if not said.',
      expected: '"never" or {"after": "3m"}',
    }),
  ),
  captions: Type.Optional(
    oneOf(
      ['unavailable', 'held_back'],
      "The meeting's own captions cannot be turned on, or the platform finishes none before the agent is about to be out.",
    ),
  ),
  ...agentFields,
  participants: Type.Optional(
    Type.Array(
      closed(
        {
          id: Type.String({ minLength: 1, ...say('What the rest of the story calls this person.') }),
          name: Type.Optional(Type.String(say('Without it, the seed gives one.'))),
          host: Type.Optional(Type.Boolean()),
          joins: Type.Optional(Moment('At the start if not said.')),
          leaves: Type.Optional(Moment('When the meeting ends if not said.')),
        },
        'Somebody in the meeting.',
      ),
      say('Who is there.'),
    ),
  ),
  speech: Type.Optional(
    Type.Union([Type.Array(Utterance), closed({ utterances: Count }, 'Made up.')], {
      description: 'What is said: spelled out, or so many utterances.',
      expected: 'a list of {"at", "by", "says"} or {"utterances": 24}',
    }),
  ),
  chat: Type.Optional(
    Type.Array(
      closed(
        {
          ...moment,
          name: Name,
          by: Type.String(say('The id of a participant who is there then.')),
          says: Type.String({ minLength: 1, ...say('What is written.') }),
          to: Type.Optional(oneOf(['everyone', 'agent'], 'Who can read it; everyone if not said.')),
        },
        'One message.',
      ),
      say('What is written in the chat.'),
    ),
  ),
  breakout_rooms: Type.Optional(
    Type.Array(
      closed({ opens: Moment('The agent goes in.'), closes: Moment('It comes back.') }, 'One breakout room.'),
      say('When the agent is sent to breakout rooms.'),
    ),
  ),
  calendar: Type.Optional(
    Type.Array(
      CalendarStep,
      say('What users do in the own calendar to the event that the agent is for; vendors tell it by their calendars.'),
    ),
  ),
  ends: Type.Optional(
    closed(
      { at: Duration("From the meeting's start.") },
      'When the host ends the meeting, for whoever is still waiting to be let in, too; after 30 minutes if not said.',
    ),
  ),
  agents: Type.Optional(
    Type.Array(
      closed(agentFields, 'What befalls this agent.'),
      say('For several agents in one meeting, by order of arrival: what befalls each instead of what is said above.'),
    ),
  ),
};
const Fields = Type.Object(fields);

/** The blocks of the vendors that come with greenroom. */
type Blocks = { readonly [V in VendorName]?: Static<(typeof VENDORS)[V]['scenario']['schema']> };
export type ScenarioFile = Static<typeof Fields> &
  Blocks & { readonly expected?: Readonly<Partial<Record<string, Expected>>> };

/** A scenario file with a block for each vendor, and the life that each is expected to make of it. */
export const scenarioFileFor = perVendors((vendors): TObject => {
  const each = (schemaOf: (vendor: VendorProfile) => TSchema) =>
    byVendor(vendors, (vendor) => Type.Optional(schemaOf(vendor)));
  return Type.Object(
    {
      ...fields,
      ...each(({ scenario }) => scenario.schema),
      expected: Type.Optional(
        closed(
          each(({ versions }) => (versions ? Type.Union([Steps, ByVersion], { expected: BY_VERSION_FORM }) : Steps)),
          'What each vendor makes of the story, as "greenroom check scenarios" plays it; a vendor that is not named is not played.',
        ),
      ),
    },
    { additionalProperties: false, description: 'The story of a meeting for greenroom.' },
  );
});
