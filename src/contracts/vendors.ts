import { attendee } from './attendee/index.js';
import { cronofy } from './cronofy/index.js';
import type { VendorProfile } from './vendor.js';

/** Every vendor that comes with greenroom. All lists of vendors, hosts, headers, flags and words derive from this one. */
export const VENDORS = { cronofy, attendee } as const satisfies Readonly<Record<string, VendorProfile>>;

/** The vendors that come with greenroom, as the wire names them. */
export type VendorName = keyof typeof VENDORS;

export const VENDOR_LIST: readonly VendorProfile[] = Object.values(VENDORS);
