import type { BotState } from '../contracts/attendee/vocabulary.js';
import type { AgentState } from '../contracts/cronofy/lifecycle.js';
import type {
  AccessOf,
  KeyReferenceOf,
  OperationOf,
  SettingsOf,
  StateOf,
  WebhookBodiesOf,
} from '../contracts/vendor-types.js';
import type { VENDORS } from '../contracts/vendors.js';
import type { AttendeeWebhookBodies, CronofyWebhookBodies } from '../contracts/webhooks.js';
import type { OwnVendors } from './own-vendors.js';

export type { BotState } from '../contracts/attendee/vocabulary.js';
export type { AgentState } from '../contracts/cronofy/lifecycle.js';

type Profiles = typeof VENDORS & OwnVendors;

/** A vendor, as the wire names it. */
export type VendorName = keyof Profiles;
export type ProviderName = VendorName;

/** Everything that an app needs to call greenroom instead of Cronofy. The client secret is the API key too. */
export type CronofyAccess = AccessOf<Profiles['cronofy']>;
/** Everything that an app needs to call greenroom instead of Attendee. */
export type AttendeeAccess = AccessOf<Profiles['attendee']>;
/** The same for each vendor, under its name. */
export type VendorAccess = { readonly [V in VendorName]: AccessOf<Profiles[V]> };

export type CronofySettings = SettingsOf<Profiles['cronofy']>;
export type AttendeeSettings = SettingsOf<Profiles['attendee']>;
/** The settings of each vendor, under its name. */
export type VendorSettings = { readonly [V in VendorName]?: SettingsOf<Profiles[V]> };

export type CronofyOperation = OperationOf<Profiles['cronofy']>;
export type AttendeeOperation = OperationOf<Profiles['attendee']>;
/** The name of a call of any vendor, such as `createBot` or `scheduleMeetingAgent`. */
export type OperationId = OperationOf<Profiles[VendorName]>;

type StatesByVendor = { readonly cronofy: AgentState; readonly attendee: BotState } & {
  readonly [V in keyof OwnVendors]: StateOf<OwnVendors[V]>;
};
/** A state of an agent's or a bot's life. */
export type SubjectState = StatesByVendor[VendorName];

/** An agent or a bot: its vendor id, or another name of it. */
export type SubjectReference = string | KeyReferenceOf<Profiles[VendorName]>;

type BodiesByVendor = { readonly cronofy: CronofyWebhookBodies; readonly attendee: AttendeeWebhookBodies } & {
  readonly [V in keyof OwnVendors]: WebhookBodiesOf<OwnVendors[V]>;
};
export type WebhookType = { readonly [V in VendorName]: keyof BodiesByVendor[V] }[VendorName];
/** The vendor that sends webhooks of this type. */
export type SenderOf<T> = {
  readonly [V in VendorName]: T extends keyof BodiesByVendor[V] ? V : never;
}[VendorName];
/** The body of webhooks of this type. */
export type BodyOf<T> = {
  readonly [V in VendorName]: T extends keyof BodiesByVendor[V] ? BodiesByVendor[V][T] : never;
}[VendorName];
