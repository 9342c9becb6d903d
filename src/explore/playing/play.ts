import type { VendorName } from '../../client/vendors.js';
import { formatInstant, isWithin, parseInstant, type Micros } from '../../clock/instant.js';
import { waited } from '../../clock/real-time.js';
import { Execution } from './execution.js';
import { faultsOf } from './faults.js';
import { kindOf } from '../stories/kinds.js';
import { linesOf } from '../report/lines.js';
import { keptOf } from '../report/printed.js';
import { meetingsOf } from './meetings.js';
import { isOf, readingsOf, seenCalls, seenDeliveries } from './observe.js';
import type { Outcome } from './outcome.js';
import { outlastsPatience } from './own-time.js';
import type { Session } from './stage.js';
import { isDelivery, isFailing, isInstant, isUser, signedDuration, type Story } from '../stories/story.js';
import type { Play, Watching } from './watching.js';

/** What is lived after the vendor has nothing more to do. */
const TAIL = '1h';
const HALF_TAIL: Micros = 1_800_000_000;
/** An app that asks for more and more does so for no reason that ends. */
const MOST_TAILS = 4;
/** Until a day is over. */
const LATER = ['2h', '6h', '15h'];
/** Real milliseconds for which an app whose time cannot be led may still be at work. */
const AT_WORK_MS = [20, 80, 300];

/** The time in which nothing should happen any more. */
interface Tail {
  readonly from: string;
  readonly to: string;
}

/** Plays a story from the first call to rest. Throws USAGE where the app cannot be explored. */
export async function play<A>(
  session: Session<A>,
  how: Play<A>,
  story: Story,
  { sample = false, isFine, patient = true, exactFrom, strangers = new Set() }: Watching = {},
): Promise<Outcome> {
  const execution = new Execution(session, how, story, strangers);
  const { room } = session;
  await execution.begin();
  const overlap = (story.meetings ?? 1) > 1;
  if (!overlap) await execution.addRules();
  const wanted = { number: session.number, count: story.meetings ?? 1, inCalendar: how.inCalendar };
  for (const meeting of meetingsOf(wanted, how.profile, await room.clock.now())) {
    await execution.schedule(meeting);
    if (overlap) await execution.addRules(meeting.number);
  }
  const instants = story.deviations.filter((one) => isInstant(one) || isUser(one));
  for (const one of instants.sort((a, b) => signedDuration(a.at.instant) - signedDuration(b.at.instant)))
    await execution.doAt(one);
  await execution.rest({ sample, exactFrom });
  // Before the app has time to ask the vendor.
  const atOnce = exactFrom === undefined ? [] : await execution.statesNow();
  const overAt = await room.clock.now();
  await execution.endFaults();
  await redeliver(execution);
  await execution.rest();
  const { from, to } = await liveOn(execution);
  const tail = { from: formatInstant(parseInstant(from)! + HALF_TAIL), to };
  return { ...(await whenFine(execution, tail, { isFine, patient })), atOnce, overAt };
}

/** Lives an hour in which nothing should happen. What an app asks for late, as by a timer of its own, is lived to its end before it. */
async function liveOn<A>(execution: Execution<A>): Promise<Tail> {
  const { clock } = execution.room;
  for (let round = 1; ; round++) {
    const { from, to, deliveries } = await clock.advance({ by: TAIL });
    await execution.rest();
    if (round === MOST_TAILS || (deliveries.length === 0 && (await clock.now()) === to)) return { from, to };
  }
}

/** Sends again what shall come again at the end. */
async function redeliver<A>(execution: Execution<A>): Promise<void> {
  const { story, room } = execution;
  for (const deviation of story.deviations) {
    if (!isDelivery(deviation) || !('redeliver' in deviation.do)) continue;
    const { type, state, number = 1, meeting = 1 } = deviation.at.delivery;
    const again = (await execution.deliveries()).filter(
      (one) => one.type === type && one.state === state && isOf(execution.agents, meeting, one.subject),
    )[number - 1];
    if (again) await room.deliveries.redeliver(again.id);
  }
}

