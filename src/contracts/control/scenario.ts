import { Type, type Static, type TObject, type TProperties } from '@sinclair/typebox';
import { DURATION_FORMS } from '../../clock/duration.js';

/**
 * A scenario file: the story of a meeting in words of no vendor. It is also the body of `PUT /_greenroom/scenarios/{name}`,
 * and what `fixtures/scenario.schema.json` is made from: the descriptions are for people in an editor.
 */

const say = (description: string) => ({ description });
const closed = <P extends TProperties>(properties: P, description: string): TObject<P> =>
  Type.Object(properties, { additionalProperties: false, description });

const oneOf = <const T extends readonly string[]>(words: T, description: string) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      { description },
    ),
  );

const Duration = (description: string) =>
  Type.Union([Type.String(), Type.Number({ minimum: 0 })], { expected: DURATION_FORMS, description });
const After = (description: string) => closed({ after: Duration('So long after the step before it.') }, description);

/** An instant: one of `at`, `after` and `from_end`. */
const moment = {
  at: Type.Optional(Duration("So long after the meeting's start, which is when its first agent begins to join.")),
  after: Type.Optional(Duration('So long after the step named by "of"; without it, after the step before.')),
  of: Type.Optional(
    Type.String(
      say(
        'The step that "after" counts from: "start", "end", "host.joins", "host.leaves" or the name of a step; for what befalls an agent also "joining", "lobby", "admitted" and "recording".',
      ),
    ),
  ),
  from_end: Type.Optional(Duration("So long before the meeting's end.")),
};
const Moment = (description: string) => closed(moment, description);
export type Moment = Static<ReturnType<typeof Moment>>;

const Name = Type.Optional(Type.String({ minLength: 1, ...say('What "of" can call this step.') }));

/** Why an agent cannot get to the meeting at all. */
export const JOIN_FAILURES = [
  'meeting_not_found',
  'no_connection',
  'login_required',
  'login_failed',
  'captcha',
  'not_authorized',
  'attendee_absent',
  'service_refused',
  'app_not_published',
  'anonymous_refused',
  'client_failed',
] as const;
export type JoinFailure = (typeof JOIN_FAILURES)[number];

/** Why an agent may not record. */
export const RECORDING_REFUSALS = ['host', 'timeout', 'client', 'webinar'] as const;
export type RecordingRefusal = (typeof RECORDING_REFUSALS)[number];

/** Why an agent leaves by itself. */
export const LEAVE_REASONS = ['silence', 'alone', 'max_uptime', 'no_captions'] as const;
export type LeaveReason = (typeof LEAVE_REASONS)[number];

/** What becomes of an agent that breaks. */
export const CRASHES = ['dies', 'vanishes', 'hangs', 'internal_error', 'page_unknown', 'stream_fails'] as const;
export type Crash = (typeof CRASHES)[number];

/** Why speech is not made into text. */
export const TRANSCRIPTION_FAILURES = [
  'no_credentials',
  'bad_credentials',
  'rate_limited',
  'upload_failed',
  'request_failed',
  'timed_out',
  'internal_error',
] as const;
export type TranscriptionFailure = (typeof TRANSCRIPTION_FAILURES)[number];

const artefact = (more: TProperties, description: string) =>
  Type.Optional(
    Type.Union(
      [
        Type.Literal('missing'),
        Type.Literal('empty'),
        closed(
          {
            late: Type.Optional(Duration("So long after the agent's leaving, instead of when the rest is ready.")),
            expires: Type.Optional(Duration('So long after it is ready it can be had no more.')),
            ...more,
          },
          'When it comes and goes.',
        ),
      ],
      { description, expected: '"missing", "empty" or {"late", "expires"}' },
    ),
  );

