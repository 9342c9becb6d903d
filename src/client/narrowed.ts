/** The same data, read-only at any depth. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** A type of the control plane as its clients see it: read-only, and with closer types for these fields. */
export type Narrowed<T, Known = unknown> = {
  readonly [K in keyof T]: K extends keyof Known ? Known[K] : Frozen<T[K]>;
};

type KeyOf<Union> = Union extends Union ? keyof Union : never;

/** One of these objects, without the fields that only others of them have: a literal may mix them else. */
export type OneOf<Union, Key extends PropertyKey = KeyOf<Union>> = Union extends object
  ? Union & { readonly [K in Exclude<Key, keyof Union>]?: never }
  : Union;
