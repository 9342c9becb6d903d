import { GreenroomError } from '../errors.js';
import type { Violation } from '../contracts/contract.js';
import type { LineOf } from '../contracts/control/timeline.js';
import { assertQuery, type Channel } from './channel.js';
import type { Narrowed } from './narrowed.js';
import type { Naming, SubjectLike } from './subject.js';
import type { OperationId, VendorName, WebhookType } from './vendors.js';
import type { PageOptions } from './words.js';

/** A call of a client; `status` is null while it is in hand. */
export type RequestLine = Narrowed<LineOf<'request'>, { provider: VendorName; operation: OperationId | null }>;
export type TransitionLine = Narrowed<LineOf<'transition'>, { provider: VendorName }>;
export type DeliveryLine = Narrowed<LineOf<'delivery'>, { provider: VendorName; type: WebhookType }>;
export type ViolationLine = Narrowed<LineOf<'violation'>, { provider: VendorName; rule: Violation['rule'] }>;
export type BackstageLine = Narrowed<LineOf<'backstage'>, { provider: VendorName }>;
export type NoteLine = Narrowed<LineOf<'note'>>;
/** A fault rule was applied to a call or a webhook. */
export type FaultLine = Narrowed<LineOf<'fault'>>;

export type TimelineEntry =
  RequestLine | TransitionLine | DeliveryLine | ViolationLine | BackstageLine | NoteLine | FaultLine;
export type EntryKind = TimelineEntry['kind'];
export type EntryOf<K extends EntryKind> = Extract<TimelineEntry, { readonly kind: K }>;

export interface TimelineOptions<K extends EntryKind = EntryKind> extends PageOptions {
  readonly subject?: SubjectLike;
  readonly kind?: K;
  /** Notes, and faults that were applied, are of no vendor. */
  readonly provider?: VendorName;
}

/** Everything that happened, in virtual time and in one order. The same seed and the same inputs give the same entries. */
export interface ReadTimeline {
  /** @example const { entries } = await room.timeline({ kind: 'transition', subject: bot.id }); */
  <K extends EntryKind = EntryKind>(
    options?: TimelineOptions<K> & { readonly as?: 'entries' },
  ): Promise<{
    readonly entries: readonly EntryOf<K>[];
    readonly more: boolean;
    readonly dropped: number;
    readonly settled?: false;
  }>;
  /** One line an entry, for people. @example console.log(await room.timeline({ as: 'text' })); */
  (options: TimelineOptions & { readonly as: 'text' }): Promise<string>;
  /**
   * The inspector with everything in it, as the text of a file that opens without a server. Secrets are left out.
   *
   * @example await writeFile('timeline.html', await room.timeline({ as: 'html', title: 'the bot has left' }));
   */
  (options: { readonly as: 'html'; readonly title?: string }): Promise<string>;
}

export function timelineOf(channel: Channel, naming: Naming): ReadTimeline {
  const read = async (
    options: TimelineOptions & { readonly as?: keyof typeof TEXTS | 'entries' } = {},
  ): Promise<unknown> => {
    assertQuery(options);
    const { as = 'entries', ...query } = options;
    if (as === 'entries') return channel.get('/timeline', naming(query));
    if (Object.hasOwn(TEXTS, as)) return channel.getText(TEXTS[as], naming(query));
    throw new GreenroomError(
      'USAGE',
      `Failed to read the timeline: expected as one of entries, ${Object.keys(TEXTS).join(', ')}, was ${JSON.stringify(as)}.`,
    );
  };
  return read as ReadTimeline;
}

const TEXTS = { text: '/timeline', html: '/timeline.html' };
