import { Type, type Static } from '@sinclair/typebox';
import { CalendarPlan } from './calendar.js';
import { ClockMode, PendingJob, pace, Speed } from './clock.js';
import type { deliverySchemas } from './deliveries.js';
import { FaultRule } from './faults.js';
import { Anything, closed, Count, Instant, orNull, Settled, Text, wordOf } from './fields.js';
import type { requestSchemas } from './requests.js';
import { TimelineEntry } from './timeline.js';
import type { VendorFields } from './vendor-fields.js';

/** The form of a recording: what reads it looks at this first. */
export const RECORDING_FORMAT = 1;

/** What of a vendor somebody needs to know who reads a timeline. */
const VendorFacts = Type.Object({
  name: Text,
  title: Text,
  /** The vendor's word for what joins a meeting. */
  agent: Text,
  /** In the vendor's order. */
  states: Type.Array(Type.Object({ name: Text, final: Type.Boolean({ description: 'No event leads out of it' }) })),
  signature: Type.Object({ header: Text, summary: Text }),
  operations: Type.Array(Type.Object({ id: Text, method: Text, path: Text, summary: Text })),
  webhooks: Type.Array(Type.Object({ type: Text, summary: Text })),
});
export type VendorFacts = Static<typeof VendorFacts>;
export const VendorFactsList = Type.Object({ vendors: Type.Array(VendorFacts) });

/** Everything that is known of why a signature fits, or does not. */
const Mistake = Type.Object({ name: Text, title: Text, advice: Text });
export const SignatureExplanation = Type.Object({
  /** The header that carries the signature. */
  header: Text,
  /** The value that was examined. */
  was: Text,
  /** The text that the vendor signs, where that is not the body as it was sent. */
  signed: Type.Optional(Text),
  ok: Type.Boolean(),
  /** The fewest mistakes that explain it. */
  deviations: Type.Array(Mistake),
  /** What to mind although it fits. */
  notes: Type.Array(Mistake),
  /** Of a message that fits, and that its receiver refused all the same: what it made of others. */
  refused: Type.Optional(
    Type.Object({
      /** Webhooks that the same receiver accepted, signed with the same secrets; a hundred are looked at. */
      accepted: Count,
      /** What the receiver may do wrongly: it makes no difference in those that it accepted. */
      suspects: Type.Array(Mistake),
    }),
  ),
});
export type SignatureExplanation = Static<typeof SignatureExplanation>;

/** What to examine: the last attempt with the workspace's own secrets, if nothing is said. */
export const ExplainBody = Type.Object(
  {
    /** From 1. */
    attempt: Type.Optional(Type.Integer({ minimum: 1 })),
    /** What the app verifies with. */
    secret: Type.Optional(Type.String({ minLength: 1 })),
    /** The signature that the app has computed of this message. */
    signature: Type.Optional(Type.String({ minLength: 1 })),
  },
  closed,
);

/** Something that came into the world from outside, by which it can be made again. */
const Step = Type.Object({
  at: Instant,
  /** The last line of the timeline before it; `null` if that is not known. */
  seq: orNull(Count),
  kind: wordOf(['call', 'control', 'settings', 'pace', 'answer']),
  /** Of a call its vendor. */
  provider: Type.Optional(Text),
  method: Type.Optional(Text),
  /** With its query. */
  path: Type.Optional(Text),
  /** Those that matter, with the name of a credential in braces for its value: `Token {api_key}`. */
  headers: Type.Optional(Type.Record(Text, Text)),
  /** The text, without its secrets. */
  body: Type.Optional(Text),
  /** Of an answer, the origin of the receiver, and what came of the attempt. */
  receiver: Type.Optional(Text),
  outcome: Type.Optional(Text),
  status: Type.Optional(Type.Integer()),
  /** Of a change of the settings or the clock. */
  changes: Type.Optional(Anything),
});
export type Step = Static<typeof Step>;

export function recordingSchemas({
  Provider,
  LoggedRequest,
  Delivery,
}: VendorFields & ReturnType<typeof requestSchemas> & ReturnType<typeof deliverySchemas>) {
  const Agent = Type.Object({
    id: Text,
    provider: Provider,
    /** What others in the meeting see it called. */
    name: Type.Optional(Text),
    /** `null` if the vendor has it no more. */
    state: orNull(Text),
  });
  const AgentList = Type.Object({ agents: Type.Array(Agent) });
  const Recording = Type.Object({
    recording: Type.Literal(RECORDING_FORMAT),
    /** The version of greenroom. */
    greenroom: Text,
    workspace: Type.Object({ id: Text, seed: Count, scenario: Text, strict: Type.Boolean() }),
    clock: Type.Object({ ...pace, mode: ClockMode, speed: Speed, pending: Type.Array(PendingJob) }),
    vendors: VendorFactsList.properties.vendors,
    agents: AgentList.properties.agents,
    /** What stood in calendars at its end; recordings of older versions have none. */
    calendar: Type.Optional(CalendarPlan),
    faults: Type.Array(FaultRule),
    /** What the world was made with, without its secrets, and everything that came into it since. */
    made: Type.Object({
      options: Anything,
      steps: Type.Array(Step),
      /** Why there are no steps. */
      lost: Type.Optional(Text),
    }),
    entries: Type.Array(TimelineEntry),
    requests: Type.Array(LoggedRequest),
    deliveries: Type.Array(Delivery),
    /** Of the first webhooks that were answered, by their ids: what the doctor says of their last signature. */
    signatures: Type.Record(Text, SignatureExplanation),
    /** How many lines were let go. */
    dropped: Count,
    settled: Settled,
  });
  return { Agent, AgentList, Recording };
}

/** What a file says of a recording in it. */
export interface RecordingNotes {
  /** The instant from which its times count where it is compared; its first line if nothing is said. */
  readonly origin?: string;
  /** Texts that it alone has, each with what stands for it where it is compared. */
  readonly names?: readonly (readonly [name: string, mask: string])[];
  /** The number, from 0 on, of the recording that it is looked at beside. */
  readonly beside?: number;
  /** What is to be said of it, in one line. */
  readonly verdict?: string;
  /** The same in full: words beside words. */
  readonly facts?: readonly (readonly [name: string, words: string])[];
}

type Schemas = ReturnType<typeof recordingSchemas>;
export type Agent = Static<Schemas['Agent']>;
/** A workspace with all that happened in it, as it leaves greenroom: to look at, not to live again. */
export type Recording = Static<Schemas['Recording']>;
