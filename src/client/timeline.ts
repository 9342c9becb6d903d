import type { Channel } from './channel.js';
import type { Violation } from '../contracts/contract.js';
import type { OperationId, PageOptions, VendorName, Instant, SubjectReference, WebhookType } from './words.js';

/** What every line has: its number, its virtual instant, the vendor id of whom it is about, and a sentence. */
interface Line {
  readonly seq: number;
  readonly at: Instant;
  readonly subject: string | null;
  readonly summary: string;
}

/** A call of a client; `status` is null while it is in hand. */
export interface RequestLine extends Line {
  readonly kind: 'request';
  readonly id: string;
  readonly provider: VendorName;
  readonly operation: OperationId | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly unattributed?: true;
  /** The rules that had a hand in it. */
  readonly fault?: string;
  /** What became of the answer on its way, if it did not arrive whole. */
  readonly lost?: 'reset' | 'truncated';
}

export interface TransitionLine extends Line {
  readonly kind: 'transition';
  readonly provider: VendorName;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly sub_type?: string;
}

export interface DeliveryLine extends Line {
  readonly kind: 'delivery';
  readonly provider: VendorName;
  readonly delivery: string;
  readonly type: WebhookType;
  readonly state?: string;
  readonly sub_type?: string;
  /** Without its port: that of a test receiver differs from run to run. */
  readonly url: string;
  readonly attempt: number;
  readonly outcome: string | null;
  readonly status?: number;
  readonly fault?: string;
  /** What happens next: a retry at an instant, or `lost` after the last attempt. */
  readonly next?: string;
}

export interface ViolationLine extends Line {
  readonly kind: 'violation';
  readonly provider: VendorName;
  readonly rule: Violation['rule'];
  readonly severity: Violation['severity'];
  readonly where: string;
  readonly pointer: string;
  readonly expected: string;
  readonly was: string;
}

export interface BackstageLine extends Line {
  readonly kind: 'backstage';
  readonly provider: VendorName;
  readonly action: string;
  readonly refused?: string;
}

export interface NoteLine extends Line {
  readonly kind: 'note';
  readonly topic: string;
  readonly text: string;
}

/** A fault rule has struck: the cause of what follows. */
export interface FaultLine extends Line {
  readonly kind: 'fault';
  /** The rule's id. */
  readonly fault: string;
  /** The id of the call or the webhook. */
  readonly target: string;
  readonly effect: string;
}

export type TimelineEntry =
  RequestLine | TransitionLine | DeliveryLine | ViolationLine | BackstageLine | NoteLine | FaultLine;
export type EntryKind = TimelineEntry['kind'];
export type EntryOf<K extends EntryKind> = Extract<TimelineEntry, { readonly kind: K }>;

export interface TimelineOptions<K extends EntryKind = EntryKind> extends PageOptions {
  readonly subject?: SubjectReference;
  readonly kind?: K;
}

/** What happened, in virtual time and in one order. The same seed and the same inputs give the same entries. */
export interface ReadTimeline {
  /** @example const { entries } = await room.timeline({ kind: 'transition', subject: bot.id }); */
  <K extends EntryKind = EntryKind>(
    options?: TimelineOptions<K> & { readonly as?: 'entries' },
  ): Promise<{ readonly entries: readonly EntryOf<K>[]; readonly settled?: false }>;
  /** One line an entry, for people. @example console.log(await room.timeline({ as: 'text' })); */
  (options: TimelineOptions & { readonly as: 'text' }): Promise<string>;
}

export function timelineOf(channel: Channel): ReadTimeline {
  const read = ({ as, ...query }: TimelineOptions & { readonly as?: 'entries' | 'text' } = {}): Promise<unknown> =>
    as === 'text' ? channel.getText('/timeline', query) : channel.get('/timeline', query);
  return read as ReadTimeline;
}
