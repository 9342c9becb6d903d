import type { Greenroom } from '../../client/greenroom.js';
import { expectedOf, type Expected } from '../../contracts/control/scenario.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import { PLAINEST } from './plain.js';

/** The scenarios that can be explored with a vendor. */
export interface ScenarioChoice {
  /** The plainest first, then one of each course of states and with each type of message, and one whose words are in other scripts. */
  readonly first: readonly string[];
  /** Those whose states go like those of another: the reasons, the words and the times differ. */
  readonly others: readonly string[];
  /** The first are those that the user named. */
  readonly areNamed: boolean;
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Never ends by itself. */
const MANUAL = 'manual';

/** Chooses scenarios by what the vendor makes of them. Throws USAGE for a name that no scenario has. */
export async function chooseScenarios(
  room: Greenroom,
  provider: string,
  wanted: readonly string[] | undefined,
): Promise<ScenarioChoice> {
  const { scenarios } = await room.scenarios.list();
  const names = scenarios.map(({ name }) => name);
  const stray = wanted?.find((name) => !names.includes(name));
  if (stray !== undefined)
    throw new GreenroomError(
      'USAGE',
      `Failed to explore the scenario "${stray}": there is none of that name.${didYouMean(nearest(stray, names))}`,
    );
  if (wanted && wanted.length > 0) return { first: [...new Set(wanted)], others: [], areNamed: true };
  const known = new Set<string>();
  const choice = { first: [] as string[], others: [] as string[], areNamed: false };
  for (const name of [PLAINEST, ...names.filter((one) => one !== PLAINEST && one !== MANUAL)]) {
    const courses = await coursesOf(room, provider, name);
    if (courses === undefined && name !== PLAINEST) continue;
    const fresh = (courses ?? []).filter((one) => !known.has(one));
    (fresh.length > 0 || name === PLAINEST ? choice.first : choice.others).push(name);
    for (const one of fresh) known.add(one);
  }
  return choice;
}

/**
 * What tells a scenario from others: the states through which the vendor's agent goes, as one text, and each type of message that
 * tells of no state; `undefined` if the vendor cannot play it. With words beyond ASCII the states are another course: each
 * program that a message passes through may write those otherwise.
 */
async function coursesOf(room: Greenroom, provider: string, name: string): Promise<string[] | undefined> {
  const scenario = (await room.scenarios.get(name)) as {
    readonly fit?: Readonly<Record<string, readonly { readonly never?: true }[]>>;
    readonly expected?: Readonly<Record<string, Expected>>;
  };
  if (scenario.fit?.[provider]?.some(({ never }) => never)) return undefined;
  // Of the version that the room has.
  const steps = expectedOf(scenario.expected?.[provider], room.vendor(provider)['version'] ?? '') ?? [];
  const states = steps.flatMap((step) => ('state' in step ? [step.state] : []));
  const others = steps.flatMap((step) => ('state' in step || step.webhook === undefined ? [] : [step.webhook]));
  return [
    [...states, ...(BEYOND_ASCII.test(JSON.stringify(scenario)) ? ['in other scripts'] : [])].join(' '),
    ...others,
  ];
}
