import { VENDORS } from '../../contracts/vendors.js';
import { attendee } from './attendee/index.js';
import { cronofy } from './cronofy/index.js';
import { assembleVendor } from './assemble.js';
import type { Vendor } from './provider.js';

/** Every vendor that comes with greenroom, served. */
export const PROVIDERS: readonly Vendor[] = [
  assembleVendor({ profile: VENDORS.cronofy, provider: cronofy }),
  assembleVendor({ profile: VENDORS.attendee, provider: attendee }),
];
