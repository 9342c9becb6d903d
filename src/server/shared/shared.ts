import type { Connections } from '../host.js';
import type { WorkspaceOptions } from '../workspaces/workspace.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { Tenants } from './tenants.js';

/** What the rest of a server has of this room. Most of its code is loaded by servers that are shared, and by no others. */

/** Keeps the workspaces of strangers apart. */
export interface Apartness {
  /** What nobody can guess, for a workspace that is made. */
  readonly newSecret: () => string;
  /** Refuses what a workspace of strangers cannot be made with, or changed to. Throws INVALID_BODY. */
  readonly assertFits: (options: Pick<WorkspaceOptions, 'settings'>) => void;
}

export interface SharedServer {
  /** Connections that lead to no address of the server's own network. */
  readonly connect: () => Connections;
  readonly apart: Apartness;
  readonly open: (workspaces: Workspaces) => Tenants;
}
