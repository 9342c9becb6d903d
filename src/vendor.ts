/**
 * Everything that a vendor of one's own is made of: {@link defineVendor}, the types of its two halves, and the parts that
 * most APIs share.
 */
import './needs.js';
export { defineContract, type Contract, type Evidence, type Operation } from './contracts/contract.js';
export { reasonReader, type ReasonReader } from './contracts/reasons.js';
export { choice, commonSettings, credential, duration, flag, setting } from './contracts/settings.js';
export type { Signing } from './contracts/signing.js';
export type { AgentWish, Credentials, SampleCall, VendorProfile, WebhookMessages } from './contracts/vendor.js';
export { NO_RULES, type Rules } from './contracts/rules.js';
export type { DatedChange } from './contracts/versions/dated-change.js';
export { Versions, type KnownVersion, type VersionsDraft } from './contracts/versions/versions.js';
export { GreenroomError, type ErrorCode } from './errors.js';
export { formatInstant, parseInstant, type Micros } from './clock/instant.js';
export { defineJobs, type Jobs, type NoArgs } from './server/engine/jobs.js';
export { legalEvents, nextState } from './server/engine/lifecycle.js';
export type { Artefacts, MeetingEvents, Participant, Utterance } from './server/engine/meeting.js';
export { Collection } from './server/engine/records.js';
export type { WebhookFormat } from './server/engine/vendor.js';
export type { World } from './server/engine/world.js';
export {
  setSubject,
  type Call,
  type Handler,
  type Provider,
  type Refusals,
  type Reply,
  type Vendor,
} from './server/providers/provider.js';
export { bearerToken, json, jsonRefusals, withBody } from './vendor/json-api.js';
export { defineVendor, type ProfileDraft, type ProviderDraft } from './vendor/define-vendor.js';
export { jsonMessages } from './vendor/messages.js';
export { settingsFor } from './vendor/settings.js';
export { standardWebhooks, type StandardWebhooksOptions } from './vendor/standard-webhooks.js';
export { jsonWebhooks } from './vendor/webhook-format.js';
