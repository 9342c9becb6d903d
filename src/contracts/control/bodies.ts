import { Type, type TSchema } from '@sinclair/typebox';
import { DURATION_FORMS } from '../../clock/duration.js';
import { CastingBody } from './casting.js';

/** The bodies of the control plane. Unknown fields are refused: a misspelt option must not do nothing. */

const closed = { additionalProperties: false } as const;
const Duration = Type.Union([Type.String(), Type.Number({ minimum: 0 })], { expected: DURATION_FORMS });
const Mode = Type.Union([Type.Literal('frozen'), Type.Literal('live'), Type.Literal('auto')]);
const Speed = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 });

/** An agent: its vendor id, or another name of it. */
export const SubjectReference = Type.Union(
  [
    Type.String(),
    Type.Object({ scheduling_key: Type.String() }, closed),
    Type.Object({ event_id: Type.String() }, closed),
    Type.Object({ deduplication_key: Type.String() }, closed),
  ],
  { expected: 'a vendor id, {"scheduling_key": …}, {"event_id": …} or {"deduplication_key": …}' },
);

export const PatchWorkspaceBody = (settings: Readonly<Record<string, TSchema>>) =>
  Type.Object(
    {
      scenario: Type.Optional(Type.String()),
      strict: Type.Optional(Type.Boolean()),
      ...Object.fromEntries(Object.entries(settings).map(([name, schema]) => [name, Type.Optional(schema)])),
    },
    closed,
  );

export const CreateWorkspaceBody = (settings: Readonly<Record<string, TSchema>>) =>
  Type.Object(
    {
      id: Type.Optional(
        Type.String({ pattern: '^[\\w.-]{1,100}$', expected: 'an id of letters, digits, ".", "_" and "-"' }),
      ),
      seed: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
      /** Real time, a minute at most. */
      quiet: Type.Optional(Duration),
      delivery_guard: Type.Optional(
        Type.Union([Type.Literal('off'), Duration], { expected: `"off" or ${DURATION_FORMS}` }),
      ),
      journal: Type.Optional(Type.Integer({ minimum: 1 })),
      casting: Type.Optional(Type.Array(CastingBody)),
      clock: Type.Optional(
        Type.Object(
          { now: Type.Optional(Type.String()), mode: Type.Optional(Mode), speed: Type.Optional(Speed) },
          closed,
        ),
      ),
      ...PatchWorkspaceBody(settings).properties,
    },
    closed,
  );

export const PatchClockBody = Type.Object(
  {
    mode: Type.Optional(Mode),
    speed: Type.Optional(Speed),
    /** Real time, a minute at most. */
    quiet: Type.Optional(Duration),
  },
  closed,
);

const WebhookCondition = Type.Object(
  {
    type: Type.Optional(Type.String()),
    subject: Type.Optional(SubjectReference),
    state: Type.Optional(Type.String()),
    sub_type: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
    provider: Type.Optional(Type.Union([Type.Literal('cronofy'), Type.Literal('attendee')])),
  },
  closed,
);

const Until = Type.Union(
  [
    Type.Literal('idle'),
    Type.Object({ subject: SubjectReference, state: Type.String() }, closed),
    Type.Object({ webhook: WebhookCondition }, closed),
  ],
  { expected: '"idle", {"subject": …, "state": …} or {"webhook": {…}}' },
);

export const AdvanceBody = Type.Union(
  [
    Type.Object({ by: Duration, job_limit: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
    Type.Object({ to: Type.String(), job_limit: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
    Type.Object({ next: Type.Literal(true) }, closed),
    Type.Object(
      { until: Until, within: Type.Optional(Duration), job_limit: Type.Optional(Type.Integer({ minimum: 1 })) },
      closed,
    ),
  ],
  { expected: 'one of {"by": "5m"}, {"to": "2026-03-02T10:00:00Z"}, {"next": true} or {"until": …}' },
);

/** Of calls that take no options. */
export const NoBody = Type.Object({}, closed);

export const HoldBody = Type.Object({ reason: Type.Optional(Type.String()) }, closed);

export const DeliveryMatch = Type.Object(
  {
    ...WebhookCondition.properties,
    status: Type.Optional(
      Type.Union(['pending', 'delivered', 'failed', 'captured', 'dropped'].map((status) => Type.Literal(status))),
    ),
  },
  closed,
);

export const WaitBody = Type.Object(
  {
    match: DeliveryMatch,
    count: Type.Optional(Type.Integer({ minimum: 1 })),
    timeout_ms: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
  },
  closed,
);

/** Which calls are meant; `body` is what the JSON body has at least. */
const RequestMatch = Type.Object(
  {
    provider: WebhookCondition.properties.provider,
    operation: Type.Optional(Type.String()),
    method: Type.Optional(Type.String()),
    path: Type.Optional(Type.String()),
    body: Type.Optional(Type.Unknown()),
  },
  closed,
);

const Times = Type.Integer({ minimum: 0 });

export const VerifyBody = Type.Object(
  {
    match: RequestMatch,
    times: Type.Optional(
      Type.Union(
        [
          Times,
          Type.Object(
            { at_least: Type.Optional(Times), at_most: Type.Optional(Times) },
            { ...closed, minProperties: 1 },
          ),
        ],
        { expected: 'a number, {"at_least": …}, {"at_most": …} or both' },
      ),
    ),
  },
  closed,
);

export const BackstageBody = Type.Object({ kind: Type.String() });
