import { Type, type TSchema } from '@sinclair/typebox';
import { Count, wordOf } from '../../contracts/control/fields.js';
import { mismatches } from '../../contracts/schemas/schema.js';
import type { FromProbe } from '../../probe/wire.js';

const Texts = Type.Array(Type.String());
const Timers = Type.Array(Type.Array(Type.Number(), { minItems: 3, maxItems: 3 }));
const Wake = Type.Object({ due: Type.Number(), after: Type.Number(), repeats: Type.Boolean() });
const Life = wordOf(['outside', 'time', 'nothing']);

/** It is told to people. */
const Text = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,200}$' });
const Queue = { queue: Text, at: Type.Number() };
const Job = Type.Object({ ...Queue, id: Text, name: Type.Optional(Text) });

/** What a probe says, by the field that tells which it is; the first that is there does. */
const SAID: Readonly<Record<string, TSchema>> = {
  hello: Type.Object({
    hello: Type.Object({
      secret: Type.String(),
      pid: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      thread: Count,
      // It is told to people.
      runtime: Type.Optional(Type.String({ pattern: '^[\\w. ]{1,40}$' })),
      led: Type.Optional(Type.Boolean()),
    }),
  }),
  rest: Type.Object({
    rest: Count,
    seen: Count,
    stirs: Count,
    started: Texts,
    calls: Type.Optional(Texts),
    timers: Type.Optional(Timers),
    life: Type.Optional(Life),
    wakes: Type.Optional(Type.Array(Wake)),
  }),
  answered: Type.Object({
    answered: Type.Object({ connections: Texts, since: Type.Number(), rests: Type.Boolean() }),
  }),
  timers: Type.Object({ timers: Timers, life: Life }),
  busy: Type.Object({ busy: Count, why: Type.String() }),
  reading: Type.Object({ reading: Count, connections: Texts }),
  stands: Type.Object({ stands: Count, started: Texts }),
  put: Type.Object({ put: Job }),
  taken: Type.Object({ taken: Job }),
  emptied: Type.Object({ emptied: Type.Object(Queue) }),
  bye: Type.Object({ bye: Type.Literal(true) }),
};

/** True for what a probe may say. Of a kind that is not known here nothing is asked: it is passed over. */
export function isSaid(message: FromProbe): boolean {
  const kind = Object.keys(SAID).find((name) => Object.hasOwn(message, name));
  return kind === undefined || mismatches(SAID[kind]!, message, 1).length === 0;
}
