import { CoverageCounter } from '../contracts/coverage-counter.js';
import { GreenroomError } from '../errors.js';
import type { Directory } from './history/directory.js';
import type { Keeper } from './history/keeper.js';
import type { Doors } from './history/replay.js';
import { isPlaceholder } from './providers/keys.js';
import type { Vendor } from './providers/provider.js';
import { bearsTag } from './providers/tags.js';
import {
  DEFAULT_WORKSPACE,
  Workspace,
  type WorkspaceOptions,
  type WorkspaceContext,
  type WorkspaceSnapshot,
} from './workspace.js';

/** The workspace of a credential. */
export interface Found {
  readonly workspace: Workspace;
  /** False for a key of the user's own that `auth: "any"` let in. */
  readonly issued: boolean;
}

const RETIRED_KEPT = 10_000;

/** The workspaces of a server, found by id or by a credential of theirs. */
export class Workspaces {
  readonly #context: WorkspaceContext;
  readonly #byId = new Map<string, Workspace>();
  /** `vendor credential` to workspace. */
  readonly #byCredential = new Map<string, Workspace>();
  /** Who gave a credential out: more than one, if it came along in a snapshot. */
  readonly #givers = new Map<string, Set<Workspace>>();
  /** The last credentials that were good once, also of worlds that are gone: they let nobody in as unknown ones. */
  readonly #retired = new Set<string>();
  /** What was exercised in workspaces that are gone. */
  readonly #gone = new CoverageCounter();
  #count = 0;
  #keeper: Keeper | undefined;
  /** The ways in for calls that are taken again. */
  doors: Doors | undefined;

  constructor(context: WorkspaceContext, options: WorkspaceOptions) {
    this.#context = context;
    this.create({ ...options, id: DEFAULT_WORKSPACE });
  }

  get size(): number {
    return this.#byId.size;
  }

  get default(): Workspace {
    return this.#byId.get(DEFAULT_WORKSPACE)!;
  }

