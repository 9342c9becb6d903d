import { USER_ACTS, type UserAct } from '../../contracts/control/calendar-acts.js';
import type { Fault } from '../../contracts/control/faults.js';
import type { Signing } from '../../contracts/signing.js';
import type { CallPoint, DeliveryPoint, Point } from './points.js';
import {
  isCall,
  isDelivery,
  isUser,
  type Deviation,
  type InstantDeviation,
  type Story,
  type UserDeviation,
} from './story.js';

type DeliveryDo = Extract<Fault, { on: 'delivery' }>['do'] & { readonly redeliver?: true };
type CallDo = Extract<Fault, { on: 'request' }>['do'];

/** One kind of thing that goes wrong, as the vendor and a network really do it. */
export interface Kind {
  readonly name: string;
  /** What happens to the message or the call, in words: `comes twice`. */
  readonly words: string;
  /** `forged`: the message is not the vendor's, and must change nothing. `lost`: the app never hears of it. */
  readonly is?: 'forged' | 'lost';
  /** It is so from this message on, at every attempt. */
  readonly lasts?: true;
  /** The vendors that do so; all if nothing is said. */
  readonly fits?: (signing: Signing) => boolean;
  /** The ways in which it can happen at a point, the simplest first. */
  readonly at: (point: Point, isLed: boolean) => readonly Deviation[];
}

interface DeliveryKind extends Omit<Kind, 'at'> {
  readonly ways: (point: DeliveryPoint) => readonly DeliveryDo[];
}

const LONGER = ['1m', '2h'];

const ON_DELIVERY: readonly DeliveryKind[] = [
  { name: 'duplicate', words: 'comes twice', ways: () => [{ duplicate: 1 }] },
  { name: 'reordered', words: 'comes after a later one', ways: reorderings },
  { name: 'together', words: 'comes twice at the same time', ways: () => [{ duplicate: 1, together: true }] },
  { name: 'redelivered', words: 'comes again at the end', ways: () => [{ redeliver: true }] },
  { name: 'lost', words: 'never comes', is: 'lost', ways: () => [{ drop: true }] },
  {
    name: 'forged',
    words: 'is signed with a wrong key',
    is: 'forged',
    lasts: true,
    ways: () => [{ signature: 'wrong' }],
  },
  { name: 'unsigned', words: 'has no signature', is: 'forged', lasts: true, ways: () => [{ signature: 'missing' }] },
  {
    name: 'lost-answer',
    words: 'comes again, for its answer is lost',
    ways: () => [
      { answers: ['drop'], send: true },
      { answers: ['drop', 'drop'], send: true },
    ],
  },
  { name: 'late', words: 'comes late', ways: () => LONGER.map((delay) => ({ delay })) },
  { name: 'retried', words: 'comes at the second attempt', ways: () => [{ answers: [503] }] },
  { name: 'extra-field', words: 'has a field more', lasts: true, ways: () => [{ corrupt: 'extra_field' }] },
  { name: 'truncated', words: 'is cut in half', is: 'forged', lasts: true, ways: () => [{ corrupt: 'truncate' }] },
  { name: 'garbled', words: 'is no JSON', is: 'forged', lasts: true, ways: () => [{ corrupt: 'invalid_json' }] },
  {
    name: 'whitespace',
    words: 'is the same JSON in other bytes',
    lasts: true,
    ways: () => [{ corrupt: 'whitespace' }],
  },
  {
    name: 'old-secret',
    words: 'is signed with an old secret',
    is: 'forged',
    lasts: true,
    ways: () => [{ signature: 'old_secret' }],
  },
  {
    name: 'rotation',
    words: 'is signed with an old secret and with the present one, as while secrets are rotated',
    lasts: true,
    fits: ({ rotates }) => rotates === true,
    ways: () => [{ signature: 'rotation' }],
  },
  {
    name: 'early',
    words: 'comes before the answer to the call',
    ways: ({ ofCall }) => (ofCall ? [{ early: true }] : []),
  },
  { name: 'beside', words: 'comes at the same time as a later one', ways: besides },
];

interface CallKind extends Omit<Kind, 'at'> {
  readonly ways: readonly CallDo[];
  /** Those that an app with a time of its own can live with in real time, if they are others. */
  readonly inRealTime?: readonly CallDo[];
  readonly times?: number;
  /** It is so of each call of the operation that is answered with a page of a list. */
  readonly ofLists?: true;
}

const rateLimited = (seconds: number): CallDo => ({ rate_limit: { retry_after: seconds } });

