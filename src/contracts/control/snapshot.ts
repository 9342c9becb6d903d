import { FormatRegistry, Type, type TObject } from '@sinclair/typebox';
import { LAST_INSTANT } from '../../clock/instant.js';
import type { castingSchemas } from './casting.js';
import { ClockMode, Speed } from './clock.js';
import { DeliveryAttempt, type deliverySchemas } from './deliveries.js';
import { FaultKindBody } from './faults.js';
import { closed, Count, orNull, Text, wordOf } from './fields.js';
import { isPyObject, parsePython } from '../json/python-json.js';
import { TRANSCRIPTION_FAILURES } from './scenario-agent.js';
import type { requestSchemas } from './requests.js';
import type { timelineLines } from './timeline.js';
import { byVendor, type VendorFields } from './vendor-fields.js';

/** An instant as a world keeps it, in microseconds. */
export const Moment = Type.Integer({ minimum: -LAST_INSTANT, maximum: LAST_INSTANT, instant: true });

/** The vendors take some texts from which nobody gets anywhere, such as `https://%zz/`. */
FormatRegistry.Set('web-url', (text) => /^[a-z][a-z\d+.-]*:/i.test(text));
FormatRegistry.Set('webhook-payload', isJsonObject);

/** Also of the numbers that only Python writes: `NaN`. */
function isJsonObject(text: string): boolean {
  try {
    return isPyObject(parsePython(text));
  } catch {
    return false;
  }
}

export const WebUrl = Type.String({ format: 'web-url', expected: 'a URL' });

const Clock = Type.Object({
  now: Moment,
  mode: ClockMode,
  speed: Speed,
  quiet: Type.Number({ minimum: 0, maximum: 60_000 }),
  nextId: Count,
  jobs: Type.Array(
    Type.Object({
      id: Count,
      due: Moment,
      urgent: Type.Boolean(),
      kind: Type.String(),
      subject: orNull(Type.String()),
      args: Type.Object({}),
    }),
  ),
});

/** The line as a world keeps it: its instant in microseconds, its sentence not made yet. */
function keptLine({ properties: { summary: _summary, ...properties } }: TObject) {
  return Type.Object({ ...properties, at: Moment });
}

const Fault = Type.Optional(Text);
const LostAnswer = Type.Object({
  outcome: DeliveryAttempt.properties.outcome.anyOf[0],
  status: Type.Optional(Type.Integer()),
  response: Type.Optional(Text),
  error: Type.Optional(Text),
});

function keptDelivery({ Delivery }: Pick<ReturnType<typeof deliverySchemas>, 'Delivery'>) {
  const attempt = { ...DeliveryAttempt.properties, at: Moment, fault: Fault, lost_answer: Type.Optional(LostAnswer) };
  return Type.Object({
    ...Delivery.properties,
    url: WebUrl,
    created_at: Moment,
    attempts: Type.Array(Type.Object(attempt)),
    fault: Fault,
    duplicate_of: Type.Optional(Text),
    held: Type.Optional(Type.Object({ fault: Text, type: Text, state: Type.Optional(Text) })),
    payload: Type.String({ format: 'webhook-payload', expected: 'the text of a JSON object' }),
  });
}

function keptRequest({ LoggedRequest }: Pick<ReturnType<typeof requestSchemas>, 'LoggedRequest'>) {
  const { response } = LoggedRequest.properties;
  return Type.Object({
    ...LoggedRequest.properties,
    at: Moment,
    fault: Fault,
    lost_answer: Type.Optional(response.anyOf[0]),
  });
}

/** What a rule has besides the body that made it. */
const ruleCounts = { id: Text, matched: Count, struck: Count };

/** A rule of one of the two kinds, with what it has done so far. */
export const keptRule = ({ properties }: TObject) => Type.Object({ ...properties, ...ruleCounts }, closed);

const Heard = Type.Object({
  number: Type.Integer(),
  heldBack: Type.Boolean(),
  utterance: Type.Object({
    speaker: Type.Object({ key: Text, name: Text, host: Type.Boolean() }),
    at: Moment,
    text: Text,
    duration: Moment,
    outcome: Type.Optional(
      Type.Union([wordOf(['missing', 'empty', 'pending']), Type.Object({ fails: wordOf(TRANSCRIPTION_FAILURES) })]),
    ),
  }),
  job: orNull(Count),
});

/** Which agents play what: the runs by number, the world's own scenarios, the casting rules. */
const playState = ({ Provider, CastingMatch }: Pick<Parts, 'Provider' | 'CastingMatch'>) =>
  Type.Object({
    booked: Type.Record(Text, Type.Literal(true)),
    meetings: Type.Array(
      Type.Object({
        url: Type.String(),
        scenario: Type.String(),
        startedAt: Moment,
        arrivals: Count,
        present: Type.Array(Count),
        outputs: Count,
      }),
    ),
    runs: Type.Array(
      orNull(
        Type.Object({
          agent: Type.String(),
          provider: Provider,
          scenario: Type.String(),
          own: orNull(Type.String()),
          meetingStart: orNull(Moment),
          order: Count,
          job: orNull(Count),
          eventJobs: Type.Optional(Type.Array(Count)),
          hears: Type.Optional(Type.Array(Heard)),
          deaf: Type.Optional(Type.Literal(true)),
          meetingUrl: Type.Optional(Text),
          watches: Type.Optional(Type.Literal(true)),
          number: Count,
        }),
      ),
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

type Parts = VendorFields &
  ReturnType<typeof castingSchemas> &
  ReturnType<typeof deliverySchemas> &
  ReturnType<typeof requestSchemas> & { readonly lines: ReturnType<typeof timelineLines> };

/** The answer of `GET /_greenroom/snapshot`, which can be put back. The vendors' tables and jobs are the server's to know. */
export function snapshotBody({ vendors, lines, ...parts }: Parts): TObject {
  return Type.Object(
    {
      strict: Type.Boolean(),
      settings: Type.Object(byVendor(vendors, ({ settings }) => settings)),
      scenario: Type.String(),
      clock: Clock,
      random: Type.Record(Type.String(), Count),
      journal: Type.Object({ nextSeq: Count, entries: Type.Array(Type.Union(Object.values(lines).map(keptLine))) }),
      requests: Type.Object({ count: Count, requests: Type.Array(keptRequest(parts)) }),
      outbox: Type.Object({
        count: Count,
        deliveries: Type.Array(keptDelivery(parts)),
        receivers: Type.Array(Text),
      }),
      faults: Type.Object({
        count: Count,
        rules: Type.Array(Type.Object({ ...ruleCounts, ...FaultKindBody.properties })),
      }),
      play: playState(parts),
      slices: Type.Object(byVendor(vendors, () => Type.Object({}))),
      bulk: Type.Optional(Count),
      told: Type.Optional(Type.Array(Type.String())),
    },
    closed,
  );
}
