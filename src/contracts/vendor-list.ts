import type { VendorProfile } from './vendor.js';

interface Place<T> {
  readonly next: WeakMap<VendorProfile, Place<T>>;
  made?: { readonly value: T };
}

const place = <T>(): Place<T> => ({ next: new WeakMap() });

/** Makes something of a list of vendors once for each list; lists of the same vendors in the same order are one. */
export function perVendors<T>(make: (vendors: readonly VendorProfile[]) => T) {
  const root = place<T>();
  return (vendors: readonly VendorProfile[]): T => {
    let at = root;
    for (const vendor of vendors) {
      const next = at.next.get(vendor) ?? place();
      at.next.set(vendor, next);
      at = next;
    }
    return (at.made ??= { value: make(vendors) }).value;
  };
}
