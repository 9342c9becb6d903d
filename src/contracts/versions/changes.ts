import { Type, type TSchema } from '@sinclair/typebox';
import type { Contract, Operation } from '../contract.js';
import {
  NO_RULES,
  type ConditionalDefault,
  type FieldRefusal,
  type FieldSchema,
  type Outcome,
  type Rules,
} from '../rules.js';

/** The kinds of differences between versions of a vendor, each with what it says. `path` is a JSON pointer into the fields. */
export interface ChangeFacts {
  /** A field that is there, or is not: then without a schema. A new one at the top stands in requests, after another. */
  readonly field: {
    readonly path: string;
    readonly schema?: FieldSchema;
    readonly after?: string;
    readonly operations: readonly string[];
  };
  /** All words of a field, or of a list of {@link Rules.lists}, in the vendor's order. */
  readonly enum: { readonly path: string; readonly words: readonly string[]; readonly operations?: readonly string[] };
  /** More states from which an event leads on, last in their order; `only` names the reasons that one of them allows. */
  readonly transition: {
    readonly event: string;
    readonly adds: readonly string[];
    readonly only?: Readonly<Record<string, readonly string[]>>;
    /** The calls that bring it about. */
    readonly operations?: readonly string[];
  };
  readonly sub_type: { readonly event: string; readonly adds?: readonly string[]; readonly lacks?: readonly string[] };
  readonly limit: { readonly name: string; readonly value: number; readonly operations?: readonly string[] };
  readonly text: { readonly name: string; readonly text: string; readonly operations?: readonly string[] };
  /** The facts of an event that are not reported, or these. */
  readonly metadata: { readonly name: string; readonly keys: readonly string[]; readonly events: readonly string[] };
  readonly outcome: Outcome & { readonly operations?: readonly string[] };
  /** A field that is refused under a condition. */
  readonly rule: FieldRefusal & { readonly field: string; readonly operations: readonly string[] };
  /** A call that is there, with its statuses, or is not: then its id alone. */
  readonly endpoint: { readonly operation: Operation } | { readonly lacks: string };
  /** A setting of the operator, or of a load that not every version feels, with its default. Versions without it refuse it. */
  readonly switch: {
    readonly setting: string;
    readonly default: unknown;
    readonly operations?: readonly string[];
  };
  /** What a field is if a request leaves it out; `about` are the fields that a request is touched by, if not all are. */
  readonly default: {
    readonly path: string;
    readonly values: readonly ConditionalDefault[];
    readonly about?: readonly string[];
    readonly operations: readonly string[];
  };
  /** What a timer counts from. */
  readonly timing: { readonly name: string; readonly from: string; readonly operations?: readonly string[] };
  /** Something that no message tells, or that greenroom does not play. */
  readonly unplayed: { readonly why: string; readonly operations?: readonly string[] };
}

export type ChangeKind = keyof ChangeFacts;
/** One difference, as data. */
export type ContractChange = { [K in ChangeKind]: { readonly kind: K } & ChangeFacts[K] }[ChangeKind];

/** What of an app's traffic a difference is about: a call, a field of its body, a webhook's event and its reason. */
export interface Touch {
  readonly operation?: string;
  readonly pointer?: string;
  readonly event?: string;
}

/** Words that a difference adds to those of the API, or takes away: operations, reasons of events. */
export interface Words {
  readonly adds?: readonly string[] | undefined;
  readonly lacks?: readonly string[] | undefined;
}

interface Kind<Facts> {
  /** The contract with the change. */
  readonly apply: (contract: Contract, facts: Facts) => Contract;
  readonly touches: (facts: Facts) => readonly Touch[];
  readonly words?: (facts: Facts) => Words;
}

const calls = ({ operations = [] }: { readonly operations?: readonly string[] | undefined }): Touch[] =>
  operations.map((operation) => ({ operation }));

const withRules = (contract: Contract, change: (rules: Rules) => Partial<Rules>): Contract => {
  const rules = contract.rules ?? NO_RULES;
  return { ...contract, rules: { ...rules, ...change(rules) } };
};

const without = <T>(table: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(table).filter(([key]) => key !== name));

