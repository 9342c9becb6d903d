import type { World } from '../../../engine/world.js';
import { setSubject, type Call, type Handler } from '../../provider.js';
import { refuseUnstorableRow } from '../bots/limits.js';
import { readFields } from '../framework/body.js';
import { boolean, text } from '../framework/fields.js';
import { page } from '../framework/pages.js';
import { refuseMissing } from '../framework/query.js';
import { empty, jsonText, refuse } from '../framework/replies.js';
import type { Serializer } from '../framework/serializer.js';
import { asWritten, isStorable, readMetadata, storeMetadata } from '../metadata.js';
import type { PyObject } from '../python/json.js';
import { pythonRepr } from '../python/repr.js';
import { apiTime, isoTime } from '../python/times.js';
import { renderZoomConnection } from '../render.js';
import { settingsOf } from '../settings.js';
import { projectId, sliceOf } from '../state.js';
import { notifyProject } from '../webhooks.js';
import type { ZoomConnection } from './state.js';

/** Zoom users who let the project's bots act for them (observed: recordings of v1.64.1). */

/** The id of the project's only Zoom OAuth app. */
const appId = (world: World): string => projectId(settingsOf(world).api_key).replace('proj_', 'zoa_');

interface Wanted {
  readonly app: string | undefined;
  readonly recordingToken: boolean;
  readonly onbehalfToken: boolean;
  readonly metadata: PyObject | null;
}

const createZoomConnection: Handler = (call) => {
  const { world } = call;
  const wanted = readWanted(readFields(call));
  assertApp(world, wanted);
  const user = authorize(world, wanted);
  refuseUnstorableRow(call, 'zoom oauth connection', { metadata: !isStorable(wanted.metadata) });
  const connection = upsert(world, user, wanted);
  setSubject(call, connection.id);
  const checked = connection.last_attempted_sync_at;
  // The vendor looks for the user's meetings once the answer is out, if it may record them.
  if (wanted.recordingToken) connection.last_attempted_sync_at = world.now();
  const metadata = asWritten(wanted.metadata);
  return jsonText(201, renderZoomConnection(connection, appId(world), { metadata, checked }));
};

function readWanted(fields: Serializer): Wanted {
  const app = fields.optional('zoom_oauth_app_id', (value) => text(value));
  fields.required('authorization_code', (value) => text(value));
  fields.required('redirect_uri', (value) => text(value));
  const recordingToken = fields.optional('is_local_recording_token_supported', boolean) ?? true;
  const onbehalfToken = fields.optional('is_onbehalf_token_supported', boolean) ?? false;
  const metadata = fields.json('metadata', readMetadata) ?? null;
  fields.refuseOthers();
  if (!fields.hasErrors && !recordingToken && !onbehalfToken)
    fields.addError(
      'non_field_errors',
      'At least one of is_local_recording_token_supported or is_onbehalf_token_supported must be true',
    );
  fields.assertValid();
  return { app, recordingToken, onbehalfToken, metadata };
}

function assertApp(world: World, { app }: Wanted): void {
  const { zoom_oauth_app, project_name } = settingsOf(world);
  if (app !== undefined && (zoom_oauth_app === null || app !== appId(world)))
    refuse(400, `Zoom OAuth App with id ${app} does not exist in this project (${project_name}).`);
  if (zoom_oauth_app === null)
    refuse(400, `No Zoom OAuth App found in this project (${project_name}). Please add a Zoom OAuth App first.`);
}

interface ZoomUser {
  readonly user_id: string;
  readonly account_id: string;
}

/** Asks Zoom: for the tokens, for their scopes, for the user. */
function authorize(world: World, wanted: Wanted): ZoomUser {
  const { exchange, user } = sliceOf(world).upstream;
  if (exchange === 'fail')
    return refuse(
      400,
      'Error exchanging access code for tokens. Please check that the authorization code and redirect URI are correct.',
    );
  const granted = (exchange.scope ?? '').split(' ');
  const missing = requiredScopes(wanted).filter((scope) => !granted.includes(scope));
  if (missing.length > 0)
    refuse(400, `The authorization is missing the following required scopes: ${pythonRepr(missing)}.`);
  if (user === 'fail') return refuse(400, 'Error getting user info. Please check that the access token is valid.');
  if (user.status !== 'active') refuse(400, 'The user is not active.');
  return { user_id: user.id ?? '', account_id: user.account_id ?? '' };
}

const requiredScopes = ({ recordingToken, onbehalfToken }: Wanted): string[] => [
  'user:read:user',
  ...(recordingToken ? ['user:read:zak', 'meeting:read:list_meetings', 'meeting:read:local_recording_token'] : []),
  ...(onbehalfToken ? ['user:read:token'] : []),
];

/** One connection a Zoom user: authorizing again renews it. */
function upsert(world: World, { user_id, account_id }: ZoomUser, wanted: Wanted): ZoomConnection {
  const { zoomConnections } = sliceOf(world);
  const fields = {
    account_id,
    state: 'connected' as const,
    metadata: storeMetadata(wanted.metadata),
    is_local_recording_token_supported: wanted.recordingToken,
    is_onbehalf_token_supported: wanted.onbehalfToken,
    connectionFailure: null,
    updated_at: world.now(),
  };
  const known = zoomConnections.find((connection) => connection.user_id === user_id);
  if (known) return Object.assign(known, fields);
  const id = world.random.id('zoc');
  const created_at = world.now();
  return zoomConnections.add({ id, user_id, created_at, last_attempted_sync_at: null, ...fields });
}

const listZoomConnections: Handler = (call) => {
  const app = appId(call.world);
  const connections = [...sliceOf(call.world).zoomConnections.values()];
  return page(call, connections, (connection) => renderZoomConnection(connection, app), { descending: true });
};

function connectionOf(call: Call): ZoomConnection {
  const connection =
    sliceOf(call.world).zoomConnections.get(call.params['id'] ?? '') ??
    refuseMissing(call.params['id'], 'Zoom OAuth Connection not found');
  setSubject(call, connection.id);
  return connection;
}

const getZoomConnection: Handler = (call) => jsonText(200, renderZoomConnection(connectionOf(call), appId(call.world)));

const deleteZoomConnection: Handler = (call) => {
  sliceOf(call.world).zoomConnections.delete(connectionOf(call).id);
  return empty();
};

export const zoomHandlers = {
  createZoomConnection,
  listZoomConnections,
  getZoomConnection,
  deleteZoomConnection,
} satisfies Readonly<Record<string, Handler>>;

/** The vendor's own check has found the connection broken, or good again. */
export function changeConnection(
  world: World,
  connection: ZoomConnection,
  state: ZoomConnection['state'],
  failure: string | undefined,
): void {
  const now = world.now();
  connection.state = state;
  connection.connectionFailure =
    state === 'connected' ? null : { error: failure ?? 'Zoom API authentication error', at: now };
  connection.updated_at = now;
  const { connectionFailure, last_attempted_sync_at: checked } = connection;
  const data = () => ({
    state,
    connection_failure_data: connectionFailure && { error: connectionFailure.error, timestamp: isoTime(now) },
    last_attempted_sync_at: checked === null ? null : apiTime(checked),
    last_successful_sync_at: null,
  });
  notifyProject(world, connection.id, { trigger: 'zoom_oauth_connection.state_change', state, data });
}
