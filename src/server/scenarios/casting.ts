import type { CastingBody, CastingMatch } from '../../contracts/control/casting.js';
import { shorten } from '../../contracts/schemas/schema.js';
import { GreenroomError, messageOf } from '../../errors.js';
import { placeAt, told } from '../../told.js';
import type { CastingHints } from '../engine/player.js';
import type { World } from '../engine/world.js';
import { partsIn, readExpression } from './expression.js';
import { playStateOf, type CastingRule } from './state.js';

/** The six ways to choose a scenario; the first that says something decides. The last is the workspace's default. */
export function chooseScenario(
  world: World,
  provider: string,
  hints: CastingHints,
): { readonly scenario: string; readonly why: string; readonly asked: boolean } {
  const { header, meetingUrl, agentName, metadata } = hints;
  const asked = (scenario: string, why: string) => ({ scenario, why, asked: true });
  if (header !== undefined) return asked(header, 'header Greenroom-Scenario');
  const query = /[?&]greenroom=([\w.-]+)/.exec(meetingUrl)?.[1];
  if (query !== undefined) return asked(query, 'greenroom= in the meeting URL');
  const named = /^mock:([\w.-]+)$/.exec(agentName ?? '')?.[1];
  if (named !== undefined) return asked(named, "the agent's name");
  const wish = metadata?.('greenroom_scenario');
  if (wish !== undefined) return asked(wish, 'metadata.greenroom_scenario');
  const rule = playStateOf(world).casting.find((candidate) => isFor(candidate, provider, hints));
  if (rule) {
    rule.used++;
    return asked(rule.scenario, `rule ${rule.id}`);
  }
  return { scenario: world.scenario, why: "the workspace's default", asked: false };
}

/** Parts that the expressions of all rules of a stranger have: an agent that is made is held against each of them. */
const WORLD_PARTS = 5000;

/** Adds a rule after those that are there; `at` is where it stands. Its scenario must be known. Throws INVALID_BODY for a bad expression, and LIMIT_REACHED. */
export function addRule(world: World, { scenario, match, times }: CastingBody, at: string): CastingRule {
  assertRule({ match }, at);
  const state = playStateOf(world);
  assertRoomFor(world, [...state.casting.values(), { match }]);
  return state.casting.add({ id: `cast_${++state.rulesMade}`, scenario, match, times: times ?? null, used: 0 });
}

/** Throws INVALID_BODY for a bad expression, with its pointer in the rule. */
export function assertRule({ match }: Matching, at = ''): void {
  for (const [pattern, pointer] of patternsOf(match)) assertReadable(pattern, pointer, at);
}

/** Throws LIMIT_REACHED if the rules are too many for a world of strangers. */
export function assertRoomFor({ limits }: World, rules: readonly Matching[]): void {
  if (!limits) return;
  const patterns = rules.flatMap(({ match }) => patternsOf(match));
  const parts = patterns.reduce((sum, [pattern]) => sum + partsIn(pattern), 0);
  if (parts <= WORLD_PARTS) return;
  throw new GreenroomError(
    'LIMIT_REACHED',
    `Failed to add the rule: the expressions of all casting rules would have ${parts} parts with repetitions written out, and those of a workspace of a service have at most ${WORLD_PARTS}: delete some.`,
  );
}

type Matching = Pick<CastingRule, 'match'>;

/** What a rule says, and where it says so. */
function patternsOf(match: CastingMatch): (readonly [pattern: string, pointer: string])[] {
  const { metadata = {}, ...said } = match;
  return [
    ...Object.entries(said).map(([name, pattern]) => [pattern, `/match/${name}`] as const),
    ...Object.entries(metadata).map(([key, pattern]) => [pattern, `/match/metadata/${key}`] as const),
  ];
}

function isFor({ match, times, used }: CastingRule, provider: string, hints: CastingHints): boolean {
  if (times !== null && used >= times) return false;
  const texts: Record<keyof Omit<CastingMatch, 'metadata'>, readonly (string | null | undefined)[]> = {
    provider: [provider],
    meeting_url: [hints.meetingUrl, hints.normalUrl],
    bot_name: [hints.agentName],
    scheduling_key: [hints.schedulingKey],
    event_id: [hints.eventId],
  };
  const { metadata = {}, ...said } = match;
  return (
    (Object.entries(said) as [keyof typeof texts, string][]).every(([name, pattern]) =>
      texts[name].some((text) => isLike(pattern, text)),
    ) && Object.entries(metadata).every(([key, pattern]) => isLike(pattern, hints.metadata?.(key)))
  );
}

function isLike(pattern: string, text: string | null | undefined): boolean {
  if (text === null || text === undefined) return false;
  return readExpression(pattern)?.fits(text) ?? pattern === text;
}

function assertReadable(pattern: string, pointer: string, at: string): void {
  try {
    readExpression(pattern);
  } catch (error) {
    const expected = 'a regular expression between slashes, without lookarounds and references to groups';
    throw new GreenroomError(
      'INVALID_BODY',
      told`${{ ...placeAt('read the rule', pointer), pointer: `${at}${pointer}` }}expected ${expected}, was ${JSON.stringify(shorten(pattern))} (${messageOf(error)}).`,
      { pointer, expected, was: shorten(pattern) },
    );
  }
}
