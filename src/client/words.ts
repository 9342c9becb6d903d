import type { attendeeContract } from '../contracts/attendee/contract.js';
import type { BotState } from '../contracts/attendee/vocabulary.js';
import type { VendorName } from '../contracts/contract.js';
import type { cronofyContract } from '../contracts/cronofy/contract.js';
import type { AgentState } from '../contracts/cronofy/lifecycle.js';
import type { LibraryScenario } from '../contracts/control/scenario-names.js';

export type { AgentState } from '../contracts/cronofy/lifecycle.js';
export type { BotState } from '../contracts/attendee/vocabulary.js';
export type { VendorName } from '../contracts/contract.js';
export type { WebhookType } from '../contracts/webhooks.js';

/** A state of an agent's or a bot's life. */
export type SubjectState = AgentState | BotState;

export type CronofyOperation = (typeof cronofyContract)['operations'][number]['id'];
export type AttendeeOperation = (typeof attendeeContract)['operations'][number]['id'];
/** The name of a call of either vendor, such as `createBot` or `scheduleMeetingAgent`. */
export type OperationId = CronofyOperation | AttendeeOperation;

/** One of the scenarios that come with greenroom, or one of your own. */
export type ScenarioName = LibraryScenario | (string & {});

/** `"5m"`, `"90s"`, `"1h30m"`, `"PT5M"`, or a number of milliseconds. */
export type Duration = string | number;

/** An ISO 8601 instant with a zone: `"2026-01-01T09:00:00Z"`. */
export type Instant = string;

/** An agent or a bot: its vendor id, or another name of it. */
export type SubjectReference =
  string | { readonly scheduling_key: string } | { readonly event_id: string } | { readonly deduplication_key: string };

/** Which webhooks are meant; all that is said must be so. `state` and `sub_type` are what the webhook tells. */
export interface WebhookMatch<T extends string = string> {
  readonly provider?: VendorName;
  readonly type?: T;
  readonly subject?: SubjectReference;
  readonly state?: string;
  readonly sub_type?: string;
  /** The receiver's URL, whole. */
  readonly url?: string;
}

/** Which part of a list is wanted: what comes after this number of the timeline, and how much of it at the most. */
export interface PageOptions {
  readonly after?: number;
  readonly limit?: number;
}
