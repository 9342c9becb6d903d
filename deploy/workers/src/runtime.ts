/** What greenroom uses of the runtime, and no more. The types of the runtime itself take the place of Node's, which the core is written with. */

export type SqlValue = string | number | null;

export interface Sql {
  readonly exec: <Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]) => { toArray(): Row[] };
}

export interface ObjectStorage {
  readonly sql: Sql;
  /** All of the work is kept, or nothing. */
  readonly transactionSync: <T>(work: () => T) => T;
  readonly getAlarm: () => Promise<number | null>;
  readonly setAlarm: (at: number) => Promise<void>;
  readonly deleteAlarm: () => Promise<void>;
  readonly deleteAll: () => Promise<void>;
}

export interface ObjectState {
  readonly id: ObjectId;
  readonly storage: ObjectStorage;
}

/** The objects of a class; each call of a stub reaches the one of that name, wherever it is. */
export interface Objects<Stub> {
  readonly idFromName: (name: string) => ObjectId;
  readonly get: (id: ObjectId) => Stub;
}

export interface ObjectId {
  readonly toString: () => string;
}
