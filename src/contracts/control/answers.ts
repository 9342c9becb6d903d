import { Type, type TSchema } from '@sinclair/typebox';
import { CastingMatch } from './casting.js';

/** What the control plane answers. Open: fields may be added, none is renamed or removed. */

const Nullable = (schema: TSchema) => Type.Union([schema, Type.Null()]);
const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$',
  expected: 'an instant in UTC',
});
const ProviderName = Type.Union([Type.Literal('cronofy'), Type.Literal('attendee')]);
const Headers = Type.Record(Text, Text);
const Severity = Type.Union([Type.Literal('error'), Type.Literal('warning')]);
const Settled = Type.Optional(
  Type.Boolean({ description: 'Only there, and false, if the workspace did not come to rest' }),
);

export const Problem = Type.Object({
  type: Text,
  title: Text,
  status: Type.Integer(),
  detail: Text,
  code: Type.String({ description: 'Stable; what programs look at' }),
  pointer: Type.Optional(Text),
});

export const Health = Type.Object({ status: Type.Literal('ok'), version: Text, workspaces: Count });

const Pace = {
  now: Instant,
  mode: Type.Union([Type.Literal('frozen'), Type.Literal('live'), Type.Literal('auto')]),
  speed: Type.Number(),
};

export const Workspace = Type.Object({
  id: Text,
  seed: Count,
  scenario: Text,
  strict: Type.Boolean(),
  clock: Type.Object(Pace),
  cronofy: Type.Object({
    base_url: Text,
    client_id: Text,
    client_secret: Text,
    access_token: Text,
    calendar_id: Text,
  }),
  attendee: Type.Object({ base_url: Text, api_key: Text, webhook_secret: Text }),
});
export const WorkspaceList = Type.Object({ workspaces: Type.Array(Workspace) });

export const PendingJob = Type.Object({ id: Count, due: Instant, label: Text, subject: Nullable(Text) });
export const ClockState = Type.Object({ ...Pace, settled: Type.Boolean(), pending: Type.Array(PendingJob) });
export const AdvanceReport = Type.Object({
  from: Instant,
  to: Instant,
  ran: Type.Array(Type.Object({ at: Instant, label: Text, subject: Nullable(Text) }), { maxItems: 1000 }),
  ran_total: Count,
  deliveries: Type.Array(Text),
  pending: Count,
});
/** What a call made, by the id that ends it again. */
export const Made = Type.Object({ id: Text });

export const TimelineEntry = Type.Object({
  seq: Count,
  at: Instant,
  kind: Text,
  subject: Nullable(Text),
  summary: Text,
});
export const Timeline = Type.Object({ entries: Type.Array(TimelineEntry), settled: Settled });

export const ContractViolation = Type.Object({
  rule: Text,
  severity: Severity,
  pointer: Text,
  expected: Text,
  was: Text,
  nearest: Type.Optional(Text),
});
export const LoggedRequest = Type.Object({
  id: Text,
  seq: Count,
  at: Instant,
  provider: ProviderName,
  operation: Nullable(Text),
  subject: Nullable(Text),
  method: Text,
  path: Text,
  query: Text,
  request: Type.Object({ headers: Headers, body: Text }),
  response: Nullable(Type.Object({ status: Type.Integer(), headers: Headers, body: Text })),
  violations: Type.Array(ContractViolation),
});
export const RequestList = Type.Object({ requests: Type.Array(LoggedRequest), settled: Settled });

export const Verification = Type.Object({
  ok: Type.Boolean(),
  count: Count,
  matched: Type.Array(Text),
  closest: Type.Array(
    Type.Object({
      id: Text,
      differs: Type.Array(Type.Object({ pointer: Text, expected: Type.Unknown(), was: Type.Unknown() })),
    }),
  ),
});

const words = (...all: readonly string[]) => Type.Union(all.map((word) => Type.Literal(word)));

export const DeliveryAttempt = Type.Object({
  seq: Count,
  at: Instant,
  request: Type.Object({ headers: Headers, body: Type.String({ description: 'The exact text that was sent' }) }),
  outcome: Nullable(words('answered', 'captured', 'refused', 'timeout', 'dropped')),
  status: Type.Optional(Type.Integer()),
  response: Type.Optional(Text),
  error: Type.Optional(Text),
  duration_ms: Type.Optional(Type.Number()),
});
export const Delivery = Type.Object({
  id: Text,
  seq: Count,
  provider: ProviderName,
  type: Text,
  subject: Text,
  state: Type.Optional(Text),
  sub_type: Type.Optional(Text),
  url: Text,
  created_at: Instant,
  status: words('pending', 'delivered', 'failed', 'captured', 'dropped'),
  attempts: Type.Array(DeliveryAttempt),
});
export const DeliveryList = Type.Object({ deliveries: Type.Array(Delivery), settled: Settled });

/** Put into the workspace, in the user's folder, or one of those that come with greenroom. */
const Source = words('workspace', 'file', 'greenroom');

export const ScenarioList = Type.Object({
  scenarios: Type.Array(Type.Object({ name: Text, description: Text, plays: Type.Boolean(), source: Source })),
});
export const NamedScenario = Type.Object({ name: Text, source: Source, description: Text });

export const CastingRule = Type.Object({
  id: Text,
  scenario: Text,
  match: CastingMatch,
  times: Type.Optional(Count),
  used: Count,
});
export const CastingList = Type.Object({ casting: Type.Array(CastingRule) });

/** What shall go wrong, as it was put in, with an id, how often it has struck and how often it still will. */
export const Fault = Type.Object({
  id: Text,
  on: words('request', 'delivery'),
  do: Type.Object({}),
  left: Nullable(Count),
});
export const FaultList = Type.Object({ faults: Type.Array(Fault) });

/** Documents that are described elsewhere, and empty objects. */
export const Anything = Type.Object({});
