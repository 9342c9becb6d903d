import type { TObject } from '@sinclair/typebox';
import type { Micros } from '../../clock/instant.js';
import type { Contract } from '../../contracts/contract.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { Corruption } from './deliveries/corruption.js';
import type { JobDefinition } from './jobs.js';
import type { MeetingEvents } from './meeting.js';
import type { Delivery } from './deliveries/outbox.js';
import type { Slice } from './records.js';
import type { World } from './world.js';

/** How a vendor writes, signs and repeats its webhooks. */
export interface WebhookFormat {
  /**
   * Headers in the order and case in which the vendor sends them, without Host and Content-Length. What a fault makes of
   * the message is signed as the vendor would sign it, unless the signature is the fault.
   */
  readonly render: (
    world: World,
    delivery: Delivery,
    tampering: Corruption,
  ) => { readonly headers: Record<string, string>; readonly body: string };
  /** What its webhooks about this subject are signed with now. */
  readonly secrets: (world: World, subject: string) => readonly string[];
  /** How long the vendor waits for a receiver's answer. */
  readonly timeout: (world: World, delivery: Delivery) => Micros;
  /** The URL that the vendor's client of HTTP calls for one that is written so, if that is another. */
  readonly called?: (url: string) => string;
  /** The wait after each failed attempt; after as many more attempts the webhook is lost. */
  readonly retryDelays: (world: World, delivery: Delivery) => readonly Micros[];
  /** Why the vendor has given this webhook up since it was made, if it has: it is not sent, and not tried again. */
  readonly givenUp?: (world: World, delivery: Delivery) => string | undefined;
  /** What follows when a webhook is lost. */
  readonly lost?: (world: World, delivery: Delivery) => void;
}

/** An agent as `until`, faults and tests name it. */
export interface SubjectState {
  readonly id: string;
  /** The state of its life cycle. */
  readonly state: string;
}

/** A vendor's part of a world. The engine knows no more of a vendor. */
export interface VendorRuntime {
  readonly name: string;
  readonly profile: VendorProfile;
  readonly webhookFormat: WebhookFormat;
  readonly meetingEvents: MeetingEvents;
  readonly jobs: Readonly<Record<string, JobDefinition>>;
  /** The vendor's empty tables. */
  readonly createState: () => Slice;
  /** What these tables hold: a snapshot that is put back must fit. Without it, only their names are looked at. */
  readonly tables?: () => TObject;
  /** Tables, and fields of records, that only the code needs: nobody is told of their changes. */
  readonly bookkeeping?: readonly string[];
  /** Finds an agent by its vendor id, or by another name that the vendor knows. */
  readonly findSubject: (
    world: World,
    reference: string | Readonly<Record<string, string>>,
  ) => SubjectState | undefined;
  /** True if a client sees only by reading what becomes of this agent; without it, if no webhook was made for the agent. */
  readonly needsReading?: (world: World, subject: string) => boolean;
}

/** The contract of a vendor, in the version that this world has of it. */
export const contractIn = (world: World, vendor: string): Contract =>
  contractBy(world.vendor(vendor).profile, world.settings(vendor));

/** The contract of a vendor by the settings of a workspace, complete. */
export function contractBy({ contract, versions }: VendorProfile, settings: unknown): Contract {
  if (!versions?.areOf(contract)) return contract;
  return (settings as { readonly contract?: Contract }).contract ?? contract;
}
