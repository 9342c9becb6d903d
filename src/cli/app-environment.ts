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
  return { GREENROOM_URL: url, ...Object.fromEntries(variables), ...withoutProxy(process.env) };
}

/** This machine is not behind the proxy that the environment may name. Some clients read the one name, some the other. */
function withoutProxy({ NO_PROXY, no_proxy }: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const hosts = [NO_PROXY, no_proxy, '127.0.0.1,localhost'].flatMap((list) => list?.split(',') ?? []);
  const all = [...new Set(hosts.map((host) => host.trim()).filter((host) => host !== ''))].join(',');
  return { NO_PROXY: all, no_proxy: all };
}

/** As lines that a POSIX shell takes in: `eval "$(npx greenroom env)"`. */
export const renderExports = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
