import type { Awaitable } from '../../../awaitable.js';
import type { Job } from '../../../clock/queue.js';
import { attemptDelivery } from './attempt.js';
import { matcherOf, noteFault, staysInProcess } from './delivery-faults.js';
import type { World } from '../world.js';

/**
 * Sends the webhooks that a call has caused before the call is answered, as far as a rule says so. They are waited for
 * here, so the receiver is free to call back meanwhile.
 */
export const sendEarly = (world: World, madeBefore: number): Awaitable<void> =>
  world.faults.size === 0 ? undefined : sendAsRuled(world, madeBefore, world.clock.urgent());

/** Nothing is waited for but an answer: calls that come at once would change their order. */
function sendAsRuled(world: World, madeBefore: number, jobs: readonly Job[]): Awaitable<void> {
  for (const [i, job] of jobs.entries()) {
    const delivery = world.outbox.get(String(job.args['delivery']));
    if (job.kind !== 'deliver' || !delivery || delivery.seq <= madeBefore || delivery.attempts.length > 0) continue;
    const rule = world.faults.applyToDelivery(['early'], matcherOf(world, delivery));
    if (!rule || !world.clock.cancel(job.id)) continue;
    noteFault(world, rule, delivery, 'it is sent before the answer of the call');
    const sent = attemptDelivery(world, delivery.id);
    if (sent) return sent.then(() => sendAsRuled(world, madeBefore, jobs.slice(i + 1)));
  }
}

/**
 * Does at once what is due now and needs nobody outside this process (webhooks that are captured, or whose receivers'
 * answers are scripted), so that it is complete before the answer of the call that caused it.
 */
export function runInlineJobs(world: World): void {
  world.clock.runUrgentWhile((job) => {
    const delivery = job.kind === 'deliver' ? world.outbox.get(String(job.args['delivery'])) : undefined;
    return delivery !== undefined && staysInProcess(world, delivery);
  });
}
