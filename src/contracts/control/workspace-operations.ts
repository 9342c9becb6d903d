import { Type } from '@sinclair/typebox';
import { done, json, ok, operation } from './operation.js';
import type { ControlSchemas } from './schemas.js';
import { TokenAnswer } from './terms.js';
import { Health } from './workspaces.js';

const Text = Type.Optional(Type.String());

export const workspaceOperations = (schemas: ControlSchemas) => [
  operation('health', 'GET /health', { summary: 'Whether it serves', ok: ok('It does', Health) }),
  operation('listWorkspaces', 'GET /workspaces', {
    summary: 'Every workspace, with its credentials',
    query: Type.Object({ owner: Text }),
    ok: ok('The workspaces', schemas.WorkspaceList),
  }),
  operation('createWorkspace', 'POST /workspaces', {
    summary: 'A world of its own, with its own credentials, clock and seed',
    body: schemas.CreateWorkspaceBody,
    ok: [201, json('The workspace', schemas.Workspace)],
  }),
  operation('getWorkspace', 'GET /workspaces/{id}', {
    summary: 'One workspace',
    ok: ok('The workspace', schemas.Workspace),
  }),
  operation('patchWorkspace', 'PATCH /workspaces/{id}', {
    summary: 'Change scenario, strictness or settings',
    body: schemas.PatchWorkspaceBody,
    ok: ok('The workspace', schemas.Workspace),
  }),
  operation('renewToken', 'POST /workspaces/{id}/token', {
    summary: 'A new token for a workspace of a shared service; the old one opens nothing any more',
    ok: ok('The token, which is told once', TokenAnswer),
  }),
  operation('deleteWorkspace', 'DELETE /workspaces/{id}', { summary: 'End a workspace', ok: done }),
  operation('reset', 'POST /reset', { summary: 'The workspace as on its creation', ok: done }),
  operation('takeSnapshot', 'GET /snapshot', {
    summary: 'The whole workspace as data',
    ok: ok('The snapshot', schemas.SnapshotBody),
  }),
  operation('restoreSnapshot', 'PUT /snapshot', {
    summary: 'Put a snapshot in the place of the world',
    body: schemas.SnapshotBody,
    ok: done,
  }),
];
