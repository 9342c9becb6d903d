import { Type, type Static } from '@sinclair/typebox';
import { closed, Count, wordOf } from './fields.js';

/**
 * What a service and a listener say to each other. The service writes lines of JSON into an answer that goes on; the
 * listener answers with calls, each of which may come twice.
 */

/** What became of a message at the listener's. */
const CarriedAnswer = Type.Object(
  {
    outcome: wordOf(['answered', 'captured', 'refused', 'timeout', 'dropped']),
    status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
    /** Cut: so much is kept. */
    response: Type.Optional(Type.String({ maxLength: 2048 })),
    /** The content type of what was fetched. */
    type: Type.Optional(Type.String({ maxLength: 256 })),
    error: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  closed,
);

/** The app beside the listener is at rest after this message, and since so many of its processes had begun. */
const CarriedRest = Type.Object({ n: Count, begun: Count, testimony: wordOf(['all', 'some', 'none']) }, closed);

export const ListenReport = Type.Object(
  {
    /** The listener's own: a text that nobody else has. */
    session: Type.String({ pattern: '^[\\w-]{16,64}$', expected: '16 to 64 letters, digits, "_" and "-"' }),
    /** Counts the reports: what an earlier one says of states is old. */
    number: Count,
    answers: Type.Optional(Type.Array(Type.Object({ n: Count, answer: CarriedAnswer }, closed), { maxItems: 1000 })),
    /** How many processes of the app, which say when they are at rest, have begun. */
    begun: Type.Optional(Count),
    rest: Type.Optional(CarriedRest),
    probes: Type.Optional(
      Type.Array(Type.Object({ pid: Count, state: wordOf(['at rest', 'busy', 'silent']) }, closed), { maxItems: 1000 }),
    ),
    /** The listener goes, and does not come back. */
    bye: Type.Optional(Type.Literal(true)),
    /** Sentences for the timeline. */
    notes: Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 100 })),
  },
  closed,
);
export type ListenReport = Static<typeof ListenReport>;

/** The lines of the answer that goes on, each by the field that tells which it is. */
export const LISTEN_LINES = {
  /** `resumed`: what was on its way when the line was cut still is. */
  hello: Type.Object({ hello: Type.Object({ workspace: Type.String(), resumed: Type.Boolean() }) }),
  n: Type.Object({
    n: Count,
    url: Type.String(),
    method: wordOf(['GET', 'POST']),
    headers: Type.Record(Type.String(), Type.String()),
    body: Type.String(),
    /** Real milliseconds for which an answer is waited for. */
    guard_ms: Type.Optional(Type.Number({ minimum: 0 })),
  }),
  /** Nobody waits for the answer any more. */
  give_up: Type.Object({ give_up: Count }),
  /** The line is whole. */
  alive: Type.Object({ alive: Type.Literal(true) }),
  /** No more comes: why. */
  bye: Type.Object({ bye: Type.String() }),
};
export type ListenLine = {
  [Name in keyof typeof LISTEN_LINES]: Static<(typeof LISTEN_LINES)[Name]>;
}[keyof typeof LISTEN_LINES];
