import type { VendorHost } from '../vendor.js';

/** Documented: docs.attendee.dev, read 2026-11-21; the staging host is seen in public clients. */
export const hosts: readonly VendorHost[] = [
  { host: 'app.attendee.dev', serves: ['api', 'oauth'] },
  { host: 'staging.attendee.dev', serves: ['api'] },
];
