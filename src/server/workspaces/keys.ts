import { GreenroomError } from '../../errors.js';
import { isPlaceholder } from '../providers/keys.js';
import type { Vendor } from '../providers/provider.js';
import { bearsTag, tagIn } from '../providers/tags.js';
import { conflict } from './errors.js';
import type { Workspace } from './workspace.js';

const RETIRED_KEPT = 10_000;

interface KeysOptions {
  readonly vendors: readonly Vendor[];
  readonly workspaces: () => Iterable<Workspace>;
  /** Strangers share the server: each credential begins with the tag of its workspace. */
  readonly isShared: boolean;
  /** Hears which credentials are good no more. */
  readonly onRetired: (keys: readonly string[]) => void;
}

/** Whose a credential is: the workspace's own ones, and those that its world gave out. */
export class WorkspaceKeys {
  readonly #options: KeysOptions;
  readonly #vendors: ReadonlyMap<string, Vendor>;
  /** By vendor and credential: at each call, to put both into one text would take as long as all else here. */
  readonly #byCredential: ReadonlyMap<string, Map<string, Workspace>>;
  /** By the tag; empty where there are none. */
  readonly #byTag = new Map<string, Workspace>();
  /** Who gave a credential out: more than one, if it came along in a snapshot. */
  readonly #givers = new Map<string, Set<Workspace>>();
  /** The last credentials that were good once, also of worlds that are gone: they let nobody in as unknown ones. */
  readonly #retired = new Set<string>();

  constructor(options: KeysOptions) {
    this.#options = options;
    this.#vendors = new Map(options.vendors.map((vendor) => [vendor.name, vendor]));
    this.#byCredential = new Map(options.vendors.map(({ name }) => [name, new Map<string, Workspace>()]));
  }

  get retired(): readonly string[] {
    return [...this.#retired];
  }

  /** The workspace that has a credential, or that gave it out. */
  ownerOf(provider: Vendor, credential: string): Workspace | undefined {
    const owner = this.#byCredential.get(provider.name)?.get(credential);
    return owner && !isPlaceholder(credential) ? owner : this.#giverOf(provider, credential);
  }

  /** True for what lets nobody in as unknown. */
  isSpent(provider: Vendor, credential: string): boolean {
    return isPlaceholder(credential) || this.#retired.has(keyOf(provider, credential));
  }

  /** Throws CONFLICT for a credential of another workspace, INVALID_VENDOR for one that a stranger can tell. */
  assertFree(workspace: Workspace, keys = this.of(workspace)): void {
    const taken = keys.find((key) => (this.#holderOf(key) ?? workspace) !== workspace);
    if (taken !== undefined)
      throw conflict(`a credential of ${taken.split(' ', 1)[0]} belongs to another workspace already`);
    if (!this.#options.isShared) return;
    for (const vendor of this.#options.vendors)
      if (!workspace.credentials(vendor).every((credential) => bearsTag(workspace.world, vendor, credential)))
        throw guessable(vendor);
  }

  of(workspace: Workspace): string[] {
    return this.#options.vendors.flatMap((provider) =>
      workspace.credentials(provider).map((credential) => keyOf(provider, credential)),
    );
  }

  claim(workspace: Workspace): void {
    for (const key of this.of(workspace)) {
      const [name, credential] = partsOf(key);
      this.#byCredential.get(name)?.set(credential, workspace);
      this.#retired.delete(key);
    }
    const { tag } = workspace.world;
    if (tag !== '') this.#byTag.set(tag, workspace);
    this.#learn(workspace);
  }

  release(workspace: Workspace): void {
    const keys = this.of(workspace);
    this.drop(workspace);
    this.retire(keys);
  }

  /** The same, but they are good again at once. */
  drop(workspace: Workspace): void {
    for (const key of this.of(workspace)) {
      const [name, credential] = partsOf(key);
      this.#byCredential.get(name)?.delete(credential);
    }
    this.#byTag.delete(workspace.world.tag);
  }

  /** What its world gave out. Not what another workspace gave out, whose snapshot it has: strangers' are apart. */
  issuedBy({ world }: Workspace): string[] {
    return this.#options.vendors.flatMap((provider) =>
      (provider.issuedCredentials?.(world) ?? [])
        .filter((credential) => bearsTag(world, provider, credential))
        .map((credential) => keyOf(provider, credential)),
    );
  }

  /** What a world gave out lets nobody in any more. */
  forget(workspace: Workspace, given: readonly string[]): void {
    for (const key of given) {
      const givers = this.#givers.get(key);
      if (givers?.delete(workspace) && givers.size === 0) this.#givers.delete(key);
    }
    this.retire(given);
  }

  retire(keys: readonly string[]): void {
    // Where no unknown key is let in, nobody need know which were good once.
    if (this.#options.isShared) return;
    if (keys.length > 0) this.#options.onRetired(keys);
    for (const key of keys) this.#retired.add(key);
    for (const oldest of this.#retired) {
      if (this.#retired.size <= RETIRED_KEPT) return;
      this.#retired.delete(oldest);
    }
  }

  #holderOf(key: string): Workspace | undefined {
    const [name, credential] = partsOf(key);
    return this.#byCredential.get(name)?.get(credential);
  }

  #giverOf(provider: Vendor, credential: string): Workspace | undefined {
    const { issuedHere } = provider;
    const givers = this.#givers.get(keyOf(provider, credential));
    // The oldest of several.
    if (givers) for (const workspace of this.#options.workspaces()) if (givers.has(workspace)) return workspace;
    if (issuedHere)
      for (const workspace of this.#mayHaveGiven(provider, credential))
        if (issuedHere(workspace.world, credential)) return workspace;
    return undefined;
  }

  /** Where strangers share the server, no other world is asked. */
  #mayHaveGiven(provider: Vendor, credential: string): Iterable<Workspace> {
    if (!this.#options.isShared) return this.#options.workspaces();
    const tagged = this.#byTag.get(tagIn(provider, credential));
    return tagged ? [tagged] : [];
  }

  #learn(workspace: Workspace): void {
    const { world } = workspace;
    const learn = (key: string): void => {
      const givers = this.#givers.get(key);
      if (givers) givers.add(workspace);
      else this.#givers.set(key, new Set([workspace]));
    };
    world.onIssue = (name, credential) => {
      const vendor = this.#vendors.get(name);
      if (vendor && bearsTag(world, vendor, credential)) learn(keyOf(vendor, credential));
    };
    for (const key of this.issuedBy(workspace)) learn(key);
  }
}

const keyOf = ({ name }: Pick<Vendor, 'name'>, credential: string): string => `${name} ${credential}`;

/** The name of no vendor has a space. */
function partsOf(key: string): readonly [name: string, credential: string] {
  const end = key.indexOf(' ');
  return [key.slice(0, end), key.slice(end + 1)];
}

const guessable = ({ name }: Vendor): GreenroomError =>
  new GreenroomError(
    'INVALID_VENDOR',
    `Failed to share the server: the credentials of the vendor "${name}" can be guessed. Have its settings.generate(number, secret) derive them from the secret, as settingsFor of greenroom/vendor does.`,
  );
