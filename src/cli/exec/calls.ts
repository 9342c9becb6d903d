import { onOneLine } from '../../contracts/visible.js';
import type { RequestEntry } from '../../server/engine/past/journal.js';
import type { Untaken } from './webhooks.js';

/** What is known of a call, here and over the control plane. */
type Asked = Pick<RequestEntry, 'status' | 'fault'>;

/** The calls of a run that a vendor has refused, of which a run that passes would say nothing. */
export class Refused {
  #all = 0;
  readonly #statuses = new Map<number, number>();
  #example: string | undefined;

  /** What a fault of the test has done to a call is meant. */
  add<T extends Asked>(calls: Iterable<T>, tell: (call: T) => string): this {
    for (const call of calls) {
      this.#all++;
      const { status, fault } = call;
      if (fault !== undefined || status === null || status < 400) continue;
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      this.#example ??= tell(call);
    }
    return this;
  }

  /** One line; nothing if none was refused. */
  render(): string {
    if (this.#example === undefined) return '';
    const why = [...this.#statuses].map(([status, count]) => `${status} × ${count}`).join(', ');
    const count = [...this.#statuses.values()].reduce((sum, one) => sum + one, 0);
    return `${onOneLine(`Calls refused: ${count} of ${this.#all} (${why}), such as ${this.#example}`)}\n`;
  }
}

/** What nobody may have heard of. Where a contract was broken, that says what was wrong with the calls. */
export const unheededOf = (violations: readonly unknown[], refused: Refused, untaken: Untaken): string =>
  (violations.length === 0 ? refused.render() : '') + untaken.render();
