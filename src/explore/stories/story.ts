import { parseJsonFile } from '../../contracts/json/file.js';
import { createHash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { formatDuration, parseDuration } from '../../clock/duration.js';
import type { Micros } from '../../clock/instant.js';
import { DeliveryEffect, RequestEffect } from '../../contracts/control/faults.js';
import { faultOfAct, USER_ACTS } from '../../contracts/control/calendar-acts.js';
import { closed, Duration, wordOf } from '../../contracts/control/fields.js';
import { didYouMean } from '../../contracts/nearest.js';
import { mismatches, unknownFields } from '../../contracts/schemas/schema.js';
import { GreenroomError } from '../../errors.js';

/** The story as a file. */
export const STORY_VERSION = 1;

/** No search makes as many, and each is a rule that every call and webhook is held against. */
const MOST_DEVIATIONS = 1000;

const Nth = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, expected: 'a number from 1 on' }));
const Meeting = Type.Optional(Type.Integer({ minimum: 1, maximum: 3, expected: '1, 2 or 3' }));
const Offset = Type.String({
  pattern: '^-?(\\d+(\\.\\d+)?(us|ms|s|m|h|d))+$',
  expected: 'an offset such as "-5m" or "1h"',
});

/** A webhook: the first of its type and state if no number is said. */
const DeliveryPoint = Type.Object(
  { type: Type.String(), state: Type.Optional(Type.String()), number: Nth, meeting: Meeting },
  closed,
);
/** A call of the app to the vendor: the first of its operation if no number is said. */
const CallPoint = Type.Object({ operation: Type.String(), number: Nth }, closed);

