import { Type, type Static, type TObject, type TProperties } from '@sinclair/typebox';
import { DURATION_FORMS } from '../../clock/duration.js';
import { wordOf } from './fields.js';

/** The parts that scenario files are made of, the vendors' own blocks too. */

/** The description of a field, for people in an editor. */
export const say = (description: string) => ({ description });
/** An object without other fields. */
export const closed = <P extends TProperties>(properties: P, description: string): TObject<P> =>
  Type.Object(properties, { additionalProperties: false, description });

/** One of these words. */
export const oneOf = <const T extends readonly string[]>(words: T, description: string) =>
  wordOf(words, say(description));

export const Duration = (description: string) =>
  Type.Union([Type.String(), Type.Number({ minimum: 0 })], { expected: DURATION_FORMS, description });
export const After = (description: string) =>
  closed({ after: Duration('So long after the step before it.') }, description);

/** An instant: one of `at`, `after` and `from_end`. */
export const moment = {
  at: Type.Optional(Duration("So long after the meeting's start, which is when its first agent begins to join.")),
  after: Type.Optional(Duration('So long after the step named by "of"; without it, after the step before.')),
  of: Type.Optional(
    Type.String(
      say(
        'The step that "after" counts from: "start", "end", "host.joins", "host.leaves" or the name of a step; for what befalls an agent also "joining", "lobby", "admitted" and "recording".',
      ),
    ),
  ),
  from_end: Type.Optional(Duration("So long before the meeting's end.")),
};
/** A moment with a description. */
export const Moment = (description: string) => closed(moment, description);
export type Moment = Static<ReturnType<typeof Moment>>;

/** Fields that are the vendor's to judge. */
export const AnyFields = (description: string) =>
  Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }));
