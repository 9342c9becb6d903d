import type { Subject } from '../client/subject.js';
import type { SubjectState } from '../client/vendors.js';
import { didYouMean, nearest } from '../contracts/nearest.js';
import { contractAt } from '../contracts/versions/versions.js';
import { VENDOR_LIST } from '../contracts/vendors.js';
import { GreenroomError } from '../errors.js';
import { show } from '../client/show.js';
import { lines, type Judgement } from './judgement.js';
import { describeNext } from './pending.js';

/** Whether an agent or a bot is, or was once, in this state. */
export async function judgeReached(subject: Subject, state: SubjectState): Promise<Judgement> {
  const transitions = await subject.transitions();
  const [first] = transitions;
  const path = first === undefined ? await beginningOf(subject) : [first.from, ...transitions.map(({ to }) => to)];
  if (!path.includes(state)) assertState(subject.room, state, first?.provider);
  const name = show(subject.reference);
  return {
    holds: path.includes(state),
    denied: `Expected ${name} to have reached "${state}", but ${await describeLife(subject, path)}`,
    affirmed: `Expected ${name} not to have reached "${state}", but ${wayOf(path)}.`,
    actual: path,
    expected: state,
  };
}

const wayOf = (path: readonly string[]): string =>
  path.length === 1 ? `nothing has happened to it yet: it is "${path[0]}"` : `it went ${path.join(' → ')}`;

/** The state of an agent that has not gone a step. */
async function beginningOf(subject: Subject): Promise<readonly string[]> {
  const state = await subject.state();
  return state == null ? [] : [state];
}

async function describeLife({ room, reference }: Subject, path: readonly string[]): Promise<string> {
  if (path.length > 0) return `${wayOf(path)}. ${await describeNext(room)}`;
  const { entries } = await room.timeline({ subject: reference, limit: 1 });
  if (entries.length > 0) return `nothing has happened to it yet. ${await describeNext(room)}`;
  const { entries: all } = await room.timeline({ kind: 'transition' });
  const known = [...new Set(all.map((entry) => entry.subject ?? ''))];
  return known.length === 0
    ? `there is no such agent in the workspace "${room.id}", and no other has done anything. Did the app call it?`
    : `there is no such agent in the workspace "${room.id}". These are there:${lines(known)}`;
}

/** A state that no agent of the vendor can have would make every denial true. Vendors of one's own have states that are not known here. */
function assertState(room: Subject['room'], state: string, provider: string | undefined): void {
  if (typeof state !== 'string')
    throw new GreenroomError(
      'USAGE',
      `Failed to look for the state: expected a name such as "ended", was ${show(state)}.`,
    );
  const profiles = VENDOR_LIST.filter(({ name }) => provider === undefined || name === provider);
  const known = profiles.flatMap(
    (profile) => contractAt(profile, room.vendor(profile.name)['version']).lifecycle.states,
  );
  const meant = known.includes(state) ? undefined : nearest(state, known);
  if (meant === undefined) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to look for the state "${state}": no agent can have it.${didYouMean(meant)}`,
    { was: state, nearest: meant },
  );
}
