/** As much of JSON Schema as vendors' own messages need: the schema of a field whose refusals are the vendor's texts. */
export interface FieldSchema {
  readonly type?: FieldType | readonly FieldType[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly items?: FieldSchema;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly oneOf?: readonly FieldSchema[];
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | FieldSchema;
}

export type FieldType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** What an agent comes to for a cause: an event of the life cycle, and what it reports. */
export interface Outcome {
  readonly cause: string;
  /** The states in which the cause found the agent; without it, all others. */
  readonly from?: readonly string[];
  /** Only where this setting is true. */
  readonly where?: string;
  readonly event: string;
  readonly sub_type?: string;
  /** Names of facts that the event reports besides its usual ones. */
  readonly metadata?: readonly string[];
}

/** A field that is refused under a condition that the vendor's code knows by its name. */
export interface FieldRefusal {
  readonly when: string;
  readonly text: string;
}

/** A default that holds under a condition that the vendor's code knows by its name, or always. */
export interface ConditionalDefault {
  readonly when?: string;
  readonly value: string;
}

/**
 * Rules of a contract that are no shapes of messages, as data: versions of a vendor differ in them. The names in each
 * table are the vendor's own.
 */
export interface Rules {
  /** The fields of a request in the order in which the vendor checks them, by what it makes. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly schemas: Readonly<Record<string, FieldSchema>>;
  /** By field. */
  readonly refusals: Readonly<Record<string, FieldRefusal>>;
  readonly limits: Readonly<Record<string, number>>;
  /** Texts with slots in braces. */
  readonly texts: Readonly<Record<string, string>>;
  /** Words in the vendor's order, where they stand in no schema. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** Facts that events report, by what they are about. */
  readonly metadata: Readonly<Record<string, readonly string[]>>;
  /** What fields are if a request leaves them out, by their pointers; the first that fits holds. */
  readonly defaults: Readonly<Record<string, readonly ConditionalDefault[]>>;
  /** What a timer counts from, by the timer, in a word that the vendor's code knows. */
  readonly timings: Readonly<Record<string, string>>;
  /** The first that fits holds. */
  readonly outcomes: readonly Outcome[];
  /** Settings of the vendor's operator that not every version has, with the vendor's defaults. */
  readonly switches: Readonly<Record<string, unknown>>;
}

export const NO_RULES: Rules = {
  fields: {},
  schemas: {},
  refusals: {},
  limits: {},
  texts: {},
  lists: {},
  metadata: {},
  defaults: {},
  timings: {},
  outcomes: [],
  switches: {},
};

/** What an agent comes to, in this state and with these settings; `undefined` if no rule says. */
export const outcomeOf = (
  { outcomes }: Pick<Rules, 'outcomes'>,
  settings: Readonly<Record<string, unknown>>,
  cause: string,
  state: string,
): Outcome | undefined =>
  outcomes.find(
    (outcome) =>
      outcome.cause === cause &&
      (outcome.from?.includes(state) ?? true) &&
      (outcome.where === undefined || settings[outcome.where] === true),
  );

/** What a field is if a request leaves it out; `holds` knows the conditions. */
export const defaultOf = (
  { defaults }: Pick<Rules, 'defaults'>,
  pointer: string,
  holds: (condition: string) => boolean,
): string | undefined => defaults[pointer]?.find(({ when }) => when === undefined || holds(when))?.value;
