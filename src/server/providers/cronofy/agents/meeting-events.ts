import type { FailureReason } from '../../../../contracts/cronofy/lifecycle.js';
import type { JoinFailure } from '../../../../contracts/control/scenario.js';
import type { MeetingEvents, Artefacts } from '../../../engine/meeting.js';
import type { World } from '../../../engine/world.js';
import { calendarEntry, calendarPlan, userBooks } from '../events/plan.js';
import { calendarEventOf, userActs } from '../events/user-acts.js';
import { hear, listen } from './transcript.js';
import { applyEvent, planGivingUp, stopWaiting } from './life.js';
import { sliceOf, type Agent } from '../state.js';

const withSub =
  <Rest extends readonly unknown[]>(work: (world: World, agent: Agent, ...rest: Rest) => void) =>
  (world: World, sub: string, ...rest: Rest): void => {
    const agent = sliceOf(world).agents.get(sub);
    if (agent) work(world, agent, ...rest);
  };
const unseen = (): void => undefined;

const fail = (world: World, agent: Agent, reason: FailureReason): void =>
  void applyEvent(world, agent, 'failed', reason);

/** Out of the meeting; an agent that is stuck brings nothing back, and nobody is ever told (assumed). */
const getOut = withSub((world, { sub }) => {
  if (world.player.getsStuck(world, sub)) world.player.halt(world, sub);
  else world.player.exit(world, sub);
});

/**
 * What of a meeting's story Cronofy lets an integrator see: that the agent joined, and what it brought back, or that it
 * failed. Why it failed is told by no callback; the reasons are greenroom's own.
 */
export const meetingEvents: MeetingEvents = {
  // Without one, it is called as its application is branded (documented), whatever that is.
  nameOf: (world, sub) => sliceOf(world).agents.get(sub)?.display_name ?? 'Meeting Agent',
  userActs,
  calendarEventOf,
  userBooks,
  calendarEntry,
  calendarPlan,
  reachedLobby: withSub((world, agent) => planGivingUp(world, agent, world.now(), 'not_admitted')),
  waitsForHost: withSub((world, agent) => planGivingUp(world, agent, world.now(), 'host_never_came')),
  couldNotJoin: withSub((world, agent, reason: JoinFailure) =>
    fail(world, agent, reason === 'not_authorized' ? 'zoom_not_authorized' : reason),
  ),
  admitted: withSub((world, agent) => {
    stopWaiting(world, agent);
    applyEvent(world, agent, 'joined');
  }),
  denied: withSub((world, agent) => fail(world, agent, 'denied')),
  recordingAllowed: withSub(listen),
  participantJoined: unseen,
  participantLeft: unseen,
  spoke: withSub(hear),
  left: getOut,
  // Who is thrown out before it is in, was not let in (assumed: no page of the vendor tells of that).
  removed: withSub((world, agent) =>
    agent.state === 'joined' ? getOut(world, agent.sub) : fail(world, agent, 'denied'),
  ),
  crashed: withSub((world, agent) => fail(world, agent, 'crashed')),
  meetingEnded: withSub((world, agent) => {
    if (agent.state !== 'joined') fail(world, agent, 'meeting_ended');
  }),
  artefactsReady: withSub((world, agent, artefacts: Artefacts) => {
    keepArtefacts(agent, artefacts);
    applyEvent(world, agent, 'complete');
  }),
};

/** Only what is not simply there is worth a line in the agent's record. */
function keepArtefacts(agent: Agent, artefacts: Artefacts): void {
  const special = Object.entries(artefacts).filter(([, { what, expires }]) => what !== 'ready' || expires !== null);
  if (special.length > 0) agent.artefacts = Object.fromEntries(special);
}
