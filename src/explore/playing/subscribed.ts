import type { VendorProfile } from '../../contracts/vendor.js';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Settings of vendors under which what no call asks for goes to this URL: in production, somebody has entered the app in a
 * dashboard. Those that are given stay.
 */
export const subscribed = (
  profiles: readonly VendorProfile[],
  url: string,
  given: Readonly<Record<string, Settings>> = {},
): Record<string, Settings> =>
  Object.fromEntries(
    profiles.flatMap(({ name, sample }) => {
      const wanted = sample.subscription?.(url);
      return wanted ? [[name, { ...wanted, ...given[name] }] as const] : [];
    }),
  );
