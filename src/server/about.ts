import type { Reply, Vendor } from './providers/provider.js';

/** What somebody reads who opens the port: what this is, and where to go on. It has nothing secret. */
export function about(origin: string, version: string, vendors: readonly Vendor[]): Reply {
  const titles = vendors.map(({ profile }) => profile.title).join(' and ');
  const lines = [
    `greenroom ${version} stands in here for the APIs of ${titles}.`,
    `Vendors' base URL: ${origin}`,
    '',
    `${origin}/_greenroom/workspaces/default    the keys, and the clock`,
    `${origin}/_greenroom/timeline    what has happened (as text with "Accept: text/plain")`,
    `${origin}/_greenroom/contracts/control.openapi.json    every call below /_greenroom`,
    '',
    'In a shell: npx greenroom --help. Pages: docs/ of the package; docs/http.md is about these calls.',
    '',
  ];
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: lines.join('\n') };
}
