import type { Explorer } from './explorer.js';
import { differences } from '../playing/state.js';
import type { ExploreResult } from '../report/report.js';
import type { Story } from '../stories/story.js';

/** Of a state that was given, and tells nothing. */
const STATE_STANDS =
  'state: it was the same before, during and after every meeting, so nothing could have made it differ.';

interface Seen {
  readonly sometimes: Readonly<Record<string, unknown>>;
  readonly held: ReadonlySet<string>;
  readonly scenarios: readonly string[];
}

/** The oracles that could not have failed, each with the reason. */
export async function blindOracles<A>(
  explorer: Explorer<A>,
  plainest: Story,
  { sometimes, held, scenarios }: Seen,
): Promise<string[]> {
  const quiet = await explorer.quiet(plainest);
  const others = await Promise.all(scenarios.map((scenario) => explorer.quiet({ ...plainest, scenario })));
  const never = Object.keys(sometimes).filter((name) => !held.has(name));
  const blind = never.map((name) => `sometimes ${name}: it never held.`);
  if (!explorer.play.state) blind.push('state: no state was given, so only answers and calls could be judged.');
  else if ([...others, ...quiet.samples].every(({ states }) => isSame(quiet.states[0], states[0], explorer)))
    blind.push(STATE_STANDS);
  if (quiet.calls.length === 0)
    blind.push('calls: the app called the vendor for nothing, so no call could be missing or made twice.');
  const ends = new Set(others.map(({ deliveries }) => deliveries.findLast(({ state }) => state !== undefined)?.state));
  if (!explorer.isRenewable)
    blind.push('alike: no app was started anew here, so nothing told what one meeting leaves to a later one.');
  if (ends.size < 2) blind.push('noticed: no scenario that was played ended in failure.');
  return blind;
}

const isSame = <A>(one: unknown, other: unknown, { ignore }: Explorer<A>): boolean =>
  differences(one, other, ignore).length === 0;

/** Why a search that has found nothing is no green: it was stopped, or the state stands still. */
export const whyNotGreen = ({ stopped, blind }: ExploreResult): string | undefined =>
  stopped === undefined ? blind.find((reason) => reason === STATE_STANDS) : `The search stopped early: ${stopped}`;

export const isGreen = (result: ExploreResult): boolean =>
  result.findings.length === 0 && whyNotGreen(result) === undefined;
