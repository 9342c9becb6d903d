import { hosts as attendee } from './attendee/hosts.js';
import { hosts as cronofy } from './cronofy/hosts.js';
import type { VendorHost } from './vendor.js';

/** The hosts of every vendor, for doors that load nothing else of a profile. */
export const VENDOR_HOSTS: readonly VendorHost[] = [...cronofy, ...attendee];
