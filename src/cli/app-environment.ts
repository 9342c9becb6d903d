import type { Credentials, VendorProfile } from '../contracts/vendor.js';

/** A workspace as it is described: the credentials of each vendor, by its name. */
export type Described = Readonly<Record<string, unknown>>;

/** The environment variables that an app is pointed at greenroom with: those that the vendors' SDKs and clients read. */
export function appEnvironment(
  url: string,
  vendors: readonly VendorProfile[],
  described: Described,
): Readonly<Record<string, string>> {
  const variables = vendors.flatMap(({ name, access }) => {
    const credentials = described[name] as Credentials;
    return Object.entries(access.environment).map(
      ([variable, from]) => [variable, from === 'url' ? url : credentials[from]!] as const,
    );
  });
  return { GREENROOM_URL: url, ...Object.fromEntries(variables) };
}

/** As lines that a POSIX shell takes in: `eval "$(npx greenroom env)"`. */
export const renderExports = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
