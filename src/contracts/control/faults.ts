import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { DURATION_FORMS } from '../../clock/duration.js';
import { SubjectReference } from './bodies.js';

/** The bodies of `/_greenroom/faults`. Of `do`, exactly one effect is given; what belongs to it may stand beside it. */

const closed = { additionalProperties: false } as const;
const optional = <T extends Record<string, TSchema>>(properties: T) => Type.Partial(Type.Object(properties), closed);
const Provider = Type.Union([Type.Literal('cronofy'), Type.Literal('attendee')]);
const Whole = Type.Integer({ minimum: 0 });
const Duration = Type.Union([Type.String(), Type.Number({ minimum: 0 })], { expected: DURATION_FORMS });
const Status = Type.Integer({ minimum: 200, maximum: 599, expected: 'a status from 200 to 599' });

const RequestMatch = optional({
  provider: Provider,
  operation: Type.String(),
  method: Type.String(),
  /** As it was called, or as the contract writes it: `/api/v1/bots/{id}`. */
  path: Type.String(),
});

const DeliveryMatch = optional({
  provider: Provider,
  type: Type.String(),
  subject: SubjectReference,
  url: Type.String(),
  state: Type.String(),
});

const RequestEffect = optional({
  status: Status,
  headers: Type.Record(Type.String(), Type.String()),
  /** JSON, or a text as it is. */
  body: Type.Unknown(),
  /** The work is done before the client loses the answer. */
  handled: Type.Boolean(),
  /** Real time. */
  delay: Duration,
  reset: Type.Literal(true),
  /** So many bytes of the body are sent. */
  truncate: Whole,
  rate_limit: Type.Object(
    { retry_after: Type.Union([Whole, Type.String()], { expected: 'whole seconds, or a duration such as "1m"' }) },
    closed,
  ),
});

const ScriptedAnswer = Type.Union([Status, Type.Literal('drop'), Type.Literal('timeout')], {
  expected: 'a status from 200 to 599, "drop" or "timeout"',
});

const DeliveryEffect = optional({
  /** So many copies beside the original. */
  duplicate: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Virtual time. */
  delay: Duration,
  hold_until: Type.Object({ type: Type.String(), state: Type.Optional(Type.String()) }, closed),
  drop: Type.Literal(true),
  signature: Type.Union([Type.Literal('wrong'), Type.Literal('missing'), Type.Literal('old_secret')]),
  corrupt: Type.Union([
    Type.Literal('truncate'),
    Type.Literal('invalid_json'),
    Type.Literal('extra_field'),
    Type.Literal('whitespace'),
  ]),
  answers: Type.Array(ScriptedAnswer, { minItems: 1 }),
  /** With `answers`: the webhook is sent and handled, and the receiver's answer thrown away. */
  send: Type.Boolean(),
  early: Type.Literal(true),
});

const common = {
  /** Strikes at the most; of `answers`, how often the list is played. */
  times: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Matches that are let pass first. */
  after: Type.Optional(Whole),
};

/** Tells which of the two bodies is meant. */
export const FaultKindBody = Type.Object({ on: Type.Union([Type.Literal('request'), Type.Literal('delivery')]) });

export const RequestFaultBody = Type.Object(
  { on: Type.Literal('request'), match: Type.Optional(RequestMatch), ...common, do: RequestEffect },
  closed,
);
export const DeliveryFaultBody = Type.Object(
  { on: Type.Literal('delivery'), match: Type.Optional(DeliveryMatch), ...common, do: DeliveryEffect },
  closed,
);

/** What may go wrong with a call of a client. */
export type RequestFault = Static<typeof RequestFaultBody>;
/** What may go wrong with a webhook. */
export type DeliveryFault = Static<typeof DeliveryFaultBody>;
export type Fault = RequestFault | DeliveryFault;

export type BodyCorruption = NonNullable<DeliveryFault['do']['corrupt']>;
export type SignatureFault = NonNullable<DeliveryFault['do']['signature']>;
export type Scripted = Static<typeof ScriptedAnswer>;

/** The effects of each of the two, and what may stand beside one. */
export const EFFECTS = {
  request: {
    status: ['headers', 'body', 'handled'],
    delay: [],
    reset: ['handled'],
    truncate: [],
    rate_limit: [],
  },
  delivery: {
    duplicate: [],
    delay: [],
    hold_until: [],
    drop: [],
    signature: [],
    corrupt: [],
    answers: ['send'],
    early: [],
  },
} as const satisfies Record<Fault['on'], Record<string, readonly string[]>>;

export type RequestEffectName = keyof (typeof EFFECTS)['request'];
export type DeliveryEffectName = keyof (typeof EFFECTS)['delivery'];
