import { isLoopback } from '../../../../loopback.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import type { ProjectWebhook } from '../settings.js';
import { checkSchema } from './settings-fields.js';
import { WEBHOOKS } from './settings-schemas.js';

/** The subscriptions of a bot. The vendor takes https URLs alone; URLs of this machine may pass as well. */
export function readWebhooks(value: PyValue, allowsLocal: boolean): ProjectWebhook[] {
  const judged = allowsLocal && Array.isArray(value) ? value.map(asProduction) : value;
  checkSchema(WEBHOOKS, judged);
  return (value as PyObject[]).map((item) => ({
    url: item.get('url') as string,
    triggers: item.get('triggers') as string[],
  }));
}

/** Lets a local URL pass the vendor's rule. */
function asProduction(item: PyValue): PyValue {
  const url = isPyObject(item) ? item.get('url') : undefined;
  if (!isPyObject(item) || typeof url !== 'string' || !isLocalUrl(url)) return item;
  return new Map([...item, ['url', url.replace(/^http:/, 'https:')]]);
}

/** True for a URL on this machine, which the vendor would refuse and greenroom exists to allow. */
const isLocalUrl = (url: string): boolean =>
  URL.canParse(url) && /^https?:/.test(url) && isLoopback(new URL(url).hostname);
