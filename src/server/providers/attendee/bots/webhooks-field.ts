import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import type { ProjectWebhook } from '../settings.js';
import type { IsLocal } from './local-url.js';
import { checkSchema } from './settings-fields.js';
import { WEBHOOKS } from './settings-schemas.js';

/** The subscriptions of a bot. The vendor takes https URLs alone; local URLs may pass as well. */
export function readWebhooks(value: PyValue, isLocal: IsLocal): ProjectWebhook[] {
  checkSchema(WEBHOOKS, Array.isArray(value) ? value.map((item) => asProduction(item, isLocal)) : value);
  return (value as PyObject[]).map((item) => ({
    url: item.get('url') as string,
    triggers: item.get('triggers') as string[],
  }));
}

/** Lets a local URL pass the vendor's rule. */
function asProduction(item: PyValue, isLocal: IsLocal): PyValue {
  const url = isPyObject(item) ? item.get('url') : undefined;
  if (!isPyObject(item) || typeof url !== 'string' || !url.startsWith('http:') || !isLocal(url)) return item;
  return new Map([...item, ['url', url.replace('http:', 'https:')]]);
}
