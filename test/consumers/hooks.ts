/** A receiver of a project that finds packages as Node 10 did, as many of Nest do: it verifies, and tests nothing here. */
import { verifyAttendee } from 'greenroom/webhooks';

export function stateOf(body: string, signature: string, secret: string): string | undefined {
  const { ok, webhook } = { webhook: undefined, ...verifyAttendee({ body, signature, secret }) };
  return ok && webhook?.type === 'bot.state_change' ? webhook.body.data.new_state : undefined;
}

// @ts-expect-error -- a secret is wanted
verifyAttendee({ body: '', signature: '' });