  list(): Workspace[] {
    return [...this.#byId.values()];
  }

  /** Throws UNKNOWN_WORKSPACE. */
  get(id: string): Workspace {
    const found = this.#byId.get(id);
    if (found) return found;
    throw new GreenroomError(
      'UNKNOWN_WORKSPACE',
      `Failed to find the workspace "${id}": there is none. GET /_greenroom/workspaces lists them.`,
      {
        workspace: id,
      },
    );
  }

  /** A workspace that there was before, as it was made then; see {@link revived}. Throws INVALID_BODY and UNKNOWN_SCENARIO. */
  revive({ id, number, options }: Workspace['origin']): Workspace {
    const workspace = new Workspace(id, number, options, this.#context);
    const present = this.#byId.get(id);
    for (const key of present ? this.#keysOf(present) : []) this.#byCredential.delete(key);
    present?.close();
    this.#byId.set(id, workspace);
    this.#count = Math.max(this.#count, number + 1);
    return workspace;
  }

  /** What is to be known of workspaces that are no more. */
  remember({ count, retired }: Directory): void {
    this.#count = Math.max(this.#count, count);
    this.#retire(retired);
  }

  /** Has a workspace be found by its credentials, now that it is what it was. */
  revived(workspace: Workspace): void {
    this.#claim(workspace);
  }

  /** Has the runs of all workspaces kept that are not kept yet, and of those that are made later. */
  keepWith(keeper: Keeper): void {
    keeper.directory.begin({ count: this.#count, retired: [...this.#retired] });
    this.#keeper = keeper;
    for (const workspace of this.#byId.values()) if (!workspace.keeper) keeper.keep(workspace);
  }

  /** Throws CONFLICT for an id or a credential that is taken. */
  create(options: WorkspaceOptions): Workspace {
    const number = this.#freeNumber();
    const id = options.id ?? `ws_${number}`;
    if (this.#byId.has(id)) throw conflict(`the id "${id}" is taken`);
    const workspace = new Workspace(id, number, options, this.#context);
    this.#assertFree(workspace);
    this.#claim(workspace);
    this.#byId.set(id, workspace);
    this.#count = number + 1;
    this.#keeper?.directory.add({ count: this.#count });
    this.#keeper?.keep(workspace);
    return workspace;
  }

  patch(id: string, changes: Parameters<Workspace['patch']>[0]): Workspace {
    const workspace = this.get(id);
    this.#release(workspace);
    try {
      workspace.patch(changes, () => this.#assertFree(workspace));
    } finally {
      this.#claim(workspace);
    }
    return workspace;
  }

  reset(id: string): void {
    const workspace = this.get(id);
    this.#renew(workspace, () => workspace.reset());
  }

  /** See {@link Workspace.restore}. */
  restore(id: string, snapshot: WorkspaceSnapshot, text: string): void {
    const workspace = this.get(id);
    this.#renew(workspace, () => workspace.restore(snapshot, text));
  }

  /** See {@link Workspace.become}. What the world gave out after that instant lets nobody in. */
  rewind(id: string, twin: Workspace): void {
    const workspace = this.get(id);
    this.#assertFree(workspace, this.#keysOf(twin));
    this.#renew(workspace, () => workspace.become(twin));
  }

  /** Ends a workspace. `default` stays; it can be reset. */
  delete(id: string): void {
    const workspace = this.get(id);
    if (id === DEFAULT_WORKSPACE) throw conflict('the workspace "default" cannot be deleted, only reset');
    this.#release(workspace);
    this.#forget(workspace, this.#issuedCredentials(workspace));
    this.#byId.delete(id);
    this.#gone.add(workspace.coverage);
    workspace.close();
    this.#keeper?.forget(id);
  }

  /**
   * The workspace that a credential belongs to; for an unknown one, `default` if it lets unknown ones in.
   * `issued` tells the two apart.
   */
  find(provider: Vendor, credential: string): Found | undefined {
    const owner = this.#byCredential.get(keyOf(provider, credential));
    if (owner && !isPlaceholder(credential)) return { workspace: owner, issued: true };
    const giver = this.#giverOf(provider, credential);
    if (giver) return { workspace: giver, issued: true };
    if (isPlaceholder(credential) || this.#retired.has(keyOf(provider, credential))) return undefined;
    const workspace = this.default;
    return (workspace.settings(provider.name) as { auth?: unknown }).auth === 'any'
      ? { workspace, issued: false }
      : undefined;
  }

  /** What was exercised in all workspaces that there are and were. */
  coverage(): CoverageCounter {
    const sum = new CoverageCounter();
    sum.add(this.#gone);
    for (const workspace of this.#byId.values()) sum.add(workspace.coverage);
    return sum;
  }

  close(): void {
    for (const workspace of this.#byId.values()) workspace.close();
  }

  #giverOf(provider: Vendor, credential: string): Workspace | undefined {
    const { issuedHere } = provider;
    const givers = this.#givers.get(keyOf(provider, credential));
    // The oldest of several.
    if (givers) return this.list().find((workspace) => givers.has(workspace));
    return (
      issuedHere &&
      this.list().find(({ world }) => bearsTag(world, provider, credential) && issuedHere(world, credential))
    );
  }

  /** The next number whose id nobody has chosen for a workspace of its own. */
  #freeNumber(): number {
    let number = this.#count;
    while (this.#byId.has(`ws_${number}`)) number++;
    return number;
  }

  /** Not what another workspace gave out, whose snapshot was restored in this one: strangers' are apart. */
  #issuedCredentials({ world }: Workspace): string[] {
    return this.#context.vendors.flatMap((provider) =>
      (provider.issuedCredentials?.(world) ?? [])
        .filter((credential) => bearsTag(world, provider, credential))
        .map((credential) => keyOf(provider, credential)),
    );
  }

  /** Has a workspace get another world: what the old one gave out lets nobody in, if the new one does not know it. */
  #renew(workspace: Workspace, renew: () => void): void {
    const given = this.#issuedCredentials(workspace);
    this.#release(workspace);
    try {
      renew();
      this.#forget(workspace, given);
    } finally {
      this.#claim(workspace);
    }
  }

  #learn(workspace: Workspace): void {
    const learn = (key: string): void => {
      const givers = this.#givers.get(key);
      if (givers) givers.add(workspace);
      else this.#givers.set(key, new Set([workspace]));
    };
    const { world } = workspace;
    const vendors = new Map(this.#context.vendors.map((vendor) => [vendor.name, vendor]));
    world.onIssue = (name, credential) => {
      const vendor = vendors.get(name);
      if (vendor && bearsTag(world, vendor, credential)) learn(keyOf(vendor, credential));
    };
    for (const key of this.#issuedCredentials(workspace)) learn(key);
  }

  #forget(workspace: Workspace, given: readonly string[]): void {
    for (const key of given) {
      const givers = this.#givers.get(key);
      if (givers?.delete(workspace) && givers.size === 0) this.#givers.delete(key);
    }
    this.#retire(given);
  }

  #keysOf(workspace: Workspace): string[] {
    return this.#context.vendors.flatMap((provider) =>
      workspace.credentials(provider).map((credential) => keyOf(provider, credential)),
    );
  }

  #assertFree(workspace: Workspace, keys = this.#keysOf(workspace)): void {
    const taken = keys.find((key) => (this.#byCredential.get(key) ?? workspace) !== workspace);
    if (taken !== undefined)
      throw conflict(`a credential of ${taken.split(' ', 1)[0]} belongs to another workspace already`);
  }

  #claim(workspace: Workspace): void {
    for (const key of this.#keysOf(workspace)) {
      this.#byCredential.set(key, workspace);
      this.#retired.delete(key);
    }
    this.#learn(workspace);
  }

  #release(workspace: Workspace): void {
    const keys = this.#keysOf(workspace);
    for (const key of keys) this.#byCredential.delete(key);
    this.#retire(keys);
  }

  #retire(keys: readonly string[]): void {
    if (keys.length > 0) this.#keeper?.directory.add({ retired: keys });
    for (const key of keys) this.#retired.add(key);
    for (const oldest of this.#retired) {
      if (this.#retired.size <= RETIRED_KEPT) return;
      this.#retired.delete(oldest);
    }
  }
}

const keyOf = ({ name }: Pick<Vendor, 'name'>, credential: string): string => `${name} ${credential}`;

const conflict = (reason: string): GreenroomError =>
  new GreenroomError('CONFLICT', `Failed to keep workspaces apart: ${reason}.`);