const OnDelivery = Type.Object(
  {
    at: Type.Object({ delivery: DeliveryPoint }, closed),
    do: Type.Composite([DeliveryEffect, Type.Object({ redeliver: Type.Optional(Type.Literal(true)) })], closed),
  },
  closed,
);
const OnCall = Type.Object(
  {
    at: Type.Object({ call: CallPoint }, closed),
    do: RequestEffect,
    times: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);
/** What the app's user does, or the one who runs it; an instant counts from the time for which the agent was asked. */
const OnInstant = Type.Object(
  {
    at: Type.Object({ instant: Offset, meeting: Meeting }, closed),
    do: Type.Partial(Type.Object({ reschedule: Duration, cancel: Type.Literal(true), restart: Type.Literal(true) }), {
      ...closed,
      minProperties: 1,
      maxProperties: 1,
    }),
  },
  closed,
);

/** What a user does in the own calendar, in the words of scenarios; the instant counts as for the app's user. */
const OnCalendar = Type.Object(
  {
    at: Type.Object({ instant: Offset, meeting: Meeting }, closed),
    do: Type.Object(
      { user: wordOf(USER_ACTS), to: Type.Optional(Type.String()), guest: Type.Optional(Type.String()) },
      closed,
    ),
  },
  closed,
);

const Shape = Type.Object(
  {
    version: wordOfVersion(),
    greenroom: Type.Optional(Type.String()),
    provider: Type.String(),
    /** The version of the vendor in whose world it was found, and is played again. */
    vendor_version: Type.Optional(Type.String()),
    scenario: Type.String(),
    seed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    /** The meeting is on the day before clocks change in Europe. */
    day: Type.Optional(Type.Literal('clock-change', { expected: '"clock-change"' })),
    /** How many meetings overlap; one if nothing is said. */
    meetings: Meeting,
    /** How many like it were over before, in which nothing went wrong, for the same app; none if nothing is said. */
    earlier: Type.Optional(Type.Integer({ minimum: 1, maximum: 3, expected: '1, 2 or 3' })),
    deviations: Type.Array(
      Type.Union([OnDelivery, OnCall, OnInstant, OnCalendar], {
        expected: 'a deviation: {"at": {"delivery" | "call" | "instant": …}, "do": {…}}',
      }),
    ),
    /** The app's timers followed the clock when it was found, and do when it is played again. */
    lockstep: Type.Optional(Type.Literal(true, { expected: 'true, or nothing' })),
    /** What it fails by, for whoever reads it. */
    finds: Type.Optional(Type.String()),
    /** The webhooks of its quiet life when it was written. */
    life: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

function wordOfVersion() {
  return Type.Literal(STORY_VERSION, { expected: 'the version 1' });
}

export type DeliveryDeviation = Static<typeof OnDelivery>;
export type CallDeviation = Static<typeof OnCall>;
export type InstantDeviation = Static<typeof OnInstant>;
export type UserDeviation = Static<typeof OnCalendar>;
/** One thing that goes wrong, at one point. */
export type Deviation = DeliveryDeviation | CallDeviation | InstantDeviation | UserDeviation;
/** A scenario, a seed, and what goes wrong. The same story gives the same bytes. */
export type Story = Static<typeof Shape>;

export const isDelivery = (deviation: Deviation): deviation is DeliveryDeviation => 'delivery' in deviation.at;
export const isCall = (deviation: Deviation): deviation is CallDeviation => 'call' in deviation.at;
/** A call that the app may have to make again. A list in other pages is answered. */
export const isFailing = (deviation: Deviation): boolean => isCall(deviation) && deviation.do.page_size === undefined;
/** Something that happens at an instant: the app's user acts on the app, or the app is restarted. */
export const isInstant = (deviation: Deviation): deviation is InstantDeviation =>
  'instant' in deviation.at && !('user' in deviation.do);
/** A user acts in the own calendar. */
export const isUser = (deviation: Deviation): deviation is UserDeviation => 'user' in deviation.do;

/** Reads the text of a story. Throws USAGE with the pointer of its first fault, and the nearest word. */
export function readStory(text: string, name: string): Story {
  const refuse = (pointer: string, expected: string, was: string, meant?: string): GreenroomError =>
    new GreenroomError(
      'USAGE',
      `Failed to read the story ${name}: at ${pointer === '' ? '/' : pointer}, expected ${expected}, was ${was}.${didYouMean(meant)}`,
      { pointer, expected, was, ...(meant === undefined ? {} : { nearest: meant }) },
    );
  let value: unknown;
  try {
    value = parseJsonFile(text);
  } catch (error) {
    throw refuse('', 'JSON', error instanceof Error ? error.message : 'something else');
  }
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > STORY_VERSION)
    throw refuse('/version', 'the version 1', `${version}: a newer greenroom wrote it. Update greenroom`);
  const count = lengthOf((value as Partial<Story> | null)?.deviations);
  if (count > MOST_DEVIATIONS)
    throw refuse(
      '/deviations',
      `at most ${MOST_DEVIATIONS} deviations`,
      `${count}. Leave out those that it does not need to fail`,
    );
  const [unknown] = unknownFields(Shape, value);
  if (unknown) throw refuse(unknown.pointer, 'no such field', `"${unknown.name}"`, unknown.nearest);
  const [fault] = mismatches(Shape, value, 1);
  if (fault) throw refuse(fault.pointer, fault.expected, fault.was, fault.nearest);
  const { deviations } = value as Story;
  const wrong = wrongAct(deviations) ?? secondScript(deviations);
  if (wrong) throw refuse(...wrong);
  return value as Story;
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

/** The place of what is wrong, what was expected there, and what it was. */
type Wrong = readonly [pointer: string, expected: string, was: string];

function wrongAct(deviations: readonly Deviation[]): Wrong | undefined {
  for (const [i, { do: act }] of deviations.entries()) {
    const wrong = 'user' in act ? faultOfAct(act) : undefined;
    const was = wrong && (JSON.stringify(Reflect.get(act, wrong.field)) ?? 'missing');
    if (wrong) return [`/deviations/${i}/do/${wrong.field}`, wrong.expected, was!];
  }
  return undefined;
}

/** Of two lists of answers for one webhook, the second would take the place of the first. */
function secondScript(deviations: readonly Deviation[]): Wrong | undefined {
  const second = deviations.findIndex(
    (one, i) => isScript(one) && deviations.findIndex((other) => isSameScript(one, other)) < i,
  );
  if (second < 0) return undefined;
  return [
    `/deviations/${second}/do/answers`,
    'one list of answers for each webhook',
    'a second one for the same: put both into one list',
  ];
}

const isScript = (one: Deviation): one is DeliveryDeviation => isDelivery(one) && one.do.answers !== undefined;

/** True for two lists of answers that begin with the same attempt. */
const isSameScript = (one: DeliveryDeviation, other: Deviation): boolean =>
  isScript(other) && pointOf(one) === pointOf(other);

const pointOf = ({ at: { delivery } }: DeliveryDeviation): string => {
  const { type, state, number = 1, meeting = 1 } = delivery;
  return JSON.stringify([type, state, number, meeting]);
};

/** True for the text of a story, and false for that of a run. */
export function isStory(text: string): boolean {
  try {
    const value = JSON.parse(text) as Partial<Story> | null;
    const isObject = typeof value === 'object' && value !== null;
    return isObject && ('deviations' in value || ('version' in value && 'scenario' in value));
  } catch {
    return /^\s*\{\s*"(version|deviations)"/.test(text) && !/^\s*\{.*\}\s*\n\s*\{/.test(text);
  }
}

/** What decides the course of a story, as one text. */
export const keyOf = ({ provider, scenario, seed, meetings = 1, earlier, day, deviations }: Story): string =>
  JSON.stringify([
    provider,
    scenario,
    seed,
    meetings,
    deviations.map((one) => JSON.stringify(one)).sort(),
    ...(day === undefined ? [] : [day]),
    ...(earlier === undefined ? [] : [{ earlier }]),
  ]);

export const hashOf = (story: Story): string => createHash('sha256').update(keyOf(story)).digest('hex').slice(0, 12);

export const writeStory = (story: Story): string => `${JSON.stringify(story, null, 2)}\n`;

/** The offset of an instant from the time of its meeting. */
export function signedDuration(text: string): Micros {
  const size = parseDuration(text.replace(/^-/, '')) ?? 0;
  return text.startsWith('-') ? -size : size;
}

/** The same in words, to the next millisecond. */
export function writeOffset(offset: Micros): string {
  const rounded = Math.ceil(offset / 1000) * 1000;
  return `${rounded < 0 ? '-' : ''}${formatDuration(Math.abs(rounded))}`;
}