const ON_CALL: readonly CallKind[] = [
  { name: 'call-unavailable', words: 'is answered 503', ways: [{ status: 503 }] },
  {
    name: 'call-rate-limited',
    words: 'is answered 429',
    ways: [rateLimited(30)],
    inRealTime: [rateLimited(1)],
    times: 2,
  },
  { name: 'call-cut-off', words: 'is done, and its answer is lost', ways: [{ reset: true }] },
  { name: 'call-refused-after', words: 'is done, and answered 502', ways: [{ status: 502, handled: true }] },
  { name: 'call-truncated', words: 'has half an answer', ways: [{ truncate: 20 }] },
  { name: 'short-pages', words: 'has its list in pages of one', ofLists: true, ways: [{ page_size: 1 }] },
];

/** Beside the next that tells the same, such as a line of the transcript, and beside the next that tells something else. */
function besides({ type, state, isLast, later: [next] }: DeliveryPoint): DeliveryDo[] {
  const same = state === undefined && !isLast ? [{ type }] : [];
  return [...same, ...(next ? [next] : [])].map((one) => ({ hold_until: awaited(one), together: true }));
}

function reorderings({ later }: DeliveryPoint): DeliveryDo[] {
  const [next] = later;
  const last = later.at(-1);
  return [...new Set([next, last])].flatMap((one) => (one ? [{ hold_until: awaited(one) }] : []));
}

const awaited = ({ type, state }: { readonly type: string; readonly state?: string }) => ({
  type,
  ...(state === undefined ? {} : { state }),
});

const placeOfDelivery = ({ type, state, number, meeting }: DeliveryPoint) => ({
  delivery: {
    type,
    ...(state === undefined ? {} : { state }),
    ...(number === 1 ? {} : { number }),
    ...(meeting === 1 ? {} : { meeting }),
  },
});

const placeOfCall = ({ operation, number }: CallPoint) => ({
  call: { operation, ...(number === 1 ? {} : { number }) },
});

/** Every kind, the most telling first. What happens to a call of the app stands after what happens to a webhook. */
export const KINDS: readonly Kind[] = [
  ...ON_DELIVERY.map(({ ways, ...kind }): Kind => ({
    ...kind,
    at: (point) => {
      // What is not the vendor's is so at every attempt, and a rule without an end has nothing behind it to strike.
      if (point.on !== 'delivery' || (kind.lasts && !point.isLast)) return [];
      return ways(point).map((effect) => ({ at: placeOfDelivery(point), do: effect }));
    },
  })),
  ...ON_CALL.map(({ ways, inRealTime = ways, times, ofLists, ...kind }): Kind => ({
    ...kind,
    at: (point, isLed) =>
      point.on === 'delivery' || (ofLists && !(point.isOfList && point.number === 1))
        ? []
        : (isLed ? ways : inRealTime).map((effect) => ({
            at: placeOfCall(point),
            do: effect,
            ...(times === undefined ? {} : { times }),
          })),
  })),
];

const ACTS: readonly Kind[] = [
  { name: 'reschedule', words: 'the meeting is moved', at: () => [] },
  { name: 'cancel', words: 'the meeting is called off', at: () => [] },
  { name: 'restart', words: 'the app is restarted', at: () => [] },
];

/** What users do in their own calendars, as a sentence without its end. */
const USER_WORDS: Readonly<Record<UserAct, string>> = {
  moves: 'a user moves the meeting in the calendar',
  renames: 'a user gives the meeting another title',
  declines: 'the owner of the calendar declines the meeting',
  accepts: 'the owner of the calendar accepts the meeting',
  deletes: 'a user deletes the meeting in the calendar',
  restores: 'a user brings the meeting back',
  changes_conferencing: 'a user gives the meeting another link',
  removes_conferencing: 'a user takes the link off the meeting',
  adds_guest: 'a user invites somebody else',
  removes_guest: 'a user takes somebody off the meeting',
  repeats: 'a user has the meeting repeat',
  disconnects: 'a user takes the access to the calendar away',
  reconnects: 'a user gives the access to the calendar back',
};

const IN_CALENDARS: readonly Kind[] = USER_ACTS.map((act) => ({
  name: userKind(act),
  words: USER_WORDS[act],
  at: () => [],
}));

function userKind(act: UserAct): string {
  return `user-${act.replaceAll('_', '-')}`;
}

/** The kinds that can be left out. */
export const KIND_NAMES: readonly string[] = [...KINDS, ...IN_CALENDARS].map(({ name }) => name);

const kindNamed = (name: string): Kind => [...KINDS, ...ACTS, ...IN_CALENDARS].find((kind) => kind.name === name)!;

