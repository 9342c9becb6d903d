import { Type } from '@sinclair/typebox';
import { LAST_INSTANT } from '../../clock/instant.js';
import { CastingMatch } from './casting.js';

const closed = { additionalProperties: false } as const;
const Whole = Type.Integer({ minimum: 0 });
const Rows = Type.Array(Type.Object({}));
const Instant = Type.Integer({ minimum: -LAST_INSTANT, maximum: LAST_INSTANT });
const Provider = Type.Union([Type.Literal('cronofy'), Type.Literal('attendee')]);
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const Clock = Type.Object({
  now: Instant,
  mode: Type.Union([Type.Literal('frozen'), Type.Literal('live'), Type.Literal('auto')]),
  speed: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
  quiet: Type.Number({ minimum: 0 }),
  nextId: Whole,
  jobs: Type.Array(
    Type.Object({
      id: Whole,
      due: Instant,
      urgent: Type.Boolean(),
      kind: Type.String(),
      subject: orNull(Type.String()),
      args: Type.Object({}),
    }),
  ),
});

const FaultRule = Type.Object({
  id: Type.String(),
  on: Type.Union([Type.Literal('request'), Type.Literal('delivery')]),
  do: Type.Object({}),
  matched: Whole,
  struck: Whole,
});

/** Who plays what: the runs by number, the world's own scenarios, the casting rules. */
const PlayState = Type.Object({
  meetings: Type.Array(
    Type.Object({ url: Type.String(), scenario: Type.String(), startedAt: Instant, arrivals: Whole }),
  ),
  runs: Type.Array(
    orNull(Type.Object({ agent: Type.String(), provider: Provider, scenario: Type.String(), number: Whole })),
  ),
  numbers: Type.Array(Type.Object({ agent: Type.String(), number: Whole })),
  scenarios: Type.Array(Type.Object({ key: Type.String(), name: Type.String(), file: Type.Object({}) })),
  editions: Type.Array(Type.Object({ name: Type.String(), key: Type.String() })),
  casting: Type.Array(
    Type.Object({
      id: Type.String(),
      scenario: Type.String(),
      match: CastingMatch,
      times: orNull(Type.Integer({ minimum: 1 })),
      used: Whole,
    }),
  ),
  scenariosMade: Whole,
  rulesMade: Whole,
});

/** What `GET /_greenroom/snapshot` gave out. The vendors' tables are theirs to know. */
export const SnapshotBody = Type.Object(
  {
    strict: Type.Boolean(),
    settings: Type.Object({ cronofy: Type.Object({}), attendee: Type.Object({}) }),
    scenario: Type.String(),
    clock: Clock,
    random: Type.Record(Type.String(), Whole),
    journal: Type.Object({
      nextSeq: Whole,
      entries: Type.Array(Type.Object({ seq: Whole, at: Instant, kind: Type.String() })),
    }),
    requests: Type.Object({ count: Whole, requests: Rows }),
    outbox: Type.Object({ count: Whole, deliveries: Rows }),
    faults: Type.Object({ count: Whole, rules: Type.Array(FaultRule) }),
    play: PlayState,
    slices: Type.Object({ cronofy: Type.Object({}), attendee: Type.Object({}) }),
  },
  closed,
);
