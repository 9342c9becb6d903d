import type { Handler, Reply, VendorRequest } from '../../provider.js';
import { settingsOf } from '../settings.js';

/** Each data center has hosts, applications and accounts of its own; the one of the United States has no suffix (documented). */
const HOSTS = /^(?:api|app)(?:-([a-z]{2}))?\.cronofy\.com(?::|$)/i;

/** Which data center a call was meant for; `undefined` for one that named none of the vendor's hosts. */
function calledCenter({ headers }: VendorRequest): string | undefined {
  const named = [headers['x-forwarded-host'], headers['host']].map((host) => HOSTS.exec(host ?? ''));
  const [found] = named.filter((match) => match !== null);
  return found && (found[1]?.toLowerCase() ?? 'us');
}

/** Serves calls to the data center of the workspace; to those of others, its credentials are unknown (said by others). */
export const inDataCenter =
  (handler: Handler, refuse: (request: VendorRequest, reason: string) => Reply): Handler =>
  (call) => {
    const { data_center } = settingsOf(call.world);
    const called = data_center === 'any' ? undefined : calledCenter(call.request);
    if (called === undefined || called === data_center) return handler(call);
    return refuse(call.request, `the call went to the data center ${called}, and the application is in ${data_center}`);
  };
