import { MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import { AGENT_LIFECYCLE, type AgentEvent, type FailureReason } from '../../../../contracts/cronofy/lifecycle.js';
import type { AgentInteraction } from '../../../../contracts/cronofy/subscriptions.js';
import { legalEvents, nextState } from '../../../engine/lifecycle.js';
import type { World } from '../../../engine/world.js';
import { meetingService } from '../meeting-link.js';
import { notify } from '../webhooks.js';
import { jobs } from '../jobs.js';
import { openResources } from './resources.js';
import { planImage } from './image.js';
import { isOver } from '../lifecycle.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Agent } from '../state.js';
import { stopListening } from './transcript.js';
import { lacksAuthorization } from './zoom.js';

/** The activated callback comes "up to 5 minutes before the join_time" (documented). */
const ACTIVATION_LEAD: Micros = 5 * MICROS_PER_MINUTE;
/** Assumed: "as soon as possible" after an immediate request. */
const DISPATCH_DELAY: Micros = 1_000_000;

const CALLBACKS: Partial<Record<AgentEvent, AgentInteraction>> = {
  activated: 'meeting_agent_activated',
  complete: 'meeting_agent_complete',
  failed: 'meeting_agent_failed',
};

/** Moves an agent along its table and tells its subscribers. Returns why not, if the table does not allow it. */
export function applyEvent(world: World, agent: Agent, event: AgentEvent, subType?: string): string | undefined {
  const to = nextState(AGENT_LIFECYCLE, agent.state, event);
  if (to === undefined) {
    const legal = legalEvents(AGENT_LIFECYCLE, agent.state);
    return `${event} is not allowed while the agent is ${agent.state}; ${legal.length > 0 ? `allowed are ${legal.join(', ')}` : 'its life is over'}`;
  }
  const from = agent.state;
  agent.state = to;
  world.log({
    kind: 'transition',
    provider: 'cronofy',
    subject: agent.sub,
    event,
    from,
    to,
    ...(subType === undefined ? {} : { sub_type: subType }),
  });
  if (event === 'complete') openResources(world, agent);
  const callback = CALLBACKS[event];
  if (callback) notify(world, agent, callback);
  if (isOver(to)) {
    stopWaiting(world, agent);
    world.player.forget(world, agent.sub);
    stopListening(world, agent);
  }
  return undefined;
}

/** Plans the next step of an agent anew, after its time has changed. */
export function replan(world: World, agent: Agent): void {
  world.clock.cancel(agent.job);
  agent.job = null;
  // Activation comes up to 5 minutes before the join time (documented): one that moves farther away is activated anew.
  if (agent.state === 'activated' && agent.join_time - ACTIVATION_LEAD > world.now())
    applyEvent(world, agent, 'rescheduled');
  if (agent.state === 'scheduled') planActivation(world, agent);
  else if (world.player.plays(world, agent.sub)) planJoining(world, agent, 0);
}

function planJoining(world: World, agent: Agent, preparation: Micros): void {
  const late = world.player.launch(world, agent.sub);
  const due = Math.max(agent.join_time, world.now() + preparation) + (typeof late === 'number' ? late : 0);
  agent.job = jobs.plan(world, 'join', { due, subject: agent.sub });
}

/** Plans the end of an agent's patience, which counts from an instant. */
export function planGivingUp(world: World, agent: Agent, from: Micros, reason: FailureReason): void {
  world.clock.cancel(agent.job);
  const due = from + settingsOf(world).waitingTimeout;
  agent.job = jobs.plan(world, 'giveUp', { due, subject: agent.sub, args: { reason } });
}

/** Somebody has let the agent in. */
export function stopWaiting(world: World, agent: Agent): void {
  world.clock.cancel(agent.job);
  agent.job = null;
}

/** Plans the activation of an agent. */
export function planActivation(world: World, agent: Agent): void {
  if (!world.player.plays(world, agent.sub)) return;
  if (world.player.launch(world, agent.sub) === 'never')
    return planGivingUp(world, agent, agent.join_time, 'not_launched');
  const now = world.now();
  const due = agent.immediate ? now + DISPATCH_DELAY : Math.max(now + 1, agent.join_time - ACTIVATION_LEAD);
  agent.job = jobs.plan(world, 'activate', { due, subject: agent.sub });
}

/** True if the agent can no longer be moved or cancelled. */
export function hasBegunJoining(world: World, agent: Agent): boolean {
  if (agent.state !== 'scheduled' && agent.state !== 'activated') return true;
  return settingsOf(world).joining_begins === 'activated'
    ? agent.state === 'activated'
    : world.now() >= agent.join_time;
}

/** Cancels an agent, unless it has begun joining: then it stays as it is (documented). */
export function cancelAgent(world: World, agent: Agent): void {
  if (hasBegunJoining(world, agent)) {
    return world.note('cancel', agent.sub, `the agent is ${agent.state} and stays as it is`);
  }
  stopWaiting(world, agent);
  applyEvent(world, agent, 'cancelled');
}

/** Why an agent cannot join its meeting now; `undefined` if it can. */
function obstacle(world: World, agent: Agent): string | undefined {
  if (meetingService(agent.join_url) === undefined)
    return agent.join_url === '' ? 'no_meeting_url' : 'unsupported_meeting_url';
  if (lacksAuthorization(world, agent)) return 'zoom_not_authorized';
  if (!settingsOf(world).attendee_present) return 'attendee_absent';
  return undefined;
}

/** The agent of a job that is due. */
function dueAgent(world: World, sub: string): Agent | undefined {
  const agent = sliceOf(world).agents.get(sub);
  if (agent) agent.job = null;
  return agent;
}

/** The agent is activated, and prepares to join. */
export function activate(world: World, sub: string): void {
  const agent = dueAgent(world, sub);
  if (!agent) return;
  applyEvent(world, agent, 'activated');
  if (agent.image_url !== null) planImage(world, agent.sub);
  planJoining(world, agent, settingsOf(world).preparationTime);
}

/** The agent begins to join, or fails for what is in its way. */
export function join(world: World, sub: string): void {
  const agent = dueAgent(world, sub);
  if (!agent) return;
  const reason = obstacle(world, agent);
  if (reason === undefined) world.player.enter(world, agent.sub, agent.join_url);
  else applyEvent(world, agent, 'failed', reason);
}

/** The agent has waited long enough. */
export function giveUp(world: World, sub: string, { reason }: { readonly reason: FailureReason }): void {
  const agent = dueAgent(world, sub);
  if (agent) applyEvent(world, agent, 'failed', reason);
}
