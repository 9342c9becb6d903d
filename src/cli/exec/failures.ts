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

/** What the receivers of a vendor's webhooks have said: one that was not believed, one that was answered 400, and whether any was taken. */
interface Belief<S> {
  denied?: S;
  doubted?: S;
  takesSome?: true;
}

/** The webhooks that failed, how often and where, and what to do about those that were not believed; nothing if none did. */
export function renderFailures<S extends SentBy>(sent: Iterable<S>, signerOf: (disbelieved: S) => Signer): string {
  const counts = new Map<string, number>();
  const beliefs = new Map<string, Belief<S>>();
  for (const one of sent) {
    const belief = beliefs.get(one.provider) ?? {};
    beliefs.set(one.provider, belief);
    for (const attempt of one.attempts) {
      note(belief, one, attempt);
      const failure = failureOf(attempt);
      if (failure === undefined) continue;
      const to = `${failure} × @ to ${one.url}`;
      counts.set(to, (counts.get(to) ?? 0) + 1);
    }
  }
  const rows = [...counts].map(([to, count]) => `  ${onOneLine(to.replace('@', String(count)))}\n`);
  const advice = [...beliefs.values()].map((belief) => adviseOn(belief, signerOf));
  return rows.length === 0 ? '' : `\nWebhooks that failed:\n${rows.join('')}${advice.join('')}`;
}

function note<S>(belief: Belief<S>, one: S, attempt: Sent['attempts'][number]): void {
  if (isDisbelief(attempt.status)) belief.denied ??= one;
  else if (attempt.status === 400) belief.doubted ??= one;
  else if (attempt.outcome === 'answered' && failureOf(attempt) === undefined) belief.takesSome = true;
}

/** What to do about a receiver that does not believe a message, and with which variable it should verify. */
function adviseOn<S extends SentBy>({ denied, doubted, takesSome }: Belief<S>, signerOf: (one: S) => Signer): string {
  const one = denied ?? (takesSome ? undefined : doubted);
  if (!one) return '';
  const { title, variable } = signerOf(one);
  const what = denied ? '401 and 403 say' : '400 to all of them may say';
  const secret = variable === undefined ? 'the secret of this workspace' : `${variable}, which the command was given`;
  return `  ${onOneLine(`${what} that a signature was not believed. ${title} signs with ${secret}; what your code computes is explained by: greenroom doctor signature --provider ${one.provider}`)}\n`;
}
