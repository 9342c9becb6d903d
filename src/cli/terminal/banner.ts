import type { Credentials, VendorProfile } from '../../contracts/vendor.js';
import type { ListeningServer } from '../../server/host/listen.js';

export const row = (label: string, text: string): string => `  ${label.padEnd(9)}  ${text}\n`;

/** Where each vendor is served, and with which keys. */
export function renderAccess({ url, workspaces, vendors }: ListeningServer): string {
  const described = workspaces.default.describe(url);
  const rows = vendors.map(({ name, profile: { title, access } }) => {
    const credentials = described[name] as Credentials;
    const lines = access.banner.map(([label, credential]) =>
      row('', `${label.padEnd(26)}  ${credentials[credential]}`),
    );
    const paths = access.basePath === '' ? '' : `  (paths begin with ${access.basePath})`;
    return row(title, url + paths) + lines.join('');
  });
  return rows.join('');
}

/** Where people look at what happens; with the token, if it wants one, where browsers send it to nobody. */
export const inspectorUrl = (url: string, token: string | undefined): string =>
  `${url}/_greenroom/${token === undefined ? '' : `#token=${encodeURIComponent(token)}`}`;

/** The versions of the vendors: which is served if nothing is said, and which else. */
export const renderVersions = (vendors: readonly VendorProfile[]): string =>
  vendors
    .flatMap(({ title, versions }) =>
      versions ? [row(title, `${versions.base} (from ${versions.oldest} to ${versions.newest})`)] : [],
    )
    .join('');

/** One line for programs. */
export function renderReadyLine({ url, port, workspaces, vendors }: ListeningServer): string {
  const described = workspaces.default.describe(url);
  const access = Object.fromEntries(vendors.map(({ name }) => [name, described[name]]));
  return `${JSON.stringify({ url, port, control: `${url}/_greenroom`, ...access })}\n`;
}
