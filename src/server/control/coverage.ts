import { json, type ControlHandler, type RouteOptions } from './call.js';
import { unknownWord } from './query.js';
import { contractIn } from '../engine/vendor.js';
import { atRest } from './reads.js';

/**
 * How much of the contracts was exercised: in every workspace that this server has or had, or in the one that the call
 * names, by the versions of that one or of the default. Counted since the server, or the workspace, was made; a reset takes nothing back.
 */
export function coverageRoutes({ vendors, workspaces, rehearsals }: RouteOptions) {
  return {
    read: async ({ workspace, own, query, headers, reader }) => {
      const wanted = query.get('provider');
      const profiles = vendors.map(({ profile }) => ({
        ...profile,
        contract: contractIn(workspace.world, profile.name),
      }));
      const chosen = wanted === null ? profiles : profiles.filter(({ name }) => name === wanted);
      if (chosen.length === 0)
        throw unknownWord(
          { what: 'the query', pointer: '?provider' },
          wanted ?? '',
          vendors.map(({ name }) => name),
        );
      const isNamed = own !== undefined || headers['greenroom-workspace'] !== undefined || query.has('workspace');
      const counted = isNamed ? [workspace] : workspaces.list();
      await Promise.all(counted.map(({ world }) => atRest(world, reader)));
      const counter = isNamed ? workspace.coverage : workspaces.coverage();
      const { coverage } = await import('../../contracts/coverage/report.js');
      return json(coverage(chosen, counter.toJSON(), await rehearsals()));
    },
  } satisfies Record<string, ControlHandler>;
}
