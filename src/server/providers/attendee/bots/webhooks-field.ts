import { sharing } from '../../../engine/shared.js';
import type { FieldSchema } from '../../../../contracts/rules.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import type { AttendeeSettings, ProjectWebhook } from '../settings.js';
import type { IsLocal } from './local-url.js';
import { checkSchema } from './settings-fields.js';

/** The same schema for URLs without TLS. */
const open = new WeakMap<FieldSchema, FieldSchema>();

/** The schema of subscriptions, as the operator has set whether they need TLS. */
export function webhooksSchema({ contract, require_https_webhooks }: AttendeeSettings): FieldSchema {
  const schema = contract.rules.schemas.webhooks;
  if (require_https_webhooks) return schema;
  const { items = {} } = schema;
  const url: FieldSchema = { type: 'string', pattern: '^https?://.*' };
  const opened = open.get(schema) ?? { ...schema, items: { ...items, properties: { ...items.properties, url } } };
  open.set(schema, opened);
  return opened;
}

/** The subscriptions of a bot. The vendor takes https URLs alone; local URLs may pass as well. */
export function readWebhooks(schema: FieldSchema, value: PyValue, isLocal: IsLocal): ProjectWebhook[] {
  checkSchema(schema, Array.isArray(value) ? value.map((item) => asProduction(item, isLocal)) : value);
  return (value as PyObject[]).map((item) => ({
    url: item.get('url') as string,
    triggers: item.get('triggers') as string[],
  }));
}

/** Of the bots of an app, nearly all have the same: they are in memory once. */
export const sharedWebhook = sharing<ProjectWebhook>(
  ({ url }) => url,
  ({ triggers }, other) =>
    triggers.length === other.triggers.length && triggers.every((trigger, i) => trigger === other.triggers[i]),
);

/** Lets a local URL pass the vendor's rule. */
function asProduction(item: PyValue, isLocal: IsLocal): PyValue {
  const url = isPyObject(item) ? item.get('url') : undefined;
  if (!isPyObject(item) || typeof url !== 'string' || !url.startsWith('http:') || !isLocal(url)) return item;
  return new Map([...item, ['url', url.replace('http:', 'https:')]]);
}
