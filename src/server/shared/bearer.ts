import { hash, timingSafeEqual } from 'node:crypto';
import { GreenroomError } from '../../errors.js';
import { controlCall, told, type Sentence } from '../../told.js';
import { TAG_LENGTH, tagOf } from '../providers/tags.js';

/** The tokens that callers of a shared server show. */

const SHORTEST = 16;
const BEARER = /^Bearer +(\S+)$/i;
const OF_WORKSPACE = 'grw_';

/** The token of a server: whoever has it may everything. Only its hash is remembered. */
export class ServerToken {
  readonly #digest: Buffer;

  /** `how` says how to come by a good one. Throws USAGE for one that somebody could guess. */
  constructor(token: string | undefined, how: string) {
    if (token === undefined)
      throw unsafe(`it needs a token, without which anybody could make, read and delete workspaces. ${how}`);
    if (token.length < SHORTEST || !/^[\x21-\x7e]+$/.test(token))
      throw unsafe(
        `expected a token of at least ${SHORTEST} characters without spaces, was one of ${token.length}. ${how}`,
      );
    this.#digest = digest(token);
  }

  /** Takes as long whatever is shown. */
  is(shown: string): boolean {
    return timingSafeEqual(digest(shown), this.#digest);
  }
}

/** A token for the workspace of this secret, which begins with its tag; `nonce` is what nobody can guess. */
export const workspaceToken = (secret: string, nonce: string): string => OF_WORKSPACE + tagOf(secret) + nonce;

/** The token of a workspace, and the tag in it, whether a workspace has it or not. */
interface Shown {
  readonly token: string;
  readonly tag: string;
}

/** What a caller shows who has not the token of the server; nothing for who has. Throws UNAUTHORIZED for one of neither kind. */
export function tokenIn(authorization: string | undefined, server: ServerToken): Shown | undefined {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (token === undefined)
    throw unauthorized(
      'it wants "Authorization: Bearer" with the token of a workspace or of the server, was none. Commands take it as --token, or in GREENROOM_TOKEN',
    );
  if (server.is(token)) return undefined;
  if (!token.startsWith(OF_WORKSPACE)) throw opensNothing();
  return { token, tag: token.slice(OF_WORKSPACE.length, OF_WORKSPACE.length + TAG_LENGTH) };
}

export const opensNothing = (): GreenroomError =>
  unauthorized(
    told`the token opens nothing here, or nothing any more: a workspace ends with its time to live. Who has the token of the server can make another, ${controlCall('POST', '/workspaces')}`,
  );

const digest = (token: string): Buffer => hash('sha256', token, 'buffer');

const unauthorized = (reason: string | Sentence): GreenroomError =>
  new GreenroomError('UNAUTHORIZED', told`Failed to enter the control plane: ${reason}.`);

const unsafe = (reason: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to share the server: ${reason}.`);
