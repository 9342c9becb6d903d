import type { CastingBody, CastingMatch } from '../../contracts/control/casting.js';
import { GreenroomError } from '../../errors.js';
import type { CastingHints } from '../engine/player.js';
import type { World } from '../engine/world.js';
import { readExpression } from './expression.js';
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

/** Adds a rule after those that are there. Its scenario must be known. Throws INVALID_BODY for a bad expression. */
export function addRule(world: World, { scenario, match, times }: CastingBody): CastingRule {
  assertRule({ match });
  const state = playStateOf(world);
  return state.casting.add({ id: `cast_${++state.rulesMade}`, scenario, match, times: times ?? null, used: 0 });
}

/** Throws INVALID_BODY for a bad expression. */
export function assertRule({ match }: Pick<CastingRule, 'match'>): void {
  for (const [name, pattern] of Object.entries(match))
    if (typeof pattern === 'string') assertReadable(pattern, `/match/${name}`);
    else for (const [key, inner] of Object.entries(pattern)) assertReadable(inner, `/match/${name}/${key}`);
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
  return readExpression(pattern)?.test(text) ?? pattern === text;
}

function assertReadable(pattern: string, pointer: string): void {
  try {
    readExpression(pattern);
  } catch (error) {
    const expected = 'a regular expression between slashes, without lookarounds and references to groups';
    throw new GreenroomError(
      'INVALID_BODY',
      `Failed to read the rule: at ${pointer}, expected ${expected}, was ${JSON.stringify(pattern)} (${error instanceof Error ? error.message : String(error)}).`,
      { pointer, expected, was: pattern },
    );
  }
}
