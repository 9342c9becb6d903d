import type { Participant } from '../engine/meeting.js';
import type { World } from '../engine/world.js';
import { breakOff } from './speech.js';
import { playStateOf, type AgentRun, type Meeting } from './state.js';

/** The agents of one meeting are participants to each other, as anybody else is. */

/** So many agents of a meeting can be seen: with each of them everybody has one more to see. */
const SEEN_MAX = 100;

/** The meeting that an agent has entered. */
export function meetingOf(world: World, { meetingUrl, meetingStart }: AgentRun): Meeting | undefined {
  const meeting = playStateOf(world).meetings.get(meetingUrl ?? '');
  return meeting?.startedAt === meetingStart ? meeting : undefined;
}

/** An agent as the others see it; `undefined` if it is no participant. */
export function asParticipant(world: World, { agent, provider, order }: AgentRun): Participant | undefined {
  const name = world.vendor(provider).meetingEvents.nameOf?.(world, agent);
  return name === undefined ? undefined : { key: `agent-${order + 1}`, name, host: false };
}

const NOBODY: readonly AgentRun[] = [];

/** The other agents that are in the meeting: none, for most. */
export function othersOf(world: World, run: AgentRun): readonly AgentRun[] {
  const present = meetingOf(world, run)?.present ?? [];
  if (present.length === 0 || (present.length === 1 && present[0] === run.number)) return NOBODY;
  const { runs } = playStateOf(world);
  return present.flatMap((number) => (number === run.number ? [] : (runs[number] ?? [])));
}

/** Those of them that see what happens. */
export function watchersOf(world: World, run: AgentRun): readonly AgentRun[] {
  const others = othersOf(world, run);
  return others.length === 0 ? others : others.filter(({ watches }) => watches);
}

/** An agent is let in. */
export function comeIn(world: World, run: AgentRun): void {
  const meeting = meetingOf(world, run);
  const who = asParticipant(world, run);
  if (!meeting || !who || meeting.present.length >= SEEN_MAX) return;
  meeting.present.push(run.number);
  for (const other of watchersOf(world, run))
    world.vendor(other.provider).meetingEvents.participantJoined?.(world, other.agent, who);
}

/** An agent begins to see what happens, and first who is there. */
export function lookAround(world: World, run: AgentRun): void {
  if (run.watches) return;
  run.watches = true;
  for (const other of othersOf(world, run))
    world.vendor(run.provider).meetingEvents.participantJoined?.(world, run.agent, asParticipant(world, other)!);
}

/** An agent is out. Nobody sees it go if the meeting is over for all. */
export function goOut(world: World, run: AgentRun, seen: boolean): void {
  const meeting = meetingOf(world, run);
  const place = meeting?.present.indexOf(run.number) ?? -1;
  if (!meeting || place === -1) return;
  meeting.present.splice(place, 1);
  if (!seen) return;
  const who = asParticipant(world, run)!;
  for (const other of watchersOf(world, run)) {
    breakOff(world, other, who.key);
    world.vendor(other.provider).meetingEvents.participantLeft?.(world, other.agent, who);
  }
}
