import type { ChannelFilters } from '../../../../contracts/cronofy/channels.js';
import type { Micros } from '../../../../clock/instant.js';

/** A notification channel. Plain data. */
export interface Channel {
  readonly channel_id: string;
  /** The sub of its account. */
  readonly account: string;
  readonly callback_url: string;
  /** As they were sent. */
  readonly filters: ChannelFilters;
  /** It tells of scheduling conversations, too. */
  readonly conversations?: true;
  /** Since when there are changes that it was not told of, and the job that will. */
  untold: { readonly since: Micros; readonly job: number } | null;
  /** As {@link Agent.foreignSecret}. */
  readonly foreignSecret: string | null;
}