/** What befalls one agent, beside what befalls the meeting. */
const part = {
  joining: Type.Optional(
    closed(
      {
        fails: oneOf(JOIN_FAILURES, 'Why it cannot get there.'),
        after: Type.Optional(Duration('So long after it begins to join; at once if not said.')),
      },
      'The agent does not even reach the lobby.',
    ),
  ),
  lobby: Type.Optional(
    closed(
      {
        reached: Type.Optional(After('From its beginning to join.')),
        admitted: Type.Optional(
          Type.Union([After('From the lobby.'), Type.Literal('never')], {
            description: 'When somebody lets it in; "never": nobody does.',
            expected: '{"after": "5s"} or "never"',
          }),
        ),
        denied: Type.Optional(
          closed(
            { ...After('').properties, by: Type.Optional(Type.String(say('The participant who does it.'))) },
            'From the lobby: somebody turns it away.',
          ),
        ),
      },
      'How the agent comes in.',
    ),
  ),
  recording: Type.Optional(
    closed(
      {
        allowed: Type.Optional(After('From its admission: it may record.')),
        denied: Type.Optional(After('From its admission: it may not record.')),
        because: Type.Optional(oneOf(RECORDING_REFUSALS, 'Whom it is denied by, or how.')),
        withdrawn: Type.Optional(Moment('The permission is taken back.')),
        restored: Type.Optional(Moment('And given again.')),
      },
      'Whether the agent may record.',
    ),
  ),
  removed: Type.Optional(
    closed(
      { ...moment, by: Type.Optional(Type.String(say('The participant who does it.'))) },
      'Somebody throws the agent out.',
    ),
  ),
  leaves: Type.Optional(
    closed({ ...moment, because: oneOf(LEAVE_REASONS, 'Why.') }, 'The agent leaves by itself, whatever its settings.'),
  ),
  crash: Type.Optional(
    closed(
      {
        ...moment,
        how: oneOf(
          CRASHES,
          'It dies; vanishes (no sign of life any more); hangs (alive, and does nothing); has an internal error; no longer knows the meeting page; its live stream fails.',
        ),
      },
      'The agent breaks.',
    ),
  ),
  leaving: Type.Optional(Type.Literal('stuck', say('Once it leaves, it never gets out.'))),
  artefacts: Type.Optional(
    closed(
      {
        ready: Type.Optional(After('From its leaving: everything is there.')),
        transcript: artefact(
          { fails: Type.Optional(oneOf(TRANSCRIPTION_FAILURES, 'Why no speech is made into text.')) },
          'What becomes of the transcript.',
        ),
        audio: artefact({}, 'What becomes of the audio recording.'),
        video: artefact({}, 'What becomes of the video recording.'),
      },
      'What the agent brings back.',
    ),
  ),
};
const PartFields = Type.Object(part);
export type PartFields = Static<typeof PartFields>;

const Utterance = closed(
  {
    ...moment,
    name: Name,
    by: Type.String(say('The id of a participant.')),
    says: Type.String({ minLength: 1, ...say('What is said.') }),
    lasts: Type.Optional(Duration('How long it takes to say.')),
  },
  'One utterance.',
);

const Count = Type.Integer({ minimum: 0, maximum: 100_000, ...say('So many, made from the seed and spread evenly.') });
const Offset = Type.String({
  pattern: '^-?\\d',
  expected: 'an offset from the join time, such as "-5m" or "1h30s"',
  ...say('From the time for which the agent was asked.'),
});

/** A state and the webhook that tells of it, or how often a webhook comes in all. */
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
const Expected = Type.Optional(Type.Array(ExpectedStep));

const AnyFields = (description: string) => Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }));

export const ScenarioFile = Type.Object(
  {
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
    captions: Type.Optional(Type.Literal('unavailable', say("The meeting's own captions cannot be turned on."))),
    ...part,
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
            by: Type.String(say('The id of a participant.')),
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
    ends: Type.Optional(
      closed(
        { at: Duration("From the meeting's start.") },
        'When the host ends the meeting; after 30 minutes if not said.',
      ),
    ),
    agents: Type.Optional(
      Type.Array(
        closed(part, 'What befalls this agent.'),
        say('For several agents in one meeting, by order of arrival: what befalls each instead of what is said above.'),
      ),
    ),
    cronofy: Type.Optional(
      closed(
        {
          request: AnyFields('More fields of the agent that "greenroom check scenarios" sends.'),
          event: AnyFields('The check provisions the agent on an event with these fields instead.'),
        },
        'What only Cronofy knows.',
      ),
    ),
    attendee: Type.Optional(
      closed(
        {
          request: AnyFields('More fields of the bot that "greenroom check scenarios" creates.'),
          failure_metadata: AnyFields('The event_metadata of the failure that the story ends in.'),
          logs: Type.Optional(
            Type.Array(
              closed(
                {
                  ...moment,
                  level: Type.Optional(oneOf(['debug', 'info', 'warning', 'error'], 'Info if not said.')),
                  entry_type: Type.Optional(
                    oneOf(
                      ['uncategorized', 'could_not_enable_closed_captions', 'webinar_panelist_promotion'],
                      'Uncategorized if not said.',
                    ),
                  ),
                  message: Type.String({ minLength: 1 }),
                },
                'One entry.',
              ),
              say("What the bot's log tells of."),
            ),
          ),
        },
        'What only Attendee knows.',
      ),
    ),
    expected: Type.Optional(
      closed(
        { cronofy: Expected, attendee: Expected },
        'What each vendor makes of the story, as "greenroom check scenarios" plays it; a vendor that is not named is not played.',
      ),
    ),
  },
  { additionalProperties: false, description: 'The story of a meeting for greenroom.' },
);
export type ScenarioFile = Static<typeof ScenarioFile>;
