import type { Entry } from './engine/past/journal.js';
import type { World } from './engine/world.js';
import { host } from './host/node.js';

/** Somebody who watches the timeline of a workspace. */
export interface Follower {
  readonly entry: (entry: Entry) => void;
  /** The world was reset, restored or rewound: numbers begin anew. */
  readonly renewed: () => void;
  /** The workspace, or the server, has come to its end. */
  readonly ended: () => void;
}

/** Those who watch a workspace, whichever world it has. */
export class Followers {
  /** Each with what ends its listening to the present world. */
  readonly #followers = new Map<Follower, () => void>();
  #worldName: string | undefined;

  /** No other world has this name, in no other process: worlds of one seed have equal ids and numbers. */
  get worldName(): string {
    return (this.#worldName ??= host.nonce());
  }

  /** Tells of every new entry of the timeline until the returned function is called; another world does not end it. */
  add(follower: Follower, world: World): () => void {
    this.#followers.set(follower, world.journal.listen(follower.entry));
    return () => {
      this.#followers.get(follower)?.();
      this.#followers.delete(follower);
    };
  }

  /** The workspace has another world. */
  renew(world: World): void {
    this.#worldName = undefined;
    for (const follower of this.#followers.keys()) {
      this.#followers.set(follower, world.journal.listen(follower.entry));
      follower.renewed();
    }
  }

  end(): void {
    for (const { ended } of this.#followers.keys()) ended();
  }
}
