import type { VendorRequest } from './provider.js';

/** What documentation prints where a credential belongs, and what a client sends whose variable is not set. */
export function isPlaceholder(credential: string): boolean {
  return (
    /^(undefined|null|none|nan|false|true|xxx+|\[object object\])$/i.test(credential) ||
    /^[{<[].*[}>\]]$/.test(credential) ||
    /^your[-_ ]/i.test(credential) ||
    /^(api[-_]?key|access[-_]?token|client[-_]?secret|token)$/i.test(credential)
  );
}

/** Why a call without a usable `Authorization` is refused. `form` is what the vendor wants: `Bearer KEY`. */
export const wantsAuthorization = (form: string, { headers }: VendorRequest): string =>
  `wants "Authorization: ${form}", was ${shown(headers['authorization'])}`;

/** Why a call with a well-formed `Authorization` is refused. */
export function unknownKey({ headers: { authorization } }: VendorRequest): string {
  const { key } = partsOf(authorization ?? '');
  return isPlaceholder(key)
    ? `the key of ${shown(authorization)} was taken for a placeholder, which lets nobody in: is a variable not set?`
    : `no workspace has the key of ${shown(authorization)}`;
}

/** So few characters tell one key from another, and give none away. */
const SHOWN = 4;
const NO_SECRET_MAX = 6;
const PLACEHOLDER_MAX = 16;

function shown(authorization: string | undefined): string {
  if (authorization === undefined) return 'missing';
  const { scheme, key } = partsOf(authorization);
  const isWhole = key.length <= (isPlaceholder(key) ? PLACEHOLDER_MAX : NO_SECRET_MAX);
  return `"${scheme}${isWhole ? key : `${key.slice(0, SHOWN)}…`}"`;
}

function partsOf(authorization: string): { readonly scheme: string; readonly key: string } {
  const [, scheme = '', key = ''] = /^([a-z]+ +)?(.*)$/is.exec(authorization.trim()) ?? [];
  return { scheme, key };
}
