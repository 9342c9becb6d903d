import { CastingBody } from '../../contracts/control/casting.js';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import { unsupportedWords } from '../scenarios/unsupported.js';
import { playStateOf, type CastingRule } from '../scenarios/state.js';
import { json, noContent, type ControlHandler, type ControlOptions } from './call.js';

const NAME = /^[\w.-]{1,100}$/;

/** The stories that can be played, and who plays which. */
export function scenarioRoutes({ scenarios, providers }: ControlOptions) {
  const sourceOf = (world: World, name: string): string => {
    if (playStateOf(world).editions.get(name)) return 'workspace';
    return scenarios.library.isOurs(name) ? 'greenroom' : 'file';
  };
  const show = (world: World, name: string) => {
    const key = scenarios.keyOf(world, name);
    if (key === undefined) throw notFound('scenario', name, scenarios.names(world));
    const file = scenarios.file(world, key);
    return { name, source: sourceOf(world, name), fit: unsupportedWords(file, providers), ...file };
  };

  return {
    list: ({ workspace: { world } }) =>
      json({
        scenarios: scenarios.names(world).map((name) => {
          const { description, plays } = scenarios.scenario(world, scenarios.require(world, name));
          return { name, description, plays, source: sourceOf(world, name) };
        }),
      }),
    get: ({ workspace: { world }, param }) => json(show(world, param('name'))),
    put: ({ workspace: { world }, param, json: body }) => {
      const name = param('name');
      if (!NAME.test(name)) {
        throw new GreenroomError(
          'INVALID_BODY',
          `Failed to keep the scenario: expected a name of letters, digits, ".", "_" and "-", was ${JSON.stringify(name)}.`,
          { expected: 'a name of letters, digits, ".", "_" and "-"', was: name },
        );
      }
      const isNew = scenarios.put(world, name, body());
      world.changes++;
      return json(show(world, name), isNew ? 201 : 200);
    },
    remove: ({ workspace: { world }, param }) => {
      scenarios.remove(world, param('name'));
      world.changes++;
      return noContent;
    },
    rules: ({ workspace: { world } }) => json({ casting: [...playStateOf(world).casting.values()].map(describeRule) }),
    rule: ({ workspace: { world }, param }) => json(describeRule(demandRule(world, param('id')))),
    addRule: ({ workspace: { world }, body }) => {
      const id = world.player.addRule(world, body(CastingBody) as CastingBody);
      world.changes++;
      return json({ id }, 201);
    },
    removeRule: ({ workspace: { world }, param }) => {
      playStateOf(world).casting.delete(demandRule(world, param('id')).id);
      return noContent;
    },
    removeRules: ({ workspace: { world } }) => {
      playStateOf(world).casting.load([]);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

const describeRule = ({ times, ...rule }: CastingRule) => ({ ...rule, ...(times === null ? {} : { times }) });

function demandRule(world: World, id: string): CastingRule {
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
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  const details = meant === undefined ? {} : { nearest: meant };
  return new GreenroomError('NOT_FOUND', `Failed to find the ${what} "${name}": there is none.${hint}`, details);
}
