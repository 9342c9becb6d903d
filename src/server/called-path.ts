import { getPath } from 'hono/utils/url';
import type { Bindings } from './http.js';
import type { Vendor } from './providers/provider.js';

const SLASH = /%2f/gi;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=[/?#]|$)/i;

/**
 * Reads the path by which a call is routed. By itself `%2F` is a part of a name, and dot segments are gone: a vendor's server
 * that decodes a path before it takes it apart sees slashes, and segments like any other.
 */
export const pathReader =
  (vendors: readonly Vendor[]) =>
  (request: Request, { env }: { readonly env?: Bindings } = {}): string => {
    const path = getPath(request);
    const target = env?.incoming?.url;
    // Only from a socket comes a path with dot segments: the URLs of this process have none.
    const sent = target?.startsWith('/') === true && DOT_SEGMENT.test(target) ? pathIn(target) : path;
    if (sent === path && !path.includes('%2')) return path;
    const decoded = sent.replace(SLASH, '/');
    return vendors.some(({ profile, owns }) => profile.decodesPaths === true && owns(decoded)) ? decoded : path;
  };

const pathIn = (target: string): string => getPath({ url: `http://host${target}` } as Request);
