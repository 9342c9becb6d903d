import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { Count, Instant, listing, orNull, Text, wordOf } from './fields.js';
import { ContractViolation } from './requests.js';
import type { VendorFields } from './vendor-fields.js';

/** A line of any kind: its number, its virtual instant, the vendor id of the agent that it is about, and a sentence. */
export const TimelineEntry = Type.Object({
  seq: Count,
  at: Instant,
  kind: Text,
  subject: orNull(Text),
  summary: Text,
});
export const Timeline = Type.Object({ entries: Type.Array(TimelineEntry), ...listing });

const line = <const K extends string, P extends TProperties>(kind: K, fields: P) =>
  Type.Object({ ...TimelineEntry.properties, kind: Type.Literal(kind), ...fields });

/** The lines by their kinds. */
export function timelineLines({ Provider }: VendorFields) {
  const { rule, severity, pointer, expected, was } = ContractViolation.properties;
  return {
    /** A call of a client. */
    request: line('request', {
      id: Text,
      provider: Provider,
      operation: orNull(Text),
      method: Text,
      path: Text,
      /** `null` while it is in hand. */
      status: orNull(Type.Integer()),
      /** Why the call is refused. */
      reason: Type.Optional(Text),
      unattributed: Type.Optional(Type.Literal(true)),
      /** The fault rules that changed it. */
      fault: Type.Optional(Text),
      /** How the answer was lost on its way, if it did not arrive whole. */
      lost: Type.Optional(wordOf(['reset', 'truncated'])),
    }),
    transition: line('transition', {
      provider: Provider,
      event: Text,
      from: Text,
      to: Text,
      sub_type: Type.Optional(Text),
    }),
    delivery: line('delivery', {
      provider: Provider,
      delivery: Text,
      type: Text,
      state: Type.Optional(Text),
      sub_type: Type.Optional(Text),
      /** Without its port: that of a test receiver differs from run to run. */
      url: Text,
      /** The receiver's number among those with a port, in the order of their first delivery. */
      receiver: Type.Optional(Count),
      attempt: Count,
      /** `null` while it is on its way. */
      outcome: orNull(Text),
      status: Type.Optional(Type.Integer()),
      fault: Type.Optional(Text),
      /** The next step: a retry at an instant, or `lost` after the last attempt. */
      next: Type.Optional(Text),
    }),
    violation: line('violation', { provider: Provider, rule, severity, where: Text, pointer, expected, was }),
    backstage: line('backstage', { provider: Provider, action: Text, refused: Type.Optional(Text) }),
    note: line('note', { topic: Text, text: Text }),
    /** A fault rule was applied to a call or a webhook. */
    fault: line('fault', {
      /** The rule's id. */
      fault: Text,
      /** The id of the call or the webhook. */
      target: Text,
      effect: Text,
    }),
  };
}

type Lines = ReturnType<typeof timelineLines>;
export type LineKind = keyof Lines;
const KINDS: Readonly<Record<LineKind, true>> = {
  request: true,
  transition: true,
  delivery: true,
  violation: true,
  fault: true,
  backstage: true,
  note: true,
};
export const LINE_KINDS = Object.keys(KINDS) as readonly LineKind[];
export type LineOf<K extends LineKind> = Static<Lines[K]>;
