import type { Server } from '../../../src/server/server.js';
import { bearsTag } from '../../../src/server/providers/tags.js';
import type { Workspace } from '../../../src/server/workspaces/workspace.js';
import { directoryOf, type Env } from './env.js';
import type { Sql } from './runtime.js';

const TABLE = 'CREATE TABLE IF NOT EXISTS owed (keys INTEGER NOT NULL)';

/** Tells the directory of credentials of this workspace that do not say themselves where they lead. */
export class Telling {
  readonly #env: Env;
  readonly #sql: Sql;
  readonly #vendors: Server['vendors'];
  /** What the directory has may be something else, also since a life before. */
  #isOwed: boolean;

  constructor(env: Env, sql: Sql, vendors: Server['vendors']) {
    [this.#env, this.#sql, this.#vendors] = [env, sql, vendors];
    sql.exec(TABLE);
    this.#isOwed = sql.exec('SELECT keys FROM owed').toArray().length > 0;
  }

  /** Something is about to change. Written down before: whoever lives the change again knows that it may be untold. */
  owe(): void {
    if (!this.#isOwed) this.#sql.exec('INSERT INTO owed VALUES (1)');
    this.#isOwed = true;
  }

  paid(): void {
    this.#sql.exec('DELETE FROM owed');
    this.#isOwed = false;
  }

  /** Has the directory know what leads here, and no more. */
  async settle(workspace: Workspace): Promise<void> {
    if (!this.#isOwed) return;
    await directoryOf(this.#env).settle(workspace.id, this.keysOf(workspace));
    this.paid();
  }

  /** What the directory is to know; with changes that are still to be made, what it would have to. */
  keysOf(workspace: Workspace, changes: Readonly<Record<string, unknown>> = {}): string[] {
    return this.#vendors.flatMap((vendor) => {
      const settings: unknown = Object.assign(
        Object.create(workspace.settings(vendor.name) as object),
        changes[vendor.name],
      );
      return vendor.settings
        .credentials(settings)
        .filter((credential) => workspace.world.tag === '' || !bearsTag(workspace.world, vendor, credential))
        .map((credential) => `${vendor.name} ${credential}`);
    });
  }
}
