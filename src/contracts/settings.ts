import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import { DURATION_FORMS } from '../clock/duration.js';

/** The vocabulary of settings schemas: each field has a description and a default. */

/** Annotations of a setting. `strict` is the default of a strict workspace, where it differs. */
interface Annotations<T> {
  readonly default: T;
  readonly strict?: T;
  /** The default is a guess: the vendor does not say it. */
  readonly assumed?: true;
  readonly expected?: string;
}

const STRICT = 'x-strict-default';
const ASSUMED = 'x-assumed';

const annotations = (description: string, { default: value, strict, assumed, expected }: Annotations<unknown>) => ({
  description,
  default: value,
  ...(strict === undefined ? {} : { [STRICT]: strict }),
  ...(assumed ? { [ASSUMED]: true } : {}),
  ...(expected === undefined ? {} : { expected }),
});

export const flag = (description: string, facts: Annotations<boolean>) =>
  Type.Optional(Type.Boolean(annotations(description, facts)));

export const choice = <const T extends readonly string[]>(
  words: T,
  description: string,
  facts: Annotations<T[number]>,
) =>
  Type.Optional(
    Type.Unsafe<T[number]>(
      Type.Union(
        words.map((word) => Type.Literal(word)),
        annotations(description, facts),
      ),
    ),
  );

/** A text or a number of milliseconds; see `clock/duration.ts`. */
export const DurationSetting = Type.Union([Type.String(), Type.Number({ minimum: 0 })], { expected: DURATION_FORMS });

export const duration = (description: string, facts: Annotations<string | number>) =>
  Type.Optional(Type.Union(DurationSetting.anyOf, annotations(description, { expected: DURATION_FORMS, ...facts })));

/** Any other setting. */
export const setting = <T extends TSchema>(schema: T, description: string, facts: Annotations<Static<T>>) =>
  Type.Optional({ ...schema, ...annotations(description, facts) } as T);

/** A credential: without one, greenroom makes one for each workspace. */
export const credential = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional({ ...schema, description } as T);

/** Settings that every vendor has; `guess` marks the waits between attempts as assumed. */
export const commonSettings = (
  { timeout, retryDelays }: { timeout: string; retryDelays: readonly string[] },
  guess: { readonly assumed?: true } = {},
) => ({
  auth: Type.Optional(
    Type.Union([Type.Literal('any'), Type.Literal('strict')], {
      description:
        '`any` lets every well-formed unknown credential in, `strict` refuses it as the vendor does; `any` in the workspace `default` unless strict',
    }),
  ),
  webhook_timeout: duration('How long the vendor waits for a receiver', { default: timeout }),
  retry_delays: setting(Type.Array(DurationSetting), 'The wait after each failed attempt', {
    default: [...retryDelays],
    ...guess,
  }),
});

/** The default of a schema, with the defaults of the fields that it leaves out. TypeBox's own takes ten times as long at first. */
function defaultOf(schema: TSchema, given: unknown = schema['default']): unknown {
  if (typeof given !== 'object' || given === null || schema['properties'] === undefined) return given;
  const fields = Object.entries(schema['properties'] as Record<string, TSchema>);
  const filled = fields.map(
    ([name, field]) => [name, defaultOf(field, (given as Record<string, unknown>)[name])] as const,
  );
  return { ...given, ...Object.fromEntries(filled.filter(([, value]) => value !== undefined)) };
}

/** The defaults of a schema, for lax and for strict workspaces: made once, shared, and never changed. */
const defaultsOf = new WeakMap<TObject, Record<'lax' | 'strict', Readonly<Record<string, unknown>>>>();

function makeDefaults(schema: TObject): Record<'lax' | 'strict', Readonly<Record<string, unknown>>> {
  const strict = Object.entries(schema.properties).filter(([, field]) => STRICT in field);
  const make = (given: object) => defaultOf(schema, given) as Readonly<Record<string, unknown>>;
  return { lax: make({}), strict: make(Object.fromEntries(strict.map(([name, field]) => [name, field[STRICT]]))) };
}

/**
 * The settings over their defaults, which are inherited, not copied: a server makes thousands of workspaces. `strict`
 * workspaces have some other defaults.
 */
export function withDefaults<T extends TObject>(
  schema: T,
  given: Readonly<Record<string, unknown>>,
  strict: boolean,
): Required<Static<T>> {
  let defaults = defaultsOf.get(schema);
  if (!defaults) defaultsOf.set(schema, (defaults = makeDefaults(schema)));
  const all = Object.create(defaults[strict ? 'strict' : 'lax']) as Record<string, unknown>;
  for (const name in given) if (given[name] !== undefined) all[name] = given[name];
  return all as Required<Static<T>>;
}

/** One row of a table of settings. */
export interface SettingRow {
  readonly name: string;
  readonly description: string;
  readonly default: unknown;
  readonly strict: unknown;
  readonly assumed: boolean;
}

/** The settings of a schema as rows. @public Pages are made from them. */
export const settingRows = ({ properties }: TObject): SettingRow[] =>
  Object.entries(properties).map(([name, field]) => ({
    name,
    description: field.description ?? '',
    default: field.default as unknown,
    strict: field[STRICT] as unknown,
    assumed: field[ASSUMED] === true,
  }));
