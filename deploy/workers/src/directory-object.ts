import { DurableObject } from 'cloudflare:workers';
import { DEFAULT_WORKSPACE } from '../../../src/server/workspaces/workspace.js';
import type { Env } from './env.js';
import type { ObjectState, Sql, SqlValue } from './runtime.js';

/** `object` is the name of the object of a workspace; `made` is 0 while it is only about to be made. */
const TABLES = `
CREATE TABLE IF NOT EXISTS workspaces (id TEXT PRIMARY KEY, number INTEGER NOT NULL, object TEXT NOT NULL, made INTEGER NOT NULL, owner TEXT);
CREATE INDEX IF NOT EXISTS workspaces_of ON workspaces (owner);
CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS keys_of ON keys (id);
CREATE TABLE IF NOT EXISTS numbers (next INTEGER NOT NULL)`;

/** A workspace that is about to be made in this object. */
interface Reservation {
  readonly object: string;
  readonly wanted: string | undefined;
  readonly owner: string | undefined;
}

/**
 * Knows of all workspaces what no object can know alone: their ids and numbers, and the credentials that users have chosen for
 * them. Those that greenroom makes say themselves where they lead.
 */
export class DirectoryObject extends DurableObject<Env> {
  readonly #sql: Sql;
  readonly #workspaces: Env['WORKSPACES'];

  constructor(state: ObjectState, env: Env) {
    super(state, env);
    [this.#sql, this.#workspaces] = [state.storage.sql, env.WORKSPACES];
    this.#sql.exec(TABLES);
    if (this.#row('SELECT next FROM numbers')) return;
    this.#sql.exec('INSERT INTO numbers (next) VALUES (1)');
    this.#sql.exec('INSERT INTO workspaces VALUES (?, 0, ?, 1, NULL)', DEFAULT_WORKSPACE, DEFAULT_WORKSPACE);
  }

  /** Keeps an id and a number for a workspace that is about to be made; `undefined` if the id is taken. */
  reserve({ object, wanted, owner }: Reservation): { readonly id: string; readonly number: number } | undefined {
    let { next: number } = this.#row<{ next: number }>('SELECT next FROM numbers')!;
    if (wanted === undefined) while (this.#stateOf(`ws_${number}`) !== undefined) number++;
    else if (this.#stateOf(wanted) === 1) return undefined;
    const id = wanted ?? `ws_${number}`;
    this.#sql.exec('INSERT OR REPLACE INTO workspaces VALUES (?, ?, ?, 0, ?)', id, number, object, owner ?? null);
    return { id, number };
  }

  /** The workspace is made in this object. Returns why it cannot be: another has its id, or a credential of these. */
  make(id: string, object: string, keys: readonly string[]): string | undefined {
    if (!this.#isIn(id, object)) return `the id "${id}" is taken`;
    const conflict = this.claim(id, keys);
    if (conflict !== undefined) {
      this.remove(id, object);
      return conflict;
    }
    this.#sql.exec('UPDATE workspaces SET made = 1 WHERE id = ?', id);
    this.#sql.exec('UPDATE numbers SET next = max(next, (SELECT number + 1 FROM workspaces WHERE id = ?))', id);
    return undefined;
  }

  /** These credentials lead to the workspace, too. Returns why they cannot, if another has one; then nothing is changed. */
  claim(id: string, keys: readonly string[]): string | undefined {
    const taken = keys.find((key) => (this.#ownerOf(key) ?? id) !== id);
    if (taken !== undefined) return `a credential of ${taken.split(' ', 1)[0]} belongs to another workspace already`;
    this.#give(id, keys);
    return undefined;
  }

  /** These lead to the workspace, and no others; the one that had a credential first keeps it. */
  settle(id: string, keys: readonly string[]): void {
    this.#sql.exec('DELETE FROM keys WHERE id = ?', id);
    this.#give(
      id,
      keys.filter((key) => this.#ownerOf(key) === undefined),
    );
  }

  /** The workspace of this object is no more, or will not be made. Another may have its id by now: that one stays. */
  remove(id: string, object: string): void {
    if (!this.#isIn(id, object)) return;
    this.#sql.exec('DELETE FROM workspaces WHERE id = ?', id);
    this.#sql.exec('DELETE FROM keys WHERE id = ?', id);
  }

  /** The object of a workspace. */
  objectOf(id: string): string | undefined {
    return this.#row<{ object: string }>('SELECT object FROM workspaces WHERE id = ? AND made = 1', id)?.object;
  }

  /** The object of the workspace to which one of these credentials leads. */
  find(keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const owner = this.#ownerOf(key);
      if (owner !== undefined) return this.objectOf(owner);
    }
    return undefined;
  }

  /** The first so many workspaces, in the order in which they were made, and how many there are: all, or those of an owner. */
  list(limit: number, owner: string | null = null) {
    const which = 'FROM workspaces WHERE made = 1 AND (?1 IS NULL OR owner = ?1)';
    const workspaces = this.#sql
      .exec<{ id: string; object: string }>(`SELECT id, object ${which} ORDER BY number, rowid LIMIT ?2`, owner, limit)
      .toArray();
    const { n: count } = this.#row<{ n: number }>(`SELECT count(*) AS n ${which}`, owner)!;
    return { workspaces, count };
  }

  /** Objects know of their own names what the engine makes of them. */
  #isIn(id: string, object: string): boolean {
    const row = this.#row<{ object: string }>('SELECT object FROM workspaces WHERE id = ?', id);
    return row !== undefined && this.#workspaces.idFromName(row.object).toString() === object;
  }

  #give(id: string, keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec('INSERT OR REPLACE INTO keys VALUES (?, ?)', key, id);
  }

  #ownerOf(key: string): string | undefined {
    return this.#row<{ id: string }>('SELECT id FROM keys WHERE key = ?', key)?.id;
  }

  #stateOf(id: string): number | undefined {
    return this.#row<{ made: number }>('SELECT made FROM workspaces WHERE id = ?', id)?.made;
  }

  #row<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
