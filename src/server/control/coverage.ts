import { coverage } from '../../contracts/coverage.js';
import { json, unknownWord, type ControlCall, type ControlHandler, type ControlOptions } from './call.js';

const SETTLE_LIMIT_MS = 5000;

/**
 * What of the contracts was exercised: in every workspace that this server has or had, or in the one that the call names.
 * Counted since the server, or the workspace, was made; a reset takes nothing back.
 */
export function coverageRoutes({ providers, workspaces, rehearsals }: ControlOptions) {
  return {
    read: async ({ workspace, query, headers }: ControlCall) => {
      const wanted = query.get('provider');
      const contracts = providers.map(({ contract }) => contract);
      const chosen = wanted === null ? contracts : contracts.filter(({ provider }) => provider === wanted);
      if (chosen.length === 0)
        throw unknownWord(
          'the query',
          '?provider',
          wanted ?? '',
          providers.map(({ name }) => name),
        );
      const named = headers['greenroom-workspace'] !== undefined || query.has('workspace');
      const rooms = named ? [workspace] : workspaces.list();
      await Promise.all(rooms.map(({ world }) => world.clock.settled(SETTLE_LIMIT_MS)));
      const tally = named ? workspace.coverage : workspaces.tally();
      return json(coverage(chosen, tally.toJSON(), await rehearsals()));
    },
  } satisfies Record<string, ControlHandler>;
}
