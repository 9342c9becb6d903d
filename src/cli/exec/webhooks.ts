import { onOneLine } from '../../contracts/visible.js';
import type { Attempt, Delivery } from '../../server/engine/deliveries/outbox.js';

/** What is known of a webhook, here and over the control plane. */
export type Sent = Pick<Delivery, 'type' | 'state' | 'url' | 'status'> & {
  readonly attempts: readonly Pick<Attempt, 'outcome' | 'status' | 'error' | 'fault'>[];
};

/** Why an attempt has failed; `undefined` for one that has not, or is on its way. */
export function failureOf({ outcome, status, error }: Sent['attempts'][number]): string | undefined {
  if (outcome === 'answered') return status !== undefined && status >= 200 && status < 300 ? undefined : String(status);
  if (outcome === null || outcome === 'captured') return undefined;
  return error === undefined ? outcome : `${outcome} (${error})`;
}

/** The webhooks of a run that no app has taken, of which a run that passes would say nothing. */
export class Untaken {
  #all = 0;
  readonly #lost = new Map<string, number>();
  #captured = 0;
  readonly #examples: { lost?: Sent; captured?: Sent } = {};

  add(sent: Iterable<Sent>): this {
    for (const one of sent) this.#count(one);
    return this;
  }

  #count(one: Sent): void {
    this.#all++;
    if (one.status === 'captured') {
      this.#captured++;
      this.#examples.captured ??= one;
    }
    const reason = whyLost(one);
    if (reason === undefined) return;
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + 1);
    this.#examples.lost ??= one;
  }

  /** A line for those that were not taken, and one for those that never left; nothing if all were taken. */
  render(): string {
    const { lost, captured } = this.#examples;
    const why = [...this.#lost].map(([reason, count]) => `${reason} × ${count}`).join(', ');
    const count = [...this.#lost.values()].reduce((sum, one) => sum + one, 0);
    return [
      ...(lost === undefined ? [] : [`Webhooks not taken: ${count} of ${this.#all} (${why}), such as ${name(lost)}`]),
      ...(captured === undefined
        ? []
        : [
            `Webhooks kept here: ${this.#captured} of ${this.#all}, for hosts that are not this machine, such as ${name(captured)}; --forward-to sends them to your app`,
          ]),
    ]
      .map((line) => `${onOneLine(line)}\n`)
      .join('');
  }
}

const name = ({ type, state, url }: Sent): string => `${[type, state].filter(Boolean).join(' ')} to ${url}`;

/** Why it is lost, or not taken so far. What a fault of the test has done to its last attempt is meant. */
function whyLost({ status, attempts }: Sent): string | undefined {
  const last = attempts.at(-1);
  if (last === undefined || last.fault !== undefined || (status !== 'failed' && status !== 'pending')) return undefined;
  return failureOf(last);
}
