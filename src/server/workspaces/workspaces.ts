import { CoverageCounter } from '../../contracts/coverage/counter.js';
import type { Directory } from '../history/directory.js';
import type { Keeper } from '../history/keeper.js';
import type { Doors } from '../history/replay.js';
import type { Vendor } from '../providers/provider.js';
import { Tokens } from '../shared/tokens.js';
import { assertNoTerms, conflict, unknownWorkspace } from './errors.js';
import { WorkspaceKeys } from './keys.js';
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
  /** It was found by no credential: the path is open to all. */
  readonly isOpen?: boolean;
}

/** The workspaces of a server, found by id or by a credential of theirs. */
export class Workspaces {
  readonly #context: WorkspaceContext;
  readonly #byId = new Map<string, Workspace>();
  readonly #keys: WorkspaceKeys;
  /** What was exercised in workspaces that are gone. */
  readonly #gone = new CoverageCounter();
  /** Hears of each workspace that is deleted or reset, as it is then. */
  onEnd: (workspace: Workspace) => void = () => undefined;
  /** What opens workspaces on a server that strangers share. */
  readonly tokens = new Tokens((tokens) => this.#keeper?.directory.add({ tokens }));
  #count = 0;
  #keeper: Keeper | undefined;
  /** The ways in for calls that are taken again. */
  doors: Doors | undefined;

  constructor(context: WorkspaceContext, options: WorkspaceOptions) {
    this.#context = context;
    this.#keys = new WorkspaceKeys({
      vendors: context.vendors,
      workspaces: () => this.#byId.values(),
      isShared: context.apart !== undefined,
      onRetired: (retired) => this.#keeper?.directory.add({ retired }),
    });
    this.create({ ...options, id: DEFAULT_WORKSPACE });
  }

  /** Strangers share the server. */
  get isShared(): boolean {
    return this.#context.apart !== undefined;
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

  /** The workspace of this id, if there is one. */
  byId(id: string): Workspace | undefined {
    return this.#byId.get(id);
  }

  /** Throws UNKNOWN_WORKSPACE. */
  get(id: string): Workspace {
    const found = this.#byId.get(id);
    if (found) return found;
    throw unknownWorkspace(id);
  }

  /** A workspace that there was before, as it was made then; see {@link revived}. Throws INVALID_BODY and UNKNOWN_SCENARIO. */
  revive({ id, number, options }: Workspace['origin']): Workspace {
    const workspace = new Workspace(id, number, options, this.#context);
    const present = this.#byId.get(id);
    if (present) this.#keys.drop(present);
    present?.close();
    this.#byId.set(id, workspace);
    this.#count = Math.max(this.#count, number + 1);
    return workspace;
  }

  /** What is to be known of workspaces that are no more. */
  remember({ count, retired, tokens }: Directory): void {
    this.#count = Math.max(this.#count, count);
    this.#keys.retire(retired);
    this.tokens.load(tokens);
  }

  /** Has a workspace be found by its credentials, now that it is what it was. */
  revived(workspace: Workspace): void {
    this.#keys.claim(workspace);
  }

  /** Has the runs of all workspaces kept that are not kept yet, and of those that are made later. */
  keepWith(keeper: Keeper): void {
    const tokens = Object.fromEntries(Object.entries(this.tokens.all).filter(([id]) => this.#byId.has(id)));
    keeper.directory.begin({ count: this.#count, retired: this.#keys.retired, tokens });
    this.#keeper = keeper;
    for (const workspace of this.#byId.values()) if (!workspace.keeper) keeper.keep(workspace);
  }

  /** Throws CONFLICT for an id or a credential that is taken, and INVALID_BODY. */
  create(given: WorkspaceOptions): Workspace {
    const { apart } = this.#context;
    if (apart) apart.assertFits(given);
    else assertNoTerms({ ...given });
    const options = apart ? { secret: apart.newSecret(), ...given } : given;
    const number = this.#freeNumber();
    const id = options.id ?? `ws_${number}`;
    if (this.#byId.has(id)) throw conflict(`the id "${id}" is taken`);
    const workspace = new Workspace(id, number, options, this.#context);
    this.#keys.assertFree(workspace);
    this.#keys.claim(workspace);
    this.#byId.set(id, workspace);
    this.#count = number + 1;
    this.#keeper?.directory.add({ count: this.#count });
    this.#keeper?.keep(workspace);
    return workspace;
  }

  patch(id: string, changes: Parameters<Workspace['patch']>[0]): Workspace {
    const workspace = this.get(id);
    this.#context.apart?.assertFits(changes);
    this.#keys.release(workspace);
    try {
      workspace.patch(changes, () => this.#keys.assertFree(workspace));
    } finally {
      this.#keys.claim(workspace);
    }
    return workspace;
  }

  reset(id: string): void {
    const workspace = this.get(id);
    this.onEnd(workspace);
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
    this.#keys.assertFree(workspace, this.#keys.of(twin));
    this.#renew(workspace, () => workspace.become(twin));
  }

  /** Ends a workspace. `default` stays; it can be reset. */
  delete(id: string): void {
    const workspace = this.get(id);
    if (id === DEFAULT_WORKSPACE) throw conflict('the workspace "default" cannot be deleted, only reset');
    this.#keys.release(workspace);
    this.#keys.forget(workspace, this.#keys.issuedBy(workspace));
    this.#byId.delete(id);
    this.#gone.add(workspace.coverage);
    this.onEnd(workspace);
    workspace.relay?.close();
    workspace.close();
    this.tokens.forget(id);
    this.#keeper?.forget(id);
  }

  /**
   * The workspace that a credential belongs to; for an unknown one, `default` if it lets unknown ones in.
   * `issued` tells the two apart.
   */
  find(provider: Vendor, credential: string): Found | undefined {
    const owner = this.#keys.ownerOf(provider, credential);
    if (owner) return { workspace: owner, issued: true };
    if (this.#context.apart || this.#keys.isSpent(provider, credential)) return undefined;
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

  /** The next number whose id nobody has chosen for a workspace of its own. */
  #freeNumber(): number {
    let number = this.#count;
    while (this.#byId.has(`ws_${number}`)) number++;
    return number;
  }

  /** Has a workspace get another world: what the old one gave out lets nobody in, if the new one does not know it. */
  #renew(workspace: Workspace, renew: () => void): void {
    const given = this.#keys.issuedBy(workspace);
    this.#keys.release(workspace);
    try {
      renew();
      this.#keys.forget(workspace, given);
    } finally {
      this.#keys.claim(workspace);
    }
  }
}
