import type { World } from '../../../engine/world.js';
import { setSubject, type Call, type Handler, type Reply } from '../../provider.js';
import { asWritten } from '../bots/handlers.js';
import { readFields } from '../framework/body.js';
import { notifyProject } from '../webhooks.js';
import { empty, error, jsonText } from '../framework/errors.js';
import { boolean, json, Serializer, text } from '../framework/fields.js';
import { readMetadata, storeMetadata } from '../bots/metadata.js';
import { page } from '../framework/pages.js';
import type { PyObject } from '../python/json.js';
import { pythonRepr } from '../python/repr.js';
import { renderZoomConnection } from '../bots/render.js';
import { settingsOf } from '../settings.js';
import { projectId, sliceOf } from '../state.js';
import { apiTime, isoTime } from '../python/times.js';
import type { ZoomConnection } from './state.js';

/** Zoom users who let the project's bots act for them (observed: recordings of v1.64.1). */

const PAGE_SIZE = 25;

/** The id of the project's only Zoom OAuth app. */
const appId = (world: World): string => projectId(settingsOf(world).api_key).replace('proj_', 'zoa_');

interface Wanted {
  readonly app: string | undefined;
  readonly recordingToken: boolean;
  readonly onbehalfToken: boolean;
  readonly metadata: PyObject | null;
}

export const createZoomConnection: Handler = (call) => {
  const { world } = call;
  const read = readFields(call);
  if ('refusal' in read) return read.refusal;
  const fields = new Serializer(read.input);
  const wanted = readWanted(fields);
  if (fields.errors.any) return fields.errors.reply();
  const refusal = refuseApp(world, wanted);
  if (refusal) return refusal;
  const user = authorize(world, wanted);
  if ('refusal' in user) return user.refusal;
  const connection = upsert(world, user, wanted);
  setSubject(call, connection.id);
  const checked = connection.last_attempted_sync_at;
  // The vendor looks at the connection once the answer is out.
  connection.last_attempted_sync_at = world.now();
  return jsonText(
    201,
    renderZoomConnection(connection, appId(world), { metadata: asWritten(wanted.metadata), checked }),
  );
};

function readWanted(fields: Serializer): Wanted {
  const asJson = json(fields.input);
  const app = fields.optional('zoom_oauth_app_id', (value) => text(value));
  fields.required('authorization_code', (value) => text(value));
  fields.required('redirect_uri', (value) => text(value));
  // A box that a form does not send is a box that is not ticked.
  const recordingToken = fields.optional('is_local_recording_token_supported', boolean) ?? !fields.input.isForm;
  const onbehalfToken = fields.optional('is_onbehalf_token_supported', boolean) ?? false;
  const metadata = fields.optional('metadata', (value) => readMetadata(asJson(value))) ?? null;
  fields.refuseOthers();
  if (!fields.errors.any && !recordingToken && !onbehalfToken)
    fields.errors.add(
      'non_field_errors',
      'At least one of is_local_recording_token_supported or is_onbehalf_token_supported must be true',
    );
  return { app, recordingToken, onbehalfToken, metadata };
}

function refuseApp(world: World, { app }: Wanted): Reply | undefined {
  const { zoom_oauth_app, project_name } = settingsOf(world);
  if (app !== undefined && (zoom_oauth_app === null || app !== appId(world)))
    return error(400, `Zoom OAuth App with id ${app} does not exist in this project (${project_name}).`);
  if (zoom_oauth_app === null)
    return error(400, `No Zoom OAuth App found in this project (${project_name}). Please add a Zoom OAuth App first.`);
  return undefined;
}

interface ZoomUser {
  readonly user_id: string;
  readonly account_id: string;
}

/** Asks Zoom: for the tokens, for their scopes, for the user. */
function authorize(world: World, wanted: Wanted): ZoomUser | { readonly refusal: Reply } {
  const { exchange, user } = sliceOf(world).upstream;
  const refuse = (message: string) => ({ refusal: error(400, message) });
  if (exchange === 'fail')
    return refuse(
      'Error exchanging access code for tokens. Please check that the authorization code and redirect URI are correct.',
    );
  const granted = (exchange.scope ?? '').split(' ');
  const missing = requiredScopes(wanted).filter((scope) => !granted.includes(scope));
  if (missing.length > 0)
    return refuse(`The authorization is missing the following required scopes: ${pythonRepr(missing)}.`);
  if (user === 'fail') return refuse('Error getting user info. Please check that the access token is valid.');
  if (user.status !== 'active') return refuse('The user is not active.');
  return { user_id: user.id ?? '', account_id: user.account_id ?? '' };
}

const requiredScopes = ({ recordingToken, onbehalfToken }: Wanted): string[] => [
  'user:read:user',
  'user:read:zak',
  ...(recordingToken ? ['meeting:read:list_meetings', 'meeting:read:local_recording_token'] : []),
  ...(onbehalfToken ? ['user:read:token'] : []),
];

/** One connection a Zoom user: authorizing again renews it. */
function upsert(world: World, { user_id, account_id }: ZoomUser, wanted: Wanted): ZoomConnection {
  const { zoomConnections } = sliceOf(world);
  const told = {
    state: 'connected' as const,
    metadata: storeMetadata(wanted.metadata),
    is_local_recording_token_supported: wanted.recordingToken,
    is_onbehalf_token_supported: wanted.onbehalfToken,
    connectionFailure: null,
    updated_at: world.now(),
  };
  const known = zoomConnections.find((connection) => connection.user_id === user_id);
  if (known) return Object.assign(known, told);
  const id = `zoc_${world.random.alphanumeric('zoc', 16)}`;
  const created_at = world.now();
  return zoomConnections.add({ id, user_id, account_id, created_at, last_attempted_sync_at: null, ...told });
}

export const listZoomConnections: Handler = (call) =>
  page(call, [...sliceOf(call.world).zoomConnections.values()], {
    pageSize: PAGE_SIZE,
    position: ({ created_at }) => created_at,
    descending: true,
    render: (connection) => renderZoomConnection(connection, appId(call.world)),
  });

function withConnection(call: Call, work: (connection: ZoomConnection) => Reply): Reply {
  const connection = sliceOf(call.world).zoomConnections.get(call.params['id'] ?? '');
  if (!connection) return error(404, 'Zoom OAuth Connection not found');
  setSubject(call, connection.id);
  return work(connection);
}

export const getZoomConnection: Handler = (call) =>
  withConnection(call, (connection) => jsonText(200, renderZoomConnection(connection, appId(call.world))));

export const deleteZoomConnection: Handler = (call) =>
  withConnection(call, (connection) => {
    sliceOf(call.world).zoomConnections.delete(connection.id);
    return empty();
  });

/** The vendor's own check has found the connection broken, or good again. */
export function changeConnection(
  world: World,
  connection: ZoomConnection,
  state: ZoomConnection['state'],
  failure: string | undefined,
): void {
  connection.state = state;
  connection.connectionFailure =
    state === 'connected' ? null : { error: failure ?? 'Zoom API authentication error', at: world.now() };
  connection.updated_at = world.now();
  const { connectionFailure, last_attempted_sync_at: checked } = connection;
  notifyProject(world, connection.id, 'zoom_oauth_connection.state_change', { state }, () => ({
    state,
    connection_failure_data: connectionFailure && {
      error: connectionFailure.error,
      timestamp: isoTime(connectionFailure.at),
    },
    last_attempted_sync_at: checked === null ? null : apiTime(checked),
    last_successful_sync_at: null,
  }));
}
