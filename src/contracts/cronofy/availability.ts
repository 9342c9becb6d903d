import { Type, type Static } from '@sinclair/typebox';

/** The shapes of `POST /v1/availability`. */

const Moment = Type.String({ expected: 'a time such as "2026-05-06T15:30:00Z"' });
const Period = Type.Object({ start: Moment, end: Moment });
export type Period = Static<typeof Period>;

/** Minutes; hours are a field of it too, by what others have written of its type. */
const duration = (minimum: number) =>
  Type.Object({
    minutes: Type.Optional(Type.Integer({ minimum, expected: `a whole number of minutes, at least ${minimum}` })),
    hours: Type.Optional(Type.Integer({ minimum, expected: `a whole number of hours, at least ${minimum}` })),
  });

/** The length of a buffer. */
export const BufferDuration = duration(0);
const Bound = Type.Optional(BufferDuration);

const Buffer = Type.Optional(
  Type.Union([BufferDuration, Type.Object({ minimum: Bound, maximum: Bound })], {
    expected: '{"minutes": 15}, or such a "minimum" and "maximum"',
  }),
);

const Member = Type.Object({
  sub: Type.String(),
  calendar_ids: Type.Optional(Type.Array(Type.String())),
  available_periods: Type.Optional(Type.Array(Period)),
  only_managed_events: Type.Optional(Type.Boolean()),
  ignore_tentative: Type.Optional(Type.Boolean()),
  managed_availability: Type.Optional(Type.Boolean()),
  availability_rule_ids: Type.Optional(Type.Array(Type.String())),
  /** Instead of the query's. */
  buffer: Type.Optional(Type.Object({ before: Buffer, after: Buffer })),
  availability_constraints: Type.Optional(Type.Array(Type.Unknown())),
});
export type Member = Static<typeof Member>;

/** The body of `POST /v1/availability`; the SDKs still write `available_periods` for `query_periods`. */
export const AvailabilityRequest = Type.Object({
  participants: Type.Array(
    Type.Object({
      members: Type.Array(Member, { minItems: 1, expected: 'at least one member' }),
      required: Type.Optional(
        Type.Union([Type.Literal('all'), Type.Integer({ minimum: 1 })], { expected: '"all" or a number of members' }),
      ),
    }),
    { minItems: 1, expected: 'at least one group' },
  ),
  required_duration: duration(1),
  query_periods: Type.Optional(Type.Array(Period)),
  available_periods: Type.Optional(Type.Array(Period)),
  query_slots: Type.Optional(Type.Array(Type.Object({ start: Moment }))),
  start_interval: Type.Optional(duration(1)),
  buffer: Type.Optional(Type.Object({ before: Buffer, after: Buffer })),
  response_format: Type.Optional(
    Type.Union([Type.Literal('periods'), Type.Literal('slots'), Type.Literal('overlapping_slots')]),
  ),
  max_results: Type.Optional(Type.Integer({ minimum: 1 })),
  include_member_statuses: Type.Optional(Type.Boolean()),
  excluded_events: Type.Optional(
    Type.Array(Type.Object({ event_id: Type.Optional(Type.String()), event_uid: Type.Optional(Type.String()) })),
  ),
});
export type AvailabilityRequest = Static<typeof AvailabilityRequest>;

/** A time at which enough members are free, with all who are. */
export const FreeTime = Type.Object(
  { start: Type.String(), end: Type.String(), participants: Type.Array(Type.Object({ sub: Type.String() })) },
  { additionalProperties: false },
);
export type FreeTime = Static<typeof FreeTime>;

/** Whether the calendars of a member are known. */
export const MemberStatus = Type.Object({
  sub: Type.String(),
  sync_status: Type.Union([Type.Literal('active'), Type.Literal('pending'), Type.Literal('disconnected')]),
});

const statuses = Type.Optional(Type.Array(MemberStatus));

export const AvailabilityResponse = Type.Union([
  Type.Object({ available_slots: Type.Array(FreeTime), member_statuses: statuses }, { additionalProperties: false }),
  Type.Object({ available_periods: Type.Array(FreeTime), member_statuses: statuses }, { additionalProperties: false }),
]);
