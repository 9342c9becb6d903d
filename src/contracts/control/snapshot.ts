import { Type } from '@sinclair/typebox';
import { LAST_INSTANT } from '../../clock/instant.js';
import type { castingSchemas } from './casting.js';
import { ClockMode, Speed } from './clock.js';
import { closed, Count, orNull, wordOf } from './fields.js';
import { byVendor, type VendorFields } from './vendor-fields.js';

const Rows = Type.Array(Type.Object({}));
const Instant = Type.Integer({ minimum: -LAST_INSTANT, maximum: LAST_INSTANT });

const Clock = Type.Object({
  now: Instant,
  mode: ClockMode,
  speed: Speed,
  quiet: Type.Number({ minimum: 0 }),
  nextId: Count,
  jobs: Type.Array(
    Type.Object({
      id: Count,
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
  on: wordOf(['request', 'delivery']),
  do: Type.Object({}),
  matched: Count,
  struck: Count,
});

type CastingMatch = Pick<ReturnType<typeof castingSchemas>, 'CastingMatch'>;

/** Which agents play what: the runs by number, the world's own scenarios, the casting rules. */
const playState = ({ Provider, CastingMatch }: Pick<VendorFields, 'Provider'> & CastingMatch) =>
  Type.Object({
    meetings: Type.Array(
      Type.Object({ url: Type.String(), scenario: Type.String(), startedAt: Instant, arrivals: Count }),
    ),
    runs: Type.Array(
      orNull(Type.Object({ agent: Type.String(), provider: Provider, scenario: Type.String(), number: Count })),
    ),
    numbers: Type.Array(Type.Object({ agent: Type.String(), number: Count })),
    scenarios: Type.Array(Type.Object({ key: Type.String(), name: Type.String(), file: Type.Object({}) })),
    editions: Type.Array(Type.Object({ name: Type.String(), key: Type.String() })),
    casting: Type.Array(
      Type.Object({
        id: Type.String(),
        scenario: Type.String(),
        match: CastingMatch,
        times: orNull(Type.Integer({ minimum: 1 })),
        used: Count,
      }),
    ),
    scenariosMade: Count,
    rulesMade: Count,
  });

/** The answer of `GET /_greenroom/snapshot`, which can be put back. Its rows and the vendors' tables are the server's to know. */
export function snapshotBody({ vendors, ...fields }: VendorFields & CastingMatch) {
  const Tables = Type.Object(byVendor(vendors, () => Type.Object({})));
  return Type.Unsafe<unknown>(
    Type.Object(
      {
        strict: Type.Boolean(),
        settings: Tables,
        scenario: Type.String(),
        clock: Clock,
        random: Type.Record(Type.String(), Count),
        journal: Type.Object({
          nextSeq: Count,
          entries: Type.Array(Type.Object({ seq: Count, at: Instant, kind: Type.String() })),
        }),
        requests: Type.Object({ count: Count, requests: Rows }),
        outbox: Type.Object({ count: Count, deliveries: Rows, receivers: Type.Array(Type.String()) }),
        faults: Type.Object({ count: Count, rules: Type.Array(FaultRule) }),
        play: playState(fields),
        slices: Tables,
      },
      closed,
    ),
  );
}
