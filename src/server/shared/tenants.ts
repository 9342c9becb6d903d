import { hash, timingSafeEqual } from 'node:crypto';
import { after, wallClock } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import { host } from '../host/node.js';
import { tagOf } from '../providers/tags.js';
import { DEFAULT_WORKSPACE, type Workspace, type WorkspaceOptions } from '../workspace.js';
import type { Workspaces } from '../workspaces.js';
import { endOf, isOver } from './life.js';
import { agree, type TermDefaults } from './terms.js';

interface TenantsOptions {
  /** The token of the server. */
  readonly token: string;
  readonly defaults: TermDefaults;
}

/** Who calls the control plane of a shared server. */
export interface Caller {
  /** The only workspace that there is for this caller; without it there are all. */
  readonly own?: Workspace | undefined;
}

/** The longest wait for the end of a workspace: machines sleep, and their clocks are set. */
const LOOK_MS = 60_000;
const BEARER = /^Bearer +(\S+)$/i;

/** Those to whom the workspaces of a shared server belong: each has a token for one, until its time is over. */
export class Tenants {
  readonly #workspaces: Workspaces;
  readonly #token: Buffer;
  readonly #defaults: TermDefaults;
  #stopLooking: () => void = () => undefined;

  constructor(workspaces: Workspaces, { token, defaults }: TenantsOptions) {
    this.#workspaces = workspaces;
    this.#token = digest(token);
    this.#defaults = defaults;
    this.look();
  }

  /** Throws UNAUTHORIZED without a token that opens something. */
  caller(authorization: string | undefined): Caller {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('it wants "Authorization: Bearer" with a token');
    if (timingSafeEqual(digest(token), this.#token)) return {};
    const id = this.#workspaces.tokens.workspaceOf(token);
    const own = id === undefined ? undefined : this.#workspaces.byId(id);
    if (own && !isOver(own.terms)) return { own };
    throw unauthorized('the token opens nothing here, or nothing any more: a workspace ends with its time to live');
  }

  /** Makes a workspace, and tells its token, once. Throws INVALID_BODY and CONFLICT. */
  create(options: WorkspaceOptions): { readonly workspace: Workspace; readonly token: string } {
    const workspace = this.#workspaces.create(agree(options, this.#defaults));
    this.look();
    return { workspace, token: this.#give(workspace) };
  }

  /** A new token for a workspace: the old one opens nothing any more. Throws UNKNOWN_WORKSPACE and CONFLICT. */
  renew(id: string): string {
    const workspace = this.#workspaces.get(id);
    if (id !== DEFAULT_WORKSPACE) return this.#give(workspace);
    throw new GreenroomError(
      'CONFLICT',
      'Failed to give a token for the workspace "default": it is the server\'s own, and opens with the token of the server. POST /_greenroom/workspaces makes one with a token.',
    );
  }

  /** Deletes what is over, and looks again when the next one is: also among those that have come without being made here. */
  look(): void {
    this.#stopLooking();
    let next = LOOK_MS;
    for (const { id, terms } of this.#workspaces.list()) {
      if (isOver(terms)) this.#workspaces.delete(id);
      else if (terms) next = Math.min(next, (endOf(terms) - wallClock()) / 1000);
    }
    this.#stopLooking = after(Math.max(1, next), () => this.look());
  }

  close(): void {
    this.#stopLooking();
  }

  /** The tag of the workspace is in its token, too. */
  #give(workspace: Workspace): string {
    const token = `grw_${tagOf(workspace.secret ?? '')}${host.nonce()}`;
    this.#workspaces.tokens.give(workspace.id, token);
    return token;
  }
}

const digest = (token: string): Buffer => hash('sha256', token, 'buffer');

const unauthorized = (reason: string): GreenroomError =>
  new GreenroomError('UNAUTHORIZED', `Failed to enter the control plane: ${reason}.`);
