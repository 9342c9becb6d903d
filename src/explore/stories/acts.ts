import { parseInstant, type Micros } from '../../clock/instant.js';
import type { Choice } from './choices.js';
import { CANCEL_EARLY } from '../judging/differing-calls.js';
import { kindOf } from './kinds.js';
import { pointsOf, type Point } from './points.js';
import type { Outcome } from '../playing/outcome.js';
import { signedDuration, writeOffset, type Deviation, type Story, type UserDeviation } from './story.js';

/** What people do to a meeting, the app's own user and those who have it in their calendars. */

/** Before the agent is ready, while it is there, and when all is over. */
export const RESTARTS = ['-8m', '-2m', '5m', '31m'];
export const restartAt = (instant: string): Deviation => ({ at: { instant }, do: { restart: true } });

/** A call that fails when the app is about to be started anew. */
const FAILING = 'call-unavailable';
/** Nobody calls again so soon. */
const MOMENT: Micros = 1000;

/** Each call fails once, and the app is started anew before it makes it again. */
export const cutShort = (choices: readonly Choice[], { calls, joinAt }: Outcome): Deviation[][] =>
  choices.flatMap(({ point, kind, way, deviation }) => {
    if (point.on !== 'call' || point.number > 1 || kind.name !== FAILING || way > 0) return [];
    const call = calls.find(({ operation }) => operation === point.operation);
    const offset = call && parseInstant(call.at)! - parseInstant(joinAt)! + MOMENT;
    // What the act calls is over when the first restart can come.
    if (offset === undefined || offset < signedDuration(RESTARTS[0]!)) return [];
    return [[deviation, restartAt(writeOffset(offset))]];
  });

/** Which acts an app has. */
export interface ActsOfApp {
  readonly canReschedule: boolean;
  readonly canCancel: boolean;
  /** The app keeps its state over a restart. */
  readonly canRestart: boolean;
}

/** What the app's user does in the app, and who runs it. */
export const actsInApp = ({ canReschedule, canCancel, canRestart }: ActsOfApp): Deviation[] => [
  ...(canReschedule ? ['-9m', '-6m'].map((instant) => ({ at: { instant }, do: { reschedule: '15m' } })) : []),
  ...(canCancel ? [CANCEL_EARLY, '5m'].map((instant) => ({ at: { instant }, do: { cancel: true as const } })) : []),
  ...(canRestart ? RESTARTS.map(restartAt) : []),
];

/** The first act of each sort, in which the calls that only it makes fail. */
export async function actsInTrouble(
  acts: readonly Deviation[],
  liveWith: (acts: readonly Deviation[]) => Promise<Outcome>,
  choicesAt: (points: readonly Point[]) => readonly Choice[],
): Promise<Deviation[][]> {
  const sorts = acts.map((one) => kindOf(one).name);
  const firsts = acts.filter((_, i) => sorts.indexOf(sorts[i]!) === i && sorts[i] !== 'restart');
  const known = new Set(pointsOf(await liveWith([])).map(nameOfPoint));
  const troubled: Deviation[][] = [];
  for (const one of firsts) {
    const outcome = await liveWith([one]);
    const writes = new Set(outcome.calls.flatMap(({ operation, method }) => (method === 'GET' ? [] : operation)));
    const own = pointsOf(outcome).filter(
      (point) => point.on === 'call' && writes.has(point.operation) && !known.has(nameOfPoint(point)),
    );
    troubled.push(...choicesAt(own).map(({ deviation }) => [one, deviation]));
  }
  return troubled;
}

const nameOfPoint = ({ edge, number }: Point): string => `${edge} ${number}`;

const act = (instant: string, user: UserDeviation['do']['user'], to?: string): UserDeviation => ({
  at: { instant },
  do: { user, ...(to === undefined ? {} : { to }) },
});

/** On which day, and what is done. */
export type CalendarLife = Pick<Story, 'day'> & { readonly deviations: readonly UserDeviation[] };

/** Acts in good time: whatever goes wrong with the messages of them is tried as well. */
const IN_TIME: readonly UserDeviation[] = [act('-1h', 'deletes'), act('-1h', 'moves', '+1h')];

/** What users do in their calendars, the most telling first. */
const LIVES: readonly CalendarLife[] = [
  ...IN_TIME.map((one) => ({ deviations: [one] })),
  // When the agent is on its way already, and when it is joining.
  { deviations: [act('-2m', 'moves', '+1h')] },
  { deviations: [act('1s', 'deletes')] },
  { deviations: [act('-1h', 'declines')] },
  // To the next day, which has 24 hours, and which has 23 or 25.
  { deviations: [act('-1h', 'moves', '+1d')] },
  { day: 'clock-change', deviations: [act('-1h', 'moves', '+1d')] },
  { deviations: [act('-1h', 'moves', '-30m')] },
  { deviations: [act('-1h', 'deletes'), act('-50m', 'restores')] },
  { deviations: [act('-1h', 'moves', '+1h'), act('-50m', 'moves', '-1h')] },
  { deviations: [act('-1h', 'changes_conferencing')] },
  { deviations: [act('-1h', 'declines'), act('-50m', 'accepts')] },
  { deviations: [act('-1h', 'renames', 'Another title')] },
  { deviations: [act('-1h', 'repeats')] },
];

/** Those without what is left out. */
export const calendarLives = (without: readonly string[]): CalendarLife[] =>
  LIVES.filter(({ deviations }) => deviations.every((one) => !without.includes(kindOf(one).name)));

/** True for a story of one of them alone. */
export const isInTime = ({ day, deviations: [one, other] }: Story): boolean =>
  day === undefined && other === undefined && IN_TIME.some((known) => known === one);
