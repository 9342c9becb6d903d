import type { DirectoryObject } from './directory-object.js';
import type { Objects } from './runtime.js';
import type { WorkspaceObject } from './workspace-object.js';

/** The methods of an object as others call them. */
type Called<T> = {
  readonly [K in keyof T]: T[K] extends (...given: infer Given) => infer R
    ? (...given: Given) => Promise<Awaited<R>>
    : never;
};

/** What wrangler.jsonc and `wrangler secret put` give the Worker. */
export interface Env {
  /** The token of the service: whoever has it makes workspaces. Without it, only this machine is served. */
  readonly GREENROOM_TOKEN?: string;
  /** Hosts that webhooks may be sent to, apart by commas, where there is no token; workspaces of a service have `allow_hosts`. */
  readonly GREENROOM_ALLOW_HOSTS?: string;
  readonly WORKSPACES: Objects<Called<WorkspaceObject>>;
  readonly DIRECTORY: Objects<Called<DirectoryObject>>;
}

/** Bytes that a world may remember: an isolate has 128 MB, and may hold more objects than one. */
export const MEMORY_MAX = 32 * 2 ** 20;
/** The same of a world that is nobody's. */
export const MEMORY_MIN = 2 ** 20;
/** What an app calls after a delivery comes over a network, and not from the same machine. */
export const QUIET = '20ms';

/** There is one for all workspaces. */
export const directoryOf = ({ DIRECTORY }: Env): Called<DirectoryObject> =>
  DIRECTORY.get(DIRECTORY.idFromName('directory'));

/** An object is named by the tag of its workspace, with which its credentials begin; that of `default` has its name. */
export const workspaceOf = ({ WORKSPACES }: Env, object: string): Called<WorkspaceObject> =>
  WORKSPACES.get(WORKSPACES.idFromName(object));