/** How each kind is told from the words of a deviation, the first that fits. */
const TELLS: readonly (readonly [kind: string, (effect: DeliveryDo) => boolean])[] = [
  ['beside', (effect) => effect.hold_until !== undefined && effect.together === true],
  ['together', (effect) => effect.together === true],
  ['duplicate', (effect) => effect.duplicate !== undefined],
  ['redelivered', (effect) => effect.redeliver === true],
  ['reordered', (effect) => effect.hold_until !== undefined],
  ['late', (effect) => effect.delay !== undefined],
  ['lost', (effect) => effect.drop === true],
  ['early', (effect) => effect.early === true],
  ['lost-answer', (effect) => effect.answers !== undefined && effect.send === true],
  ['retried', (effect) => effect.answers !== undefined],
  ['unsigned', (effect) => effect.signature === 'missing'],
  ['old-secret', (effect) => effect.signature === 'old_secret'],
  ['rotation', (effect) => effect.signature === 'rotation'],
  ['forged', (effect) => effect.signature !== undefined],
  ['truncated', (effect) => effect.corrupt === 'truncate'],
  ['garbled', (effect) => effect.corrupt === 'invalid_json'],
  ['extra-field', (effect) => effect.corrupt === 'extra_field'],
];

function callKind(effect: CallDo): string {
  if (effect.rate_limit !== undefined) return 'call-rate-limited';
  if (effect.reset) return 'call-cut-off';
  if (effect.truncate !== undefined) return 'call-truncated';
  if (effect.page_size !== undefined) return 'short-pages';
  return effect.handled ? 'call-refused-after' : 'call-unavailable';
}

export function kindOf(deviation: Deviation): Kind {
  if (isDelivery(deviation))
    return kindNamed(TELLS.find(([, fits]) => fits(deviation.do as DeliveryDo))?.[0] ?? 'whitespace');
  if (isCall(deviation)) return kindNamed(callKind(deviation.do));
  if (isUser(deviation)) return kindNamed(userKind(deviation.do.user));
  return kindNamed(Object.keys(deviation.do)[0]!);
}

/** The point of a deviation in words: `the second transcript.update`, `bot.state_change joined`. */
export function pointInWords({ at }: Deviation): string {
  if ('instant' in at) return `${at.instant} from the time of the meeting`;
  if ('call' in at) return `${nth(at.call.number)}call ${at.call.operation}`;
  const { type, state, number, meeting } = at.delivery;
  return `${nth(number)}${type}${state === undefined ? '' : ` ${state}`}${meeting === undefined ? '' : ` of meeting ${meeting}`}`;
}

const nth = (number = 1): string => (number === 1 ? '' : `${['second', 'third'][number - 2] ?? `${number}th`} `);

/** A story in one line. */
export const inOneLine = ({ scenario, meetings = 1, earlier = 0, day, deviations }: Story): string =>
  [
    scenario,
    ...(day === undefined ? [] : ['on the day before clocks change']),
    ...(meetings > 1 ? [`${meetings} meetings overlap`] : []),
    ...(earlier > 0 ? [afterOthers(earlier)] : []),
    ...deviations.map(inWords),
  ].join('; ');

/** How many meetings like it the app has lived through before: `after another that is over`. */
export const afterOthers = (earlier: number): string =>
  earlier === 1 ? 'after another that is over' : `after ${earlier} others that are over`;

/** A deviation as one sentence. */
export function inWords(deviation: Deviation): string {
  const { words } = kindOf(deviation);
  if (isUser(deviation)) return `${userInWords(deviation)} at ${deviation.at.instant}`;
  if ('instant' in deviation.at) return `${words} at ${deviation.at.instant}`;
  return `${pointInWords(deviation)} ${words}${howMuch(deviation.do as DeliveryDo)}`;
}

/** An act without its moment: `the app is restarted`. */
export function actInWords(one: InstantDeviation | UserDeviation): string {
  if (isUser(one)) return userInWords(one);
  return `${kindOf(one).words}${one.do.reschedule === undefined ? '' : ` by ${one.do.reschedule}`}`;
}

/** An act of a user without its moment: `a user moves the meeting in the calendar by +1h`. */
export function userInWords(deviation: UserDeviation): string {
  const { user, to, guest } = deviation.do;
  const where = to === undefined ? '' : user === 'moves' ? ` by ${to}` : `: ${to}`;
  return `${kindOf(deviation).words}${where}${guest === undefined ? '' : `: ${guest}`}`;
}

function howMuch({ delay, hold_until: until, together, answers }: DeliveryDo): string {
  if (until)
    return `: ${together ? 'with' : 'after'} ${until.type}${until.state === undefined ? '' : ` ${until.state}`}`;
  if (delay !== undefined) return ` by ${delay}`;
  return answers && answers.length > 1 ? ` ${answers.length} times` : '';
}

export const kindName = (deviation: Deviation): string => kindOf(deviation).name;
