import type { Operation } from '../../../../contracts/contract.js';
import type { Reply } from '../../provider.js';
import { jsonText } from './replies.js';

/** The framework's names of views in answers to OPTIONS (observed at some paths, and in copies of the vendor's public code). */
const VIEW_NAMES: Readonly<Record<string, string>> = {
  '/bots': 'Bot List Create',
  '/bots/{id}': 'Bot Detail',
  '/bots/{id}/leave': 'Bot Leave',
  '/calendars': 'Calendar List Create',
  '/calendars/{id}': 'Calendar Detail Patch Delete',
  '/calendar_events': 'Calendar Event List',
  '/zoom_oauth_connections': 'Zoom O Auth Connection List Create',
  '/zoom_oauth_connections/{id}': 'Zoom O Auth Connection Detail Patch Delete',
  '/app_sessions': 'App Session Create',
  '/app_sessions/end': 'App Session End',
  '/app_sessions/{id}/media': 'App Session Media',
};

type Field = readonly [name: string, type: string, readOnly: boolean, help?: string];

const BOT_FIELDS: readonly Field[] = [
  ['id', 'string', false],
  ['metadata', 'field', true],
  ['meeting_url', 'string', true],
  ['state', 'field', true],
  ['events', 'field', true],
  ['transcription_state', 'field', true],
  ['recording_state', 'field', true],
  ['join_at', 'datetime', false],
  ['deduplication_key', 'string', false],
];

const CONNECTION_FIELDS: readonly Field[] = [
  ['id', 'string', false],
  ['zoom_oauth_app_id', 'string', false],
  ['user_id', 'string', true],
  ['account_id', 'string', true],
  ['state', 'field', true],
  ['metadata', 'field', true],
  ['is_local_recording_token_supported', 'boolean', false],
  ['is_onbehalf_token_supported', 'boolean', false],
  ['connection_failure_data', 'field', true],
  ['created_at', 'datetime', true],
  ['updated_at', 'datetime', true],
  ['last_successful_sync_at', 'datetime', true],
  ['last_attempted_sync_at', 'datetime', true],
];

const CALENDAR_FIELDS: readonly Field[] = [
  ['id', 'string', false],
  ['platform', 'choice', true],
  ['client_id', 'string', true],
  ['platform_uuid', 'string', true],
  ['state', 'field', true],
  ['metadata', 'field', true],
  ['deduplication_key', 'string', true, 'Optional key for deduplicating calendars'],
  ['connection_failure_data', 'field', true],
  ['created_at', 'datetime', true],
  ['updated_at', 'datetime', true],
  ['last_successful_sync_at', 'datetime', true],
  ['last_attempted_sync_at', 'datetime', true],
];

/** The fields of a view that describes what it creates. */
const CREATED_FIELDS: Readonly<Record<string, readonly Field[]>> = {
  '/bots': BOT_FIELDS,
  '/calendars': CALENDAR_FIELDS,
  '/zoom_oauth_connections': CONNECTION_FIELDS,
};

export function describeView(prefix: string, operations: readonly Operation[]): Reply {
  const path = (operations[0]?.path ?? '').slice(prefix.length);
  const tail = path.slice(path.lastIndexOf('/') + 1);
  const name = VIEW_NAMES[path] ?? tail.split('_').map(capitalize).join(' ');
  const fields = CREATED_FIELDS[path];
  const actions = fields === undefined ? {} : { actions: { POST: describeFields(fields) } };
  return describe(name, actions);
}

/** A path that leads nowhere is a view of its own. */
export const describeNowhere = (): Reply => describe('Not Found', {});

function describe(name: string, actions: object): Reply {
  return jsonText(
    200,
    JSON.stringify({
      name,
      description: '',
      renders: ['application/json', 'text/html'],
      parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
      ...actions,
    }),
  );
}

const describeFields = (fields: readonly Field[]) =>
  Object.fromEntries(
    fields.map(([name, type, read_only, help_text]) => [
      name,
      { type, required: !read_only, read_only, label: capitalize(name.replaceAll('_', ' ')), help_text },
    ]),
  );

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
