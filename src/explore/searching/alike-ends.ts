import { differences } from '../playing/state.js';
import type { Outcome } from '../playing/outcome.js';
import type { Explorer } from './explorer.js';
import type { Story } from '../stories/story.js';

const endOf = ({ deliveries }: Outcome): string | undefined =>
  deliveries.findLast(({ state }) => state !== undefined)?.state;

/** Which meetings came to another end than the one that went well, and left the very same state: a note, for that may be meant. */
export async function endsAlike<A>(
  explorer: Explorer<A>,
  plainest: Story,
  scenarios: readonly string[],
): Promise<string[]> {
  const { play, ignore } = explorer;
  const happy = await explorer.quiet(plainest);
  const isLikeHappy = ({ states }: Pick<Outcome, 'states'>): boolean =>
    differences(happy.states[0], states[0], ignore).length === 0;
  // A state that stands still is told of as blind.
  if (!play.state || happy.samples.every(isLikeHappy)) return [];
  const others = await Promise.all(scenarios.map((scenario) => explorer.quiet({ ...plainest, scenario })));
  const alike = others.filter(
    (one) => one.unread === undefined && happy.unread === undefined && endOf(one) !== endOf(happy) && isLikeHappy(one),
  );
  if (alike.length === 0) return [];
  const names = alike.map((one) => `${one.story.scenario} (${endOf(one) ?? 'no state'})`).sort();
  return [
    `The state after ${names.join(', ')} is the very same as after ${happy.story.scenario} (${endOf(happy) ?? 'no state'}). That may be meant, and is no finding; where users should see which of the two it was, show it in the state.`,
  ];
}
