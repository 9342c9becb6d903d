import { MICROS_PER_SECOND } from '../clock/instant.js';
import { signatureOf, type Signing } from '../contracts/signing.js';
import { durationSetting } from '../server/providers/settings.js';
import { corruptText, foreignSecret } from '../server/engine/deliveries/corruption.js';
import type { WebhookFormat } from '../server/engine/vendor.js';
import type { World } from '../server/engine/world.js';

interface DeliverySettings {
  readonly webhook_timeout: string | number;
  readonly retry_delays: readonly (string | number)[];
}

/**
 * Webhooks whose payload is the body, signed with one secret of the workspace. `secretOf` gives that secret; waits and
 * time-outs are the settings `webhook_timeout` and `retry_delays` of `commonSettings`.
 */
export function jsonWebhooks(vendor: string, signing: Signing, secretOf: (world: World) => string): WebhookFormat {
  const settings = (world: World): DeliverySettings => world.settings<DeliverySettings>(vendor);
  return {
    render(world, { id, duplicate_of, payload }, { signature: fault, corrupt }) {
      const body = corrupt ? corruptText(payload, corrupt) : payload;
      // A copy and a retry are the same message; only the time of sending is another.
      const stamp = signing.stamp?.(`msg_${duplicate_of ?? id}`, Math.floor(world.now() / MICROS_PER_SECOND)) ?? {};
      const strange = (kind: 'wrong' | 'old_secret'): string => foreignSecret(world.seed, kind).toString('base64');
      const secrets =
        fault === 'wrong' || fault === 'old_secret'
          ? [strange(fault)]
          : [...(fault === 'rotation' && signing.rotates ? [strange('old_secret')] : []), secretOf(world)];
      const signature = fault === 'missing' ? undefined : signatureOf(signing, body, secrets, stamp);
      return { headers: { ...stamp, ...signing.headers(signature) }, body };
    },
    secrets: (world) => [secretOf(world)],
    timeout: (world) => durationSetting(settings(world).webhook_timeout, `/${vendor}/webhook_timeout`),
    retryDelays: (world) =>
      settings(world).retry_delays.map((delay, i) => durationSetting(delay, `/${vendor}/retry_delays/${i}`)),
  };
}
