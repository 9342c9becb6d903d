import { Type, type Static } from '@sinclair/typebox';
import { duration } from '../settings.js';
import type { deliverySchemas } from './deliveries.js';
import { AnyInstant, closed, Count, Duration, Instant, orNull, Text, wordOf } from './fields.js';
import type { VendorFields } from './vendor-fields.js';

export const ClockMode = wordOf(['frozen', 'live', 'auto']);
export type ClockMode = Static<typeof ClockMode>;
export const Speed = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 });

/** The instant and the speed of a clock. */
export const pace = { now: Instant, mode: ClockMode, speed: Type.Number() };

/** What the clock of a new workspace may be made with. */
export const ClockOptions = Type.Object(
  {
    now: Type.Optional(Type.String({ description: 'An instant, or `now` for the present of this machine' })),
    mode: Type.Optional(ClockMode),
    speed: Type.Optional(Speed),
    reader_wait: duration(
      'Real time for which a clock on auto stands still, after a change of an agent, until a client that reads the agent in a loop has seen it',
      { default: '10s' },
    ),
  },
  closed,
);

/** A step that waits for its time. */
export const PendingJob = Type.Object({ id: Count, due: Instant, label: Text, subject: orNull(Text) });
export type PendingJob = Static<typeof PendingJob>;

/** A process of the app, or a worker thread of it, that says itself when it is at rest. */
export const ProbeState = Type.Object({
  pid: Count,
  state: wordOf(['at rest', 'busy', 'silent']),
  /** Virtual time. */
  since: Instant,
  /** Of one that is busy: what it is waited for. */
  in_hand: Type.Optional(Text),
});
export type ProbeState = Static<typeof ProbeState>;

/** What keeps time from moving because somebody says so, until it is released. */
export const HoldState = Type.Object({
  id: Text,
  reason: Text,
  /** Virtual time. */
  since: Instant,
});
export type HoldState = Static<typeof HoldState>;

export const ClockState = Type.Object({
  ...pace,
  /** False if the world has not come to rest within 5 s. */
  settled: Type.Boolean(),
  probes: Type.Array(ProbeState),
  /** Oldest first. */
  holds: Type.Array(HoldState),
  /** Soonest first. */
  pending: Type.Array(PendingJob),
});
export type ClockState = Static<typeof ClockState>;

export const AdvanceReport = Type.Object({
  from: Instant,
  to: Instant,
  /** The steps that ran, the first 1000 of them. */
  ran: Type.Array(Type.Object({ at: Instant, label: Text, subject: orNull(Text) }), { maxItems: 1000 }),
  ran_total: Count,
  /** The ids of the deliveries that it made. */
  deliveries: Type.Array(Text),
  /** How many steps wait. */
  pending: Count,
  /** Receivers that did not answer in time. */
  silent_receivers: Type.Optional(Type.Array(Text)),
});
export type AdvanceReport = Static<typeof AdvanceReport>;

/** What the environment of an app has for its probe: this machine's, and the secret of one workspace. */
export const ProbeVariables = Type.Object({
  GREENROOM_URL: Text,
  GREENROOM_PROBE: Text,
  GREENROOM_PROBE_PYTHON: Type.String({
    description: 'The folder of the probe for Python, which loads it from PYTHONPATH: add it to those that there are',
  }),
});
export type ProbeVariables = Static<typeof ProbeVariables>;

export const PatchClockBody = Type.Object(
  {
    mode: Type.Optional(ClockMode),
    speed: Type.Optional(Speed),
    /** Real time, a minute at most. */
    quiet: Type.Optional(Duration),
  },
  closed,
);
export type PatchClockBody = Static<typeof PatchClockBody>;

export const HoldBody = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 1000 })) }, closed);
export type HoldBody = Static<typeof HoldBody>;

const job_limit = Type.Optional(Type.Integer({ minimum: 1 }));

export function clockSchemas({
  SubjectReference,
  WebhookMatch,
}: Pick<VendorFields, 'SubjectReference'> & Pick<ReturnType<typeof deliverySchemas>, 'WebhookMatch'>) {
  const Until = Type.Union(
    [
      Type.Literal('idle'),
      Type.Object({ subject: SubjectReference, state: Type.String() }, closed),
      Type.Object({ webhook: WebhookMatch }, closed),
    ],
    { expected: '"idle", {"subject": …, "state": …} or {"webhook": {…}}' },
  );
  const AdvanceBody = Type.Union(
    [
      Type.Object({ by: Duration, job_limit }, closed),
      Type.Object({ to: AnyInstant, job_limit }, closed),
      Type.Object({ next: Type.Literal(true) }, closed),
      Type.Object({ until: Until, within: Type.Optional(Duration), job_limit }, closed),
    ],
    { expected: 'one of {"by": "5m"}, {"to": "2026-03-02T10:00:00Z"}, {"next": true} or {"until": …}' },
  );
  return { AdvanceBody, Until };
}

/** How far time is to go: by a duration, to an instant, over one step, or until something is so. */
export type AdvanceBody = Static<ReturnType<typeof clockSchemas>['AdvanceBody']>;
/** Where to stop: `idle` is when nothing is left to happen by itself. */
export type Until = Extract<AdvanceBody, { readonly until: unknown }>['until'];
