import { CastingBody } from '../../contracts/control/casting.js';
import { nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import { fitOf } from '../scenarios/fit.js';
import { stageOf, type CastingRule } from '../scenarios/stage.js';
import { json, noContent, type ControlHandler, type ControlOptions } from './call.js';

const NAME = /^[\w.-]{1,100}$/;

/** The stories that can be played, and who plays which. */
export function scenarioRoutes({ repertoire, providers }: ControlOptions) {
  const sourceOf = (world: World, name: string): string => {
    if (stageOf(world).editions.get(name)) return 'workspace';
    return repertoire.library.isOurs(name) ? 'greenroom' : 'file';
  };
  const show = (world: World, name: string) => {
    const key = repertoire.keyOf(world, name);
    if (key === undefined) throw notFound('scenario', name, repertoire.names(world));
    const file = repertoire.file(world, key);
    return { name, source: sourceOf(world, name), fit: fitOf(file, providers), ...file };
  };

  return {
    list: ({ workspace: { world } }) =>
      json({
        scenarios: repertoire.names(world).map((name) => {
          const { description, plays } = repertoire.story(world, repertoire.demand(world, name));
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
      const isNew = repertoire.put(world, name, body());
      world.changes++;
      return json(show(world, name), isNew ? 201 : 200);
    },
    remove: ({ workspace: { world }, param }) => {
      repertoire.remove(world, param('name'));
      world.changes++;
      return noContent;
    },
    rules: ({ workspace: { world } }) => json({ casting: [...stageOf(world).casting.values()].map(describeRule) }),
    rule: ({ workspace: { world }, param }) => json(describeRule(demandRule(world, param('id')))),
    addRule: ({ workspace: { world }, body }) => {
      const id = world.play.addRule(world, body(CastingBody) as CastingBody);
      world.changes++;
      return json({ id }, 201);
    },
    removeRule: ({ workspace: { world }, param }) => {
      stageOf(world).casting.delete(demandRule(world, param('id')).id);
      return noContent;
    },
    removeRules: ({ workspace: { world } }) => {
      stageOf(world).casting.load([]);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

const describeRule = ({ times, ...rule }: CastingRule) => ({ ...rule, ...(times === null ? {} : { times }) });

function demandRule(world: World, id: string): CastingRule {
  const { casting } = stageOf(world);
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
