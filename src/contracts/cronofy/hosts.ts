import type { VendorHost } from '../vendor.js';

/** An API host and a host for consent pages in each data centre. Documented: docs.cronofy.com "Data centers", read 2026-11-21. */
const DATA_CENTRES = ['', '-au', '-ca', '-de', '-sg', '-uk'];

export const hosts: readonly VendorHost[] = DATA_CENTRES.flatMap((suffix): VendorHost[] => [
  { host: `api${suffix}.cronofy.com`, serves: ['api'] },
  { host: `app${suffix}.cronofy.com`, serves: ['oauth'] },
]);