/** Where all is not as it should be at rest, the app has a day to mend that. */
async function whenFine<A>(
  execution: Execution<A>,
  tail: Tail,
  { isFine, patient = true }: Pick<Watching, 'isFine' | 'patient'>,
): Promise<Outcome> {
  const { session, room } = execution;
  let outcome = await outcomeOf(execution, tail);
  if (!isFine || isFine(outcome)) return outcome;
  for (const ms of session.led ? [] : AT_WORK_MS.slice(0, patient ? AT_WORK_MS.length : 1)) {
    await waited(ms);
    outcome = await outcomeOf(execution, tail);
    if (isFine(outcome)) return outcome;
  }
  if (!session.led) {
    if (!execution.story.deviations.some(isFailing)) return outcome;
    const leftWaiting = await outlastsPatience(session, execution.story, async () =>
      isFine((outcome = await outcomeOf(execution, tail))),
    );
    return { ...outcome, leftWaiting: outcome.leftWaiting || leftWaiting };
  }
  for (const by of LATER) {
    await room.clock.advance({ by });
    outcome = await outcomeOf(execution, tail);
    if (isFine(outcome)) break;
  }
  return { ...outcome, waited: true };
}

/** What is to be seen when all is at rest. */
async function outcomeOf<A>(execution: Execution<A>, tail: Tail): Promise<Outcome> {
  const requests = await execution.requests();
  await execution.findAgents(requests);
  const { story, room, play, samples, agents, mask, rules, session } = execution;
  const provider = story.provider as VendorName;
  const forging = new Set([...rules].filter(([i]) => kindOf(story.deviations[i]!).is === 'forged').map(([, id]) => id));
  const listed = await execution.deliveries();
  const deliveries = seenDeliveries(listed, agents, forging);
  const ofMeetings = requests.filter(({ seq }) => seq > execution.beganAfter);
  const calls = seenCalls(ofMeetings, agents, mask);
  const authorization = play.profile.access.authorization(room.vendor(provider));
  const base = {
    story,
    deliveries,
    calls,
    readings: await readingsOf(room, calls, { authorization, mask }),
    states: await execution.states(),
    samples,
    plans: await execution.calendar.plans(execution.meetings, agents),
    missed: missedBy(execution, deliveries),
    ...(execution.refused === undefined ? {} : { refused: execution.refused }),
    disowned: execution.disowned.map(({ error, again, ...one }) => ({
      ...one,
      error: mask.text(error),
      ...(again === undefined ? {} : { again: mask.text(again) }),
    })),
    denied: execution.denied.map(({ act, again }) => ({ act, again: mask.text(again) })),
    ...(execution.unread === undefined ? {} : { unread: execution.unread }),
    unanswered: execution.unanswered,
    restless: calls.filter(({ at }) => isWithin(at, tail)).length,
    carriesOver: execution.carriesOver,
    waited: false,
    leftWaiting: execution.leftWaiting,
    atOnce: [],
    printed: keptOf(session.printed?.() ?? [], mask),
    overAt: tail.to,
    joinAt: execution.meetings[0]!.joinAt,
    ids: execution.meetings.map((meeting) => execution.idOf(meeting)),
    urls: execution.meetings.map(({ url }) => url),
    agents: agents.flat(),
    names: execution.names,
    asked: agents.map((ids) => ids.length),
    came: agents.map((ids) => ids.filter((id) => listed.some(({ subject, state }) => subject === id && state)).length),
  };
  const broken = [...execution.always];
  const isMute = execution.unread !== undefined || deliveries.at(-1)?.attempts.at(-1)?.answer === 'none';
  const crashes = await session.crashes(isMute);
  return {
    ...base,
    faults: faultsOf({ ...base, requests, crashes, broken, led: session.led }),
    lines: () => linesOf(base, base.joinAt, mask),
  };
}

/** The deviations that struck nothing. */
function missedBy<A>({ story, rules, struck, idle }: Execution<A>, deliveries: Outcome['deliveries']): number[] {
  return story.deviations.flatMap((deviation, i) => {
    const rule = rules.get(i);
    if (rule !== undefined) return struck.has(rule) ? [] : [i];
    if (isUser(deviation)) return idle.has(deviation) ? [i] : [];
    if (!isDelivery(deviation)) return [];
    const { type, state, number = 1 } = deviation.at.delivery;
    return deliveries.some((one) => one.type === type && one.state === state && one.number === number) ? [] : [i];
  });
}
