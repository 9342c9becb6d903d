import type { TSchema } from '@sinclair/typebox';
import { formatInstant } from '../../clock/instant.js';
import { REDACTED, redactorOf, type Redactor } from '../../contracts/redact.js';
import { Collection, type Slice } from '../engine/records.js';
import { isMoment } from '../engine/tables.js';
import type { VendorRuntime } from '../engine/vendor.js';
import type { Workspace } from '../workspaces/workspace.js';
import { isObject } from '../../contracts/json/object.js';

/** Records of a world that a person may want to know the changes of. */
export interface Table {
  /** `null` for those of the workspace. */
  readonly provider: string | null;
  readonly name: string;
  /** The only record of a table that is no list has none. */
  readonly ids: () => Iterable<string | null>;
  /** As the world keeps it, without what only the code needs. */
  readonly get: (id: string | null) => unknown;
  /** For people: without secrets, and with instants that can be read. */
  readonly show: (record: unknown) => unknown;
  /** A credential may be an id too. */
  readonly showId: (id: string | null, record: unknown) => string | null;
}

/** What scenarios keep that a test has asked for. */
const ASKED_FOR = ['casting', 'scenarios'];

/** Every table of a workspace, in the order in which it is told. */
export function tablesOf(workspace: Workspace, vendors: readonly VendorRuntime[]): Table[] {
  const { world } = workspace;
  const make = (name: string, slice: Slice): Table => tableOf({ provider: null, name, slice, hidden: [] }, WORKSPACE);
  const state: Slice = {
    get workspace() {
      const { mode, speed } = world.clock;
      const { strict, settings } = workspace.given;
      return { scenario: world.scenario, strict, settings, clock: { mode, speed } };
    },
    get faults() {
      return new Collection<{ readonly id: string }>(({ id }) => id, world.faults.list());
    },
  };
  return [
    ...vendors.flatMap(({ name: provider, profile, tables, createState, bookkeeping: hidden = [] }) => {
      const slice = world.slice(provider);
      const names = Object.keys(createState()).filter((name) => !hidden.includes(name));
      return names.map((name) =>
        tableOf({ provider, name, slice, hidden, schema: tables?.().properties[name] }, redactorOf(profile)),
      );
    }),
    ...Object.keys(state).map((name) => make(name, state)),
    ...ASKED_FOR.map((name) => make(name, world.playState)),
  ];
}

interface Place {
  readonly provider: string | null;
  readonly name: string;
  readonly slice: Slice;
  readonly hidden: readonly string[];
  readonly schema?: TSchema | undefined;
}

const WORKSPACE = redactorOf({});

function tableOf({ provider, name, slice, hidden, schema }: Place, redactor: Redactor): Table {
  const visible = (record: unknown): unknown =>
    hidden.length === 0 || !isObject(record)
      ? record
      : Object.fromEntries(Object.entries(record).filter(([field]) => !hidden.includes(field)));
  const rowSchema = (schema?.['items'] as TSchema | undefined) ?? schema;
  return {
    provider,
    name,
    ids: () => (slice[name] instanceof Collection ? slice[name].ids() : [null]),
    get: (id) => visible(slice[name] instanceof Collection ? slice[name].get(id ?? '') : slice[name]),
    show: (record) => show(record, rowSchema, redactor),
    showId: (id, record) =>
      isObject(record) && Object.entries(record).some(([field, value]) => value === id && redactor.isSecret(field))
        ? REDACTED
        : id,
  };
}

function show(value: unknown, schema: TSchema | undefined, redactor: Redactor): unknown {
  if (typeof value === 'number') return isMoment(schema) ? formatInstant(value) : value;
  if (typeof value === 'string') return /^\s*[{[]/.test(value) ? redactor.body(value) : redactor.url(value);
  if (Array.isArray(value)) return value.map((item) => show(item, innerOf(schema, 'items'), redactor));
  if (!isObject(value)) return value;
  const fields = innerOf(schema, 'properties') as Readonly<Record<string, TSchema>> | undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      redactor.isSecret(name) && inner !== null && inner !== '' ? REDACTED : show(inner, fields?.[name], redactor),
    ]),
  );
}

/** Of a schema, or of the one of its variants that has it. */
function innerOf(schema: TSchema | undefined, keyword: 'items' | 'properties'): TSchema | undefined {
  const variants = (schema?.['anyOf'] as readonly TSchema[] | undefined) ?? (schema ? [schema] : []);
  return variants.find((variant) => keyword in variant)?.[keyword] as TSchema | undefined;
}
