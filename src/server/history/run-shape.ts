import { Type, type TSchema } from '@sinclair/typebox';
import { ClockMode, Speed } from '../../contracts/control/clock.js';
import { Count, orNull, wordOf } from '../../contracts/control/fields.js';
import { Moment } from '../../contracts/control/snapshot.js';
import { Terms } from '../../contracts/control/terms.js';
import { mismatches } from '../../contracts/schemas/schema.js';
import { GreenroomError } from '../../errors.js';

/**
 * What stands in the lines of a run. Somebody else may have written them, or a disk: what is not as greenroom writes it is told
 * with its line, and not found in the midst of a world that is made of it.
 */

const Text = Type.String();
const Texts = Type.Array(Text);
const ByName = Type.Record(Text, Type.Unknown());
const Headers = Type.Record(Text, Text);

export const HEAD = Type.Object({
  greenroom: Text,
  workspace: Type.Object({
    id: Type.Optional(Text),
    number: Count,
    options: Type.Object({
      clock: Type.Optional(Type.Object({})),
      settings: Type.Optional(Type.Record(Text, ByName)),
      secret: Type.Optional(Text),
      terms: Type.Optional(Terms),
    }),
  }),
  server: Type.Object({
    vendors: Texts,
    maxBody: Count,
    allowHosts: Texts,
    loopback: Type.Optional(Type.Boolean()),
    forwardTo: Type.Optional(Text),
    receivers: Texts,
    shared: Type.Optional(Type.Literal(true)),
  }),
});

export const HEADERS = Type.Object({ headers: Count, are: Headers });

const Given = Type.Object({ strict: Type.Boolean(), settings: Type.Record(Text, ByName) });
export const FRAME = Type.Object({
  frame: Type.Object({ jobs: Count, now: Moment, given: Type.Optional(Given) }),
});

export const POSITION = Type.Object({
  at: Type.Tuple([Count, Moment, orNull(Count)]),
  call: Type.Optional(Count),
  again: Type.Optional(Count),
});

const line = (input: Readonly<Record<string, TSchema>>) =>
  Type.Object({ input: Type.Object({ kind: Text, ...input }) });
/** The lines with an input, by its kind. */
export const INPUTS: Readonly<Record<string, TSchema>> = {
  call: line({
    route: Text,
    request: Type.Object({
      method: Text,
      path: Text,
      query: Text,
      headers: Count,
      origin: Text,
      body: Type.Optional(Text),
      bytes: Type.Optional(Text),
    }),
    params: Headers,
    credential: Type.Object({ value: Text, issued: Type.Boolean() }),
    attributed: Type.Boolean(),
    tooLarge: Type.Optional(Type.Boolean()),
    hint: Type.Optional(Text),
  }),
  control: line({ method: Text, path: Text, body: Text }),
  settings: line({
    changes: Type.Object({
      scenario: Type.Optional(Text),
      strict: Type.Optional(Type.Boolean()),
      settings: Type.Optional(Type.Record(Text, ByName)),
    }),
  }),
  pace: line({
    mode: Type.Optional(ClockMode),
    speed: Type.Optional(Speed),
    quiet: Type.Optional(Type.Number({ minimum: 0 })),
  }),
  answer: line({
    to: Text,
    answer: Type.Object({
      outcome: wordOf(['answered', 'captured', 'refused', 'timeout', 'dropped']),
      status: Type.Optional(Type.Integer()),
      response: Type.Optional(Text),
      type: Type.Optional(Text),
      error: Type.Optional(Text),
    }),
    ms: Type.Optional(Type.Number()),
  }),
  note: line({ topic: Text, subject: orNull(Text), text: Text }),
};

/** Any of them. */
export const INPUT = Type.Object({ input: Type.Object({ kind: wordOf(Object.keys(INPUTS)) }) });

/** Throws USAGE with the place of what does not fit. */
export function assertShape(schema: TSchema, value: unknown): void {
  const [fault] = mismatches(schema, value, 1);
  if (fault)
    throw new GreenroomError('USAGE', `at ${fault.pointer || '/'}, expected ${fault.expected}, was ${fault.was}`);
}
