import { hash } from 'node:crypto';

/** The hash of a token, by workspace; `null` for one that is no more. */
export type TokenHashes = Readonly<Record<string, string | null>>;

const hashOf = (token: string): string => hash('sha256', token, 'hex');

/** The tokens of workspaces, of which only hashes are known: to look one up takes as long whether it is there or not. */
export class Tokens {
  readonly #byHash = new Map<string, string>();
  readonly #ofWorkspace = new Map<string, string>();
  readonly #tell: (change: TokenHashes) => void;

  /** `tell` hears of each change. */
  constructor(tell: (change: TokenHashes) => void) {
    this.#tell = tell;
  }

  get all(): TokenHashes {
    return Object.fromEntries(this.#ofWorkspace);
  }

  /** The workspace that a token opens. */
  workspaceOf(token: string): string | undefined {
    return this.#byHash.get(hashOf(token));
  }

  /** From now on this token opens the workspace, and no other one does. */
  give(workspace: string, token: string): void {
    this.load({ [workspace]: hashOf(token) });
    this.#tell({ [workspace]: hashOf(token) });
  }

  forget(workspace: string): void {
    if (!this.#ofWorkspace.has(workspace)) return;
    this.load({ [workspace]: null });
    this.#tell({ [workspace]: null });
  }

  /** What was known before. */
  load(hashes: TokenHashes): void {
    for (const [workspace, hash] of Object.entries(hashes)) {
      this.#byHash.delete(this.#ofWorkspace.get(workspace) ?? '');
      this.#ofWorkspace.delete(workspace);
      if (hash === null) continue;
      this.#byHash.set(hash, workspace);
      this.#ofWorkspace.set(workspace, hash);
    }
  }
}
