import { ServerToken } from '../../../src/server/shared/bearer.js';
import { PROVIDERS } from '../../../src/server/providers/registry.js';
import { shareServer } from '../../../src/server/shared/share.js';
import type { SharedServer } from '../../../src/server/shared/shared.js';
import { DEFAULT_TERMS } from '../../../src/server/shared/terms.js';
import { connect } from './connections.js';
import { MEMORY_MAX, type Env } from './env.js';

const HOW = 'openssl rand -base64 32 | npx wrangler secret put GREENROOM_TOKEN sets one that nobody guesses; keep it';

/** An object has as much memory as this, and no more. */
const defaults = { ...DEFAULT_TERMS, limits: { ...DEFAULT_TERMS.limits, bytes: MEMORY_MAX } };

/** The token of the server; `undefined` if there is none, and nobody but this machine is served. Throws USAGE for one that somebody could guess. */
export const serverTokenOf = ({ GREENROOM_TOKEN }: Env): ServerToken | undefined =>
  GREENROOM_TOKEN ? new ServerToken(GREENROOM_TOKEN, HOW) : undefined;

/** What makes the server of an object one that strangers share. The runtime judges where connections may lead. */
export const sharedBy = (token: ServerToken): SharedServer =>
  shareServer({ token, vendors: PROVIDERS, defaults, connect, later: () => () => undefined });
