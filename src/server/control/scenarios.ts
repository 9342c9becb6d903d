import type { CastingRule } from '../../contracts/control/casting.js';
import type { NamedScenario, ScenarioSource } from '../../contracts/control/scenario-list.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import { playStateOf, type CastingRule as StoredRule } from '../scenarios/state.js';
import { unsupportedWords } from '../scenarios/unsupported.js';
import { json, noContent, type ControlHandler, type RouteOptions } from './call.js';

type UnsupportedWords = ReturnType<typeof unsupportedWords>;

/** Of dots alone, a URL would take it for a way up. */
const NAME = /^[\w-][\w.-]{0,99}$/;
const NAMED = 'a name of 1 to 100 letters, digits, ".", "_" and "-" that does not begin with a dot';

/** The scenarios that can be played. */
export function scenarioRoutes({ scenarios, vendors }: RouteOptions) {
  const sourceOf = (world: World, name: string): ScenarioSource => {
    if (playStateOf(world).editions.get(name)) return 'workspace';
    return scenarios.library.isOurs(name) ? 'greenroom' : 'file';
  };
  const render = (world: World, name: string): NamedScenario & { readonly fit: UnsupportedWords } => {
    const key = scenarios.keyOf(world, name);
    if (key === undefined) throw notFound('scenario', name, scenarios.names(world));
    const file = scenarios.file(world, key);
    const fit = unsupportedWords(
      file,
      vendors.map(({ profile }) => profile),
    );
    return { name, source: sourceOf(world, name), fit, ...file };
  };

  return {
    list: ({ workspace: { world } }) =>
      json({
        scenarios: scenarios.names(world).map((name) => {
          const { description, plays } = scenarios.scenario(world, scenarios.require(world, name));
          return { name, description, plays, source: sourceOf(world, name) };
        }),
      }),
    get: ({ workspace: { world }, param }) => json(render(world, param('name'))),
    put: ({ workspace: { world }, param, json: body, text }) => {
      const name = param('name');
      if (!NAME.test(name)) {
        throw new GreenroomError(
          'INVALID_BODY',
          `Failed to keep the scenario: expected ${NAMED}, was ${JSON.stringify(name)}.`,
          { expected: NAMED, was: name },
        );
      }
      assertSpace(world, text);
      const isNew = scenarios.put(world, name, body());
      world.changes++;
      return json(render(world, name), isNew ? 201 : 200);
    },
    remove: ({ workspace: { world }, param }) => {
      scenarios.remove(world, param('name'));
      world.changes++;
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

/** The scenarios of a world of strangers take no more bytes than its past may. Throws LIMIT_REACHED. */
function assertSpace(world: World, text: string): void {
  const { bytes = Number.POSITIVE_INFINITY } = world.limits ?? {};
  if (bytes === Number.POSITIVE_INFINITY) return;
  const files = [...playStateOf(world).scenarios.values()].map(({ file }) => JSON.stringify(file).length);
  const size = files.reduce((sum, length) => sum + length, text.length);
  if (size <= bytes) return;
  throw new GreenroomError(
    'LIMIT_REACHED',
    `Failed to keep the scenario: the scenarios of the world would take ${size} bytes, and its limit "bytes" is ${bytes}. Delete some, or make the workspace with a higher limit.`,
  );
}

/** The rules that decide which agents play which scenario. */
export function castingRoutes({ schemas }: RouteOptions) {
  return {
    list: ({ workspace: { world } }) => json({ casting: [...playStateOf(world).casting.values()].map(renderRule) }),
    get: ({ workspace: { world }, param }) => json(renderRule(demandRule(world, param('id')))),
    add: ({ workspace: { world }, body }) => {
      const id = world.player.addRule(world, body(schemas().CastingBody));
      world.changes++;
      return json({ id }, 201);
    },
    remove: ({ workspace: { world }, param }) => {
      playStateOf(world).casting.delete(demandRule(world, param('id')).id);
      return noContent;
    },
    clear: ({ workspace: { world } }) => {
      playStateOf(world).casting.load([]);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

const renderRule = ({ times, ...rule }: StoredRule): CastingRule => ({ ...rule, ...(times === null ? {} : { times }) });

function demandRule(world: World, id: string): StoredRule {
  const { casting } = playStateOf(world);
  const rule = casting.get(id);
  if (rule) return rule;
  throw notFound(
    'casting rule',
    id,
    [...casting.values()].map((known) => known.id),
  );
}

function notFound(what: string, name: string, known: readonly string[]): GreenroomError {
  const meant = nearest(name, known);
  const details = meant === undefined ? {} : { nearest: meant };
  return new GreenroomError(
    'NOT_FOUND',
    `Failed to find the ${what} "${name}": there is none.${didYouMean(meant)}`,
    details,
  );
}