/** Every kind with its code: a further kind is a row here. */
export const CHANGE_KINDS: { readonly [K in ChangeKind]: Kind<ChangeFacts[K]> } = {
  field: {
    apply: changeField,
    touches: ({ path, operations }) => operations.map((operation) => ({ operation, pointer: path })),
  },
  enum: {
    apply: (contract, { path, words }) =>
      path.startsWith('/')
        ? changeSchema(contract, path, (schema) => ({ ...schema, enum: words }))
        : withRules(contract, ({ lists }) => ({ lists: { ...lists, [path]: words } })),
    touches: ({ path, operations = [] }) =>
      operations.map((operation) => ({ operation, ...(path.startsWith('/') ? { pointer: path } : {}) })),
  },
  transition: {
    apply: (contract, { event, adds, only }) =>
      changeEvent(contract, event, ({ from, ...row }) => ({
        ...row,
        from: [...from, ...adds],
        ...(only === undefined ? {} : { only: { ...row.only, ...only } }),
      })),
    touches: (facts) => [{ event: facts.event }, ...calls(facts)],
  },
  sub_type: {
    apply: (contract, { event, adds = [], lacks = [] }) => {
      const { lifecycle } = contract;
      const known = lifecycle.subTypes[event] ?? [];
      const reasons = [...known.filter((reason) => !lacks.includes(reason)), ...adds];
      return { ...contract, lifecycle: { ...lifecycle, subTypes: { ...lifecycle.subTypes, [event]: reasons } } };
    },
    touches: ({ event }) => [{ event }],
    words: ({ adds, lacks }) => ({ adds, lacks }),
  },
  limit: {
    apply: (contract, { name, value }) =>
      withRules(contract, ({ limits }) => ({ limits: { ...limits, [name]: value } })),
    touches: calls,
  },
  text: {
    apply: (contract, { name, text }) => withRules(contract, ({ texts }) => ({ texts: { ...texts, [name]: text } })),
    touches: calls,
  },
  metadata: {
    apply: (contract, { name, keys }) =>
      withRules(contract, ({ metadata }) => ({ metadata: { ...metadata, [name]: keys } })),
    touches: ({ events }) => events.map((event) => ({ event })),
  },
  outcome: {
    apply: (contract, outcome) => withRules(contract, ({ outcomes }) => ({ outcomes: [outcome, ...outcomes] })),
    touches: calls,
  },
  rule: {
    apply: (contract, { field, when, text }) =>
      withRules(contract, ({ refusals }) => ({ refusals: { ...refusals, [field]: { when, text } } })),
    touches: ({ field, operations }) => operations.map((operation) => ({ operation, pointer: `/${field}` })),
  },
  endpoint: {
    apply: (contract, facts) => {
      const id = 'lacks' in facts ? facts.lacks : facts.operation.id;
      if ('lacks' in facts) return { ...contract, operations: contract.operations.filter((one) => one.id !== id) };
      const isKnown = contract.operations.some((one) => one.id === id);
      const operations = isKnown
        ? contract.operations.map((one) => (one.id === id ? facts.operation : one))
        : [...contract.operations, facts.operation];
      return { ...contract, operations };
    },
    touches: (facts) => [{ operation: 'lacks' in facts ? facts.lacks : facts.operation.id }],
    words: (facts) => ('lacks' in facts ? { lacks: [facts.lacks] } : { adds: [facts.operation.id] }),
  },
  switch: {
    apply: (contract, { setting, default: value }) =>
      withRules(contract, ({ switches }) => ({ switches: { ...switches, [setting]: value } })),
    touches: calls,
  },
  default: {
    apply: (contract, { path, values }) =>
      withRules(contract, ({ defaults }) => ({ defaults: { ...defaults, [path]: values } })),
    touches: ({ about, operations }) =>
      about
        ? operations.flatMap((operation) => about.map((pointer) => ({ operation, pointer })))
        : calls({ operations }),
  },
  timing: {
    apply: (contract, { name, from }) =>
      withRules(contract, ({ timings }) => ({ timings: { ...timings, [name]: from } })),
    touches: calls,
  },
  unplayed: { apply: (contract) => contract, touches: calls },
};

