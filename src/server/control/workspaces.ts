import { NoBody } from '../../contracts/control/fields.js';
import type { WorkspaceSnapshot } from '../workspace.js';
import { gatherSettings } from '../workspace-options.js';
import { json, noContent, SETTLE_LIMIT_MS, type ControlHandler, type RouteOptions } from './call.js';

/** Health, workspaces, reset and snapshots. */
export function workspaceRoutes({ workspaces, vendors, version, schemas }: RouteOptions) {
  return {
    health: () => json({ status: 'ok', version, workspaces: workspaces.size }),
    list: ({ origin }) => json({ workspaces: workspaces.list().map((workspace) => workspace.describe(origin)) }),
    create: ({ body, origin }) => {
      const options = gatherSettings(vendors, body(schemas.CreateWorkspaceBody));
      return json(workspaces.create(options).describe(origin), 201);
    },
    get: ({ param, origin }) => json(workspaces.get(param('id')).describe(origin)),
    patch: ({ param, body, origin }) => {
      const changes = gatherSettings(vendors, body(schemas.PatchWorkspaceBody));
      return json(workspaces.patch(param('id'), changes).describe(origin));
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
      return json(workspace.snapshot());
    },
    restore: ({ workspace, body }) => {
      workspaces.restore(workspace.id, body(schemas.SnapshotBody) as WorkspaceSnapshot);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}
