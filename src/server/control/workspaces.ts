import { NoBody } from '../../contracts/control/fields.js';
import { loadNames } from '../engine/names.js';
import { longJson } from '../pieces.js';
import { gatherSettings } from '../workspaces/options.js';
import {
  json as answer,
  noContent,
  workspaceNamed,
  type ControlCall,
  type ControlHandler,
  type RouteOptions,
} from './call.js';
import { GreenroomError } from '../../errors.js';
import { snapshotReader } from './snapshot.js';
import { contractIn } from '../engine/vendor.js';
import { atRest } from './reads.js';

/** Health, workspaces, reset and snapshots. */
export function workspaceRoutes(options: RouteOptions) {
  const { workspaces, vendors, version, schemas, tenants } = options;
  const named = (call: ControlCall) => workspaceNamed(options, call, call.param('id'));
  const readSnapshot = snapshotReader(options);
  return {
    health: ({ workspace: { world }, own }) => {
      const known = vendors.map(({ name }) => [name, contractIn(world, name).version]);
      return answer({
        status: 'ok',
        version,
        vendors: Object.fromEntries(known),
        workspaces: own ? 1 : workspaces.size,
      });
    },
    list: ({ origin, own, query }) => {
      const owner = query.get('owner');
      const found = (own ? [own] : workspaces.list()).filter(({ terms }) => owner === null || terms?.owner === owner);
      return answer({ workspaces: found.map((workspace) => workspace.describe(origin)) });
    },
    create: ({ body, origin }) => {
      const given = gatherSettings(vendors, body(schemas().CreateWorkspaceBody));
      if (!tenants) return answer(workspaces.create(given).describe(origin), 201);
      const { workspace, token } = tenants.create(given);
      return answer({ ...workspace.describe(origin), token }, 201);
    },
    get: (call) => answer(named(call).describe(call.origin)),
    patch: (call) => {
      const { id } = named(call);
      const changes = gatherSettings(vendors, call.body(schemas().PatchWorkspaceBody));
      return answer(workspaces.patch(id, changes).describe(call.origin));
    },
    remove: (call) => {
      workspaces.delete(named(call).id);
      return noContent;
    },
    renewToken: ({ param, body }) => {
      body(NoBody);
      if (!tenants) throw notShared();
      const id = param('id');
      return answer({ id, token: tenants.renew(id) });
    },
    reset: ({ workspace, body }) => {
      body(NoBody);
      workspaces.reset(workspace.id);
      return noContent;
    },
    snapshot: async ({ workspace, reader }) => {
      await atRest(workspace.world, reader);
      return longJson(workspace.snapshot());
    },
    restore: async ({ workspace, json, text }) => {
      await loadNames();
      workspaces.restore(workspace.id, readSnapshot(workspace.world, json()), text);
      return noContent;
    },
  } satisfies Record<string, ControlHandler>;
}

const notShared = (): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    'Failed to give a token for the workspace: this server is not shared, and its workspaces have no tokens. "greenroom serve --shared" gives each one.',
  );