/** The contract with one more change. */
export const applyChange = (contract: Contract, { kind, ...facts }: ContractChange): Contract =>
  (CHANGE_KINDS[kind] as Kind<unknown>).apply(contract, facts);

export const touchesOf = ({ kind, ...facts }: ContractChange): readonly Touch[] =>
  (CHANGE_KINDS[kind] as Kind<unknown>).touches(facts);

export const wordsOf = ({ kind, ...facts }: ContractChange): Words =>
  (CHANGE_KINDS[kind] as Kind<unknown>).words?.(facts) ?? {};

function changeEvent(
  contract: Contract,
  event: string,
  change: (row: Contract['lifecycle']['events'][string]) => Contract['lifecycle']['events'][string],
): Contract {
  const { lifecycle } = contract;
  const events = { ...lifecycle.events, [event]: change(lifecycle.events[event]!) };
  return { ...contract, lifecycle: { ...lifecycle, events } };
}

const namesIn = (path: string): string[] => path.split('/').slice(1);

function changeField(contract: Contract, facts: ChangeFacts['field']): Contract {
  const { path, schema } = facts;
  const names = namesIn(path);
  if (names.length === 1) return changeTopField(contract, names[0]!, facts);
  const name = names.at(-1)!;
  return changeSchema(contract, `/${names.slice(0, -1).join('/')}`, ({ properties = {}, ...parent }) => ({
    ...parent,
    properties: schema === undefined ? without(properties, name) : { ...properties, [name]: schema },
  }));
}

/** A field of the whole request: it has a place in the order of the checks, and in the bodies of the calls. */
function changeTopField(
  contract: Contract,
  name: string,
  { schema, after, operations: ids }: ChangeFacts['field'],
): Contract {
  const changed = withRules(contract, ({ fields, schemas }) => ({
    fields: Object.fromEntries(
      Object.entries(fields).map(([what, names]) => [what, inserted(names, name, schema && after)]),
    ),
    schemas: schema === undefined ? without(schemas, name) : { ...schemas, [name]: schema },
  }));
  const operations = changed.operations.map((operation) =>
    ids.includes(operation.id) && operation.body
      ? { ...operation, body: bodyWith(operation.body, name, schema) }
      : operation,
  );
  return { ...changed, operations };
}

/** The names with one more after `after`; without it, the names without that one. */
function inserted(names: readonly string[], name: string, after: string | undefined): readonly string[] {
  const others = names.filter((one) => one !== name);
  const at = after === undefined ? -1 : others.indexOf(after);
  return at < 0 ? others : [...others.slice(0, at + 1), name, ...others.slice(at + 1)];
}

function bodyWith(body: TSchema, name: string, schema: FieldSchema | undefined): TSchema {
  const { properties, ...rest } = body as { properties: Record<string, TSchema> } & TSchema;
  const others = without(properties, name);
  return { ...rest, properties: schema === undefined ? others : { ...others, [name]: Type.Optional(shapeOf(schema)) } };
}

const SHAPES: Readonly<Partial<Record<string, () => TSchema>>> = {
  object: () => Type.Object({}, { additionalProperties: true }),
  array: () => Type.Array(Type.Unknown()),
  string: () => Type.String(),
  integer: () => Type.Integer(),
  number: () => Type.Number(),
  boolean: () => Type.Boolean(),
};

/** The type alone: the inner rules are the vendor's to check. */
const shapeOf = ({ type }: FieldSchema): TSchema => SHAPES[String(type)]?.() ?? Type.Unknown();

function changeSchema(contract: Contract, path: string, change: (schema: FieldSchema) => FieldSchema): Contract {
  const [field = '', ...names] = namesIn(path);
  return withRules(contract, ({ schemas }) => ({
    schemas: { ...schemas, [field]: changeAt(schemas[field] ?? {}, names, change) },
  }));
}

function changeAt(
  schema: FieldSchema,
  names: readonly string[],
  change: (schema: FieldSchema) => FieldSchema,
): FieldSchema {
  const [name, ...rest] = names;
  if (name === undefined) return change(schema);
  const { properties = {} } = schema;
  return { ...schema, properties: { ...properties, [name]: changeAt(properties[name] ?? {}, rest, change) } };
}
