import type { Subject } from '../client/subject.js';
import type { SubjectState } from '../client/vendors.js';
import { lines, show, type Judgement } from './judgement.js';
import { describeNext } from './pending.js';

/** Whether an agent or a bot is, or was once, in this state. */
export async function judgeReached(subject: Subject, state: SubjectState): Promise<Judgement> {
  const transitions = await subject.transitions();
  const [first] = transitions;
  const path = first === undefined ? [] : [first.from, ...transitions.map(({ to }) => to)];
  const name = show(subject.reference);
  return {
    holds: path.includes(state),
    denied: `Expected ${name} to have reached "${state}", but ${await describeLife(subject, path)}`,
    affirmed: `Expected ${name} not to have reached "${state}", but it went ${path.join(' → ')}.`,
    actual: path,
    expected: state,
  };
}

async function describeLife({ room, reference }: Subject, path: readonly string[]): Promise<string> {
  if (path.length > 0) return `it went ${path.join(' → ')}. ${await describeNext(room)}`;
  const { entries } = await room.timeline({ subject: reference, limit: 1 });
  if (entries.length > 0) return `nothing has happened to it yet. ${await describeNext(room)}`;
  const { entries: all } = await room.timeline({ kind: 'transition' });
  const known = [...new Set(all.map((entry) => entry.subject ?? ''))];
  return known.length === 0
    ? `there is no such agent in the workspace "${room.id}", and no other has done anything. Did the app call it?`
    : `there is no such agent in the workspace "${room.id}". These are there:${lines(known)}`;
}
