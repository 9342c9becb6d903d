import { isDisbelief } from '../../contracts/signing.js';
import { onOneLine } from '../../contracts/visible.js';
import { failureOf, type Sent } from './webhooks.js';

/** A webhook with its sender. */
export type SentBy = Sent & { readonly provider: string };

/** With what a vendor signs, as far as it is known. */
export interface Signer {
  /** The vendor, for people. */
  readonly title: string;
  /** The variable of the command that holds the secret. */
  readonly variable?: string | undefined;
}

/** The webhooks that failed, how often and where, and what to do about those that were not believed; nothing if none did. */
export function renderFailures<S extends SentBy>(sent: Iterable<S>, signerOf: (disbelieved: S) => Signer): string {
  const counts = new Map<string, number>();
  const disbelieved = new Map<string, S>();
  for (const one of sent)
    for (const attempt of one.attempts) {
      const failure = failureOf(attempt);
      if (failure === undefined) continue;
      if (isDisbelief(attempt.status) && !disbelieved.has(one.provider)) disbelieved.set(one.provider, one);
      const to = `${failure} × @ to ${one.url}`;
      counts.set(to, (counts.get(to) ?? 0) + 1);
    }
  const rows = [...counts].map(([to, count]) => `  ${onOneLine(to.replace('@', String(count)))}\n`);
  const advice = [...disbelieved.values()].map((one) => adviseOn(one, signerOf(one)));
  return rows.length === 0 ? '' : `\nWebhooks that failed:\n${rows.join('')}${advice.join('')}`;
}

/** What to do about a receiver that does not believe a message, and with which variable it should verify. */
function adviseOn({ provider }: SentBy, { title, variable }: Signer): string {
  const secret = variable === undefined ? 'the secret of this workspace' : `${variable}, which the command was given`;
  return `  ${onOneLine(`401 and 403 say that a signature was not believed. ${title} signs with ${secret}; what your code computes is explained by: greenroom doctor signature --provider ${provider}`)}\n`;
}
