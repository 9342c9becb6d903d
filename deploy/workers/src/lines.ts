import type { Rewriting, RunLines, RunStore } from '../../../src/server/history/store.js';
import type { ObjectStorage } from './runtime.js';

/** A value may have two megabytes, and a character may take three bytes. */
const PIECE = 2 ** 19;
/** So many pieces are read at a time. */
const BATCH = 8;
/** After so many appended pieces a run is better begun with a frame, whether there is a quiet moment or not. */
const LONG = 20_000;

const KNOWN = 'CREATE TABLE IF NOT EXISTS known (text TEXT NOT NULL)';
const TABLES = `
CREATE TABLE IF NOT EXISTS pieces (number INTEGER PRIMARY KEY, run INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS present (id TEXT NOT NULL, run INTEGER NOT NULL)`;

/** The run of one workspace in the SQLite of its object. */
class ObjectLines implements RunLines {
  readonly #storage: ObjectStorage;
  readonly #id: string;
  #run: number;
  /** How many pieces were added to the run. */
  count: number;

  private constructor(storage: ObjectStorage, id: string, run: number) {
    this.#storage = storage;
    this.#id = id;
    this.#run = run;
    this.count = storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM pieces').toArray()[0]!.n;
  }

  /** The lines of the workspace that is kept here, if there is one; what was never finished is cleared away. */
  static find(storage: ObjectStorage): ObjectLines | undefined {
    const present = presentIn(storage);
    if (!present) return undefined;
    storage.sql.exec('DELETE FROM pieces WHERE run <> ?', present.run);
    return new ObjectLines(storage, present.id, present.run);
  }

  static make(storage: ObjectStorage, id: string): ObjectLines {
    storage.sql.exec(TABLES);
    storage.sql.exec('INSERT INTO present (id, run) VALUES (?, 0)', id);
    return new ObjectLines(storage, id, 0);
  }

  get id(): string {
    return this.#id;
  }

  *read(): Generator<string> {
    let rest = '';
    for (const text of this.#pieces()) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  }

  append(text: string): void {
    this.#storage.transactionSync(() => this.#add(this.#run, text));
  }

  rewrite(): Rewriting {
    const run = this.#run + 1;
    let waiting = '';
    const write = (): void => {
      this.#add(run, waiting);
      waiting = '';
    };
    const { sql } = this.#storage;
    return {
      add: (text) => {
        waiting += text;
        if (waiting.length >= PIECE) write();
      },
      finish: () => {
        this.#storage.transactionSync(() => {
          write();
          sql.exec('UPDATE present SET run = ?', run);
          sql.exec('DELETE FROM pieces WHERE run <> ?', run);
        });
        this.#run = run;
        this.count = 0;
      },
      drop: () => void sql.exec('DELETE FROM pieces WHERE run = ?', run),
    };
  }

  close(): void {
    // The storage belongs to the object, and ends with it.
  }

  *#pieces(): Generator<string> {
    let last = 0;
    for (;;) {
      const rows = this.#storage.sql
        .exec<{
          number: number;
          text: string;
        }>(
          'SELECT number, text FROM pieces WHERE run = ? AND number > ? ORDER BY number LIMIT ?',
          this.#run,
          last,
          BATCH,
        )
        .toArray();
      if (rows.length === 0) return;
      for (const { text } of rows) yield text;
      last = rows.at(-1)!.number;
    }
  }

  #add(run: number, text: string): void {
    for (let start = 0; start < text.length;) {
      const end = endOfPiece(text, start);
      this.#storage.sql.exec('INSERT INTO pieces (run, text) VALUES (?, ?)', run, text.slice(start, end));
      this.count++;
      start = end;
    }
  }
}

/** Half of a character that takes two would be lost. */
function endOfPiece(text: string, start: number): number {
  const end = start + PIECE;
  const isSplit = end < text.length && text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) < 0xdc00;
  return isSplit ? end - 1 : end;
}

/** What is to be known of a workspace beyond its run, such as the hashes of its token: few lines. */
class KnownLines implements RunLines {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  read(): string[] {
    if (!hasTable(this.#storage, 'known')) return [];
    return this.#storage.sql.exec<{ text: string }>('SELECT text FROM known ORDER BY rowid').toArray().flatMap(linesIn);
  }

  append(text: string): void {
    this.#storage.sql.exec(KNOWN);
    this.#storage.sql.exec('INSERT INTO known VALUES (?)', text);
  }

  rewrite(): Rewriting {
    let text = '';
    return {
      add: (more) => (text += more),
      finish: () => {
        if (this.read().join('\n') === linesIn({ text }).join('\n')) return;
        this.#storage.transactionSync(() => {
          this.append(text);
          this.#storage.sql.exec('DELETE FROM known WHERE rowid < (SELECT max(rowid) FROM known)');
        });
      },
      drop: () => undefined,
    };
  }

  close(): void {
    // As above.
  }
}

const linesIn = ({ text }: { readonly text: string }): string[] => text.split('\n').filter((line) => line !== '');

/** Keeps nothing: of a workspace that is no more than the start of a server. */
const NOWHERE: RunLines = {
  append: () => undefined,
  rewrite: () => ({ add: () => undefined, finish: () => undefined, drop: () => undefined }),
  close: () => undefined,
};

/** The workspace whose run is kept in this object. An object that somebody has only called by its name gets no tables. */
export const keptIn = (storage: ObjectStorage): string | undefined => presentIn(storage)?.id;

function presentIn(storage: ObjectStorage): { id: string; run: number } | undefined {
  if (!hasTable(storage, 'present')) return undefined;
  return storage.sql.exec<{ id: string; run: number }>('SELECT id, run FROM present').toArray()[0];
}

const hasTable = ({ sql }: ObjectStorage, name: string): boolean =>
  sql.exec('SELECT name FROM sqlite_master WHERE name = ?', name).toArray().length > 0;

/** The store of an object: the run of its workspace, and what else is to be known of it. */
export function openObjectStore(
  storage: ObjectStorage,
  id: string,
): { readonly store: RunStore; readonly isLong: () => boolean } {
  let lines = ObjectLines.find(storage);
  const known = new KnownLines(storage);
  const nameOf = (wanted: string): string => `the storage of the workspace ${wanted}`;
  const store: RunStore = {
    name: nameOf(id),
    ids: () => (lines ? [lines.id] : []),
    read: () => lines?.read() ?? [],
    open: (wanted) => (wanted === id ? (lines ??= ObjectLines.make(storage, id)) : NOWHERE),
    nameOf,
    directory: { name: `what is known of the workspace ${id}`, read: () => known.read(), open: () => known },
    // The object is wiped as a whole.
    remove: () => undefined,
    close: () => undefined,
  };
  return { store, isLong: () => (lines?.count ?? 0) > LONG };
}
