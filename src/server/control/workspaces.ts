import type { TSchema } from '@sinclair/typebox';
import { CreateWorkspaceBody, NoBody, PatchWorkspaceBody } from '../../contracts/control/bodies.js';
import { SnapshotBody } from '../../contracts/control/snapshot.js';
import type { WorkspaceOptions, WorkspaceSnapshot } from '../workspace.js';
import { json, noContent, type ControlHandler, type ControlOptions } from './call.js';

/** Health, workspaces, reset and snapshots. */
export function workspaceRoutes({ workspaces, providers, version }: ControlOptions) {
  const settings: Record<string, TSchema> = Object.fromEntries(
    providers.map(({ name, settings: { schema } }) => [name, schema]),
  );
  const createBody = CreateWorkspaceBody(settings);
  const patchBody = PatchWorkspaceBody(settings);

  return {
    health: () => json({ status: 'ok', version, workspaces: workspaces.size }),
    list: ({ origin }) => json({ workspaces: workspaces.list().map((workspace) => workspace.describe(origin)) }),
    create: ({ body, origin }) => json(workspaces.create(body(createBody) as WorkspaceOptions).describe(origin), 201),
    get: ({ param, origin }) => json(workspaces.get(param('id')).describe(origin)),
    patch: ({ param, body, origin }) =>
      json(workspaces.patch(param('id'), body(patchBody) as WorkspaceOptions).describe(origin)),
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
      await workspace.world.clock.settled(5000);
      return json(workspace.snapshot());
    },
    restore: ({ workspace, body }) => {
      workspaces.restore(workspace.id, body(SnapshotBody) as WorkspaceSnapshot);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}
