import { NoBody } from '../../contracts/control/fields.js';
import { loadNames } from '../engine/names.js';
import { longJson } from '../pieces.js';
import { gatherSettings } from '../workspace-options.js';
import { json as answer, noContent, SETTLE_LIMIT_MS, type ControlHandler, type RouteOptions } from './call.js';
import { snapshotReader } from './snapshot.js';
import { contractIn } from '../engine/vendor.js';

/** Health, workspaces, reset and snapshots. */
export function workspaceRoutes(options: RouteOptions) {
  const { workspaces, vendors, version, schemas } = options;
  const readSnapshot = snapshotReader(options);
  return {
    health: ({ workspace: { world } }) => {
      const known = vendors.map(({ name }) => [name, contractIn(world, name).version]);
      return answer({ status: 'ok', version, vendors: Object.fromEntries(known), workspaces: workspaces.size });
    },
    list: ({ origin }) => answer({ workspaces: workspaces.list().map((workspace) => workspace.describe(origin)) }),
    create: ({ body, origin }) => {
      const options = gatherSettings(vendors, body(schemas().CreateWorkspaceBody));
      return answer(workspaces.create(options).describe(origin), 201);
    },
    get: ({ param, origin }) => answer(workspaces.get(param('id')).describe(origin)),
    patch: ({ param, body, origin }) => {
      const changes = gatherSettings(vendors, body(schemas().PatchWorkspaceBody));
      return answer(workspaces.patch(param('id'), changes).describe(origin));
    },
    remove: ({ param }) => {
      workspaces.delete(param('id'));
      return noContent;
    },
    reset: ({ workspace, body }) => {
      body(NoBody);
      workspaces.reset(workspace.id);
      return noContent;
    },
    snapshot: async ({ workspace }) => {
      await workspace.world.clock.settled(SETTLE_LIMIT_MS);
      return longJson(workspace.snapshot());
    },
    restore: async ({ workspace, json, text }) => {
      await loadNames();
      workspaces.restore(workspace.id, readSnapshot(workspace.world, json()), text);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}
