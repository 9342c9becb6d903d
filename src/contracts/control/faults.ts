import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { closed, Count, Duration, orNull, Text, wordOf } from './fields.js';
import type { VendorFields } from './vendor-fields.js';

/** The bodies of `/_greenroom/faults`. Of `do`, exactly one effect is given; what belongs to it may stand beside it. */

const optional = <T extends Record<string, TSchema>>(properties: T) => Type.Partial(Type.Object(properties), closed);
const Status = Type.Integer({ minimum: 200, maximum: 599, expected: 'a status from 200 to 599' });

export const RequestEffect = optional({
  status: Status,
  headers: Type.Record(Type.String(), Type.String()),
  /** JSON, or a text as it is. */
  body: Type.Unknown(),
  /** The work is done before the client loses the answer. */
  handled: Type.Boolean(),
  /** Real time. */
  delay: Duration,
  reset: Type.Literal(true),
  /** The bytes of the body that are sent. */
  truncate: Count,
  /** A list comes in pages of so many. */
  page_size: Type.Integer({ minimum: 1 }),
  rate_limit: Type.Object(
    { retry_after: Type.Union([Count, Type.String()], { expected: 'whole seconds, or a duration such as "1m"' }) },
    closed,
  ),
});

const ScriptedAnswer = Type.Union([Status, Type.Literal('drop'), Type.Literal('timeout')], {
  expected: 'a status from 200 to 599, "drop" or "timeout"',
});

export const DeliveryEffect = optional({
  /** The number of copies beside the original. */
  duplicate: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** With `duplicate`: the copies are sent while the original is still in hand. With `hold_until`: both are in hand at the same time. */
  together: Type.Literal(true),
  /** Virtual time. */
  delay: Duration,
  /** It is sent after that one: out of order. */
  hold_until: Type.Object({ type: Type.String(), state: Type.Optional(Type.String()) }, closed),
  drop: Type.Literal(true),
  signature: wordOf(['wrong', 'missing', 'old_secret', 'rotation']),
  corrupt: wordOf(['truncate', 'invalid_json', 'extra_field', 'whitespace']),
  /** The outcomes of the next attempts, in order. */
  answers: Type.Array(ScriptedAnswer, { minItems: 1 }),
  /** With `answers`: the webhook is sent and handled, and the receiver's answer thrown away. */
  send: Type.Boolean(),
  /** It is sent before the answer of the call that caused it. */
  early: Type.Literal(true),
});

const limits = {
  /** How often it strikes at the most; of `answers`, how often the list is played. Always if nothing is said. */
  times: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Matches that are let pass first. */
  after: Type.Optional(Count),
};

const FaultKind = wordOf(['request', 'delivery']);

/** Tells which of the two bodies is meant. */
export const FaultKindBody = Type.Object({ on: FaultKind });

export function faultSchemas({ Provider, SubjectReference }: VendorFields) {
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
    sub_type: Type.String(),
  });
  const RequestFaultBody = Type.Object(
    { on: Type.Literal('request'), match: Type.Optional(RequestMatch), ...limits, do: RequestEffect },
    closed,
  );
  const DeliveryFaultBody = Type.Object(
    { on: Type.Literal('delivery'), match: Type.Optional(DeliveryMatch), ...limits, do: DeliveryEffect },
    closed,
  );
  return { RequestFaultBody, DeliveryFaultBody };
}

type Schemas = ReturnType<typeof faultSchemas>;
/** A fault of calls. */
export type RequestFault = Static<Schemas['RequestFaultBody']>;
/** A fault of webhooks. */
export type DeliveryFault = Static<Schemas['DeliveryFaultBody']>;
export type Fault = RequestFault | DeliveryFault;

export type BodyCorruption = NonNullable<DeliveryFault['do']['corrupt']>;
export type SignatureFault = NonNullable<DeliveryFault['do']['signature']>;
export type Scripted = Static<typeof ScriptedAnswer>;

/** A fault as the control plane shows it: as it was put in, with its id and how often it can still strike, `null` for ever. */
export const FaultRule = Type.Object({ id: Text, on: FaultKind, do: Type.Object({}), left: orNull(Count) });
/** As it was made; `note` is what is to be said of one that strikes only calls that the vendor refuses. */
export const MadeFault = Type.Object({ ...FaultRule.properties, note: Type.Optional(Type.String()) });
export type FaultRule = Fault & Pick<Static<typeof FaultRule>, 'id' | 'left'>;
export const FaultList = Type.Object({ faults: Type.Array(FaultRule) });

/** The effects of each of the two, and what may stand beside one. */
export const EFFECTS = {
  request: {
    status: ['headers', 'body', 'handled'],
    delay: [],
    reset: ['handled'],
    truncate: [],
    page_size: [],
    rate_limit: [],
  },
  delivery: {
    duplicate: ['together'],
    delay: [],
    hold_until: ['together'],
    drop: [],
    signature: [],
    corrupt: [],
    answers: ['send'],
    early: [],
  },
} as const satisfies Record<Fault['on'], Record<string, readonly string[]>>;

export type RequestEffectName = keyof (typeof EFFECTS)['request'];
export type DeliveryEffectName = keyof (typeof EFFECTS)['delivery'];
