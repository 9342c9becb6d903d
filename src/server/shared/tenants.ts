import type { Micros } from '../../clock/instant.js';
import { after, wallClock } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, told } from '../../told.js';
import { host } from '../host/node.js';
import { DEFAULT_WORKSPACE, type Workspace, type WorkspaceOptions } from '../workspaces/workspace.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { opensNothing, tokenIn, workspaceToken, type ServerToken } from './bearer.js';
import { Lease } from './lease.js';
import { endOf, isOver } from './life.js';
import { agree, type TermDefaults } from './terms.js';

export interface TenantsOptions {
  readonly token: ServerToken;
  readonly defaults: TermDefaults;
  /** Has something done after so many real milliseconds; the returned function calls it off. A host may see to it otherwise. */
  readonly later?: typeof after;
}

/** Who calls the control plane of a shared server. */
export interface Caller {
  /** The only workspace that there is for this caller; without it there are all. */
  readonly own?: Workspace | undefined;
  /** For how long that is so. */
  readonly lease?: Lease | undefined;
}

/** The longest wait for the end of a workspace: machines sleep, and their clocks are set. */
const LOOK_MS = 60_000;

/** Those to whom the workspaces of a shared server belong: each has a token for one, until its time is over. */
export class Tenants {
  readonly #workspaces: Workspaces;
  readonly #token: ServerToken;
  readonly #defaults: TermDefaults;
  readonly #later: typeof after;
  /** Of the tokens that open something now. */
  readonly #leases = new WeakMap<Workspace, Lease>();
  #stopLooking: () => void = () => undefined;
  /** When it is looked again, by the clock on the wall. */
  #nextLook: Micros = Number.POSITIVE_INFINITY;

  constructor(workspaces: Workspaces, { token, defaults, later = after }: TenantsOptions) {
    this.#workspaces = workspaces;
    this.#token = token;
    this.#defaults = defaults;
    this.#later = later;
    this.look();
  }

  /** Throws UNAUTHORIZED without a token that opens something. */
  caller(authorization: string | undefined): Caller {
    const shown = tokenIn(authorization, this.#token);
    if (!shown) return {};
    const id = this.#workspaces.tokens.workspaceOf(shown.token);
    const own = id === undefined ? undefined : this.#workspaces.byId(id);
    if (own && !isOver(own.terms)) return { own, lease: this.#leaseOf(own) };
    throw opensNothing();
  }

  /** Makes a workspace, and tells its token, once. Throws INVALID_BODY and CONFLICT. */
  create(options: WorkspaceOptions): { readonly workspace: Workspace; readonly token: string } {
    const workspace = this.#workspaces.create(agree(options, this.#defaults));
    if (workspace.terms) this.#lookAt(endOf(workspace.terms));
    return { workspace, token: this.#give(workspace) };
  }

  /** A new token for a workspace: the old one opens nothing any more, and what is open by it ends. Throws UNKNOWN_WORKSPACE and CONFLICT. */
  renew(id: string): string {
    const workspace = this.#workspaces.get(id);
    if (id === DEFAULT_WORKSPACE) throw opensWithServers();
    const token = this.#give(workspace);
    this.#leases.get(workspace)?.end();
    this.#leases.delete(workspace);
    return token;
  }

  /** Deletes what is over, and looks again when the next one is: also among those that have come without being made here. */
  look(): void {
    this.#nextLook = Number.POSITIVE_INFINITY;
    let next = wallClock() + LOOK_MS * 1000;
    for (const { id, terms } of this.#workspaces.list()) {
      if (isOver(terms)) this.#workspaces.delete(id);
      else if (terms) next = Math.min(next, endOf(terms));
    }
    this.#lookAt(next);
  }

  close(): void {
    this.#stopLooking();
  }

  /** Looks then, if not sooner. To look each time when a workspace is made would take ever longer. */
  #lookAt(instant: Micros): void {
    if (instant >= this.#nextLook) return;
    this.#stopLooking();
    this.#nextLook = instant;
    this.#stopLooking = this.#later(Math.max(1, (instant - wallClock()) / 1000), () => this.look());
  }

  #leaseOf(workspace: Workspace): Lease {
    const lease = this.#leases.get(workspace) ?? new Lease();
    this.#leases.set(workspace, lease);
    return lease;
  }

  #give(workspace: Workspace): string {
    const token = workspaceToken(workspace.secret ?? '', host.nonce());
    this.#workspaces.tokens.give(workspace.id, token);
    return token;
  }
}

const opensWithServers = (): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    told`Failed to give a token for the workspace "default": it is the server's own, and opens with the token of the server. ${controlCall('POST', '/workspaces')} makes one with a token.`,
  );
