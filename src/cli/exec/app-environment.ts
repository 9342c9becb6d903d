import type { Credentials, VendorProfile } from '../../contracts/vendor.js';
import { GreenroomError } from '../../errors.js';

/** A workspace as it is described: the credentials of each vendor, by its name. */
export type Described = Readonly<Record<string, unknown>>;

/**
 * The environment variables that an app is pointed at greenroom with: those that the vendors' SDKs and clients read. Throws
 * UNREACHABLE for a workspace that is described in another way, or with what no variable holds.
 */
export function appEnvironment(
  url: string,
  vendors: readonly VendorProfile[],
  described: Described,
): Readonly<Record<string, string>> {
  const variables = vendors.flatMap(({ name, access }) => {
    const credentials = described[name] as Partial<Credentials> | null | undefined;
    return Object.entries(access.environment).map(([variable, from]) => {
      const value: unknown = from === 'url' ? url : credentials?.[from];
      if (typeof value === 'string' && !value.includes('\0')) return [variable, value] as const;
      throw new GreenroomError(
        'UNREACHABLE',
        `Failed to point an app at ${url}: expected a text as ${from} of ${name}, was ${value === undefined ? 'nothing' : typeof value === 'string' ? 'one with NUL in it' : 'something else'}. Use the version of greenroom that runs there.`,
      );
    });
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
