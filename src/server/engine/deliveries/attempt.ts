import { Type } from '@sinclair/typebox';
import type { Way } from '../../../clock/rest/flight.js';
import { formatInstant, type Micros } from '../../../clock/instant.js';
import { checkWebhook } from '../../../contracts/check.js';
import { knownUrl } from '../../../read-url.js';
import { applyAttemptFaults, staysInProcess } from './delivery-faults.js';
import type { Destination } from './destination.js';
import { heldBeside, releaseHeld } from './enqueue.js';
import { exchange } from './exchange.js';
import type { DeliveryEntry } from '../past/journal.js';
import { kept } from '../past/memory.js';
import type { Attempt, Delivery } from './outbox.js';
import type { JobDefinition } from '../jobs.js';
import { withoutQuery } from '../past/sentences.js';
import type { World } from '../world.js';
import { contractIn } from '../vendor.js';

/** What became of an attempt. */
export interface Answer {
  /** `captured`: it stayed here after all, and counts as delivered. */
  readonly outcome: 'answered' | 'captured' | 'refused' | 'timeout' | 'dropped';
  readonly status?: number;
  readonly response?: string;
  /** The content type of what was fetched. */
  readonly type?: string;
  readonly error?: string;
}

/** A message; by POST if nothing else is said. */
export interface Message {
  readonly method?: 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How long an answer is waited for: so many real milliseconds, and no longer than the world lasts. */
export interface Patience extends Way {
  readonly guardMs: number | undefined;
}

/** Carries webhooks out of the world, or keeps them in. */
export interface Transport {
  readonly destinationOf: (url: string) => Destination;
  /** Sends and waits for the answer. Never throws: what cannot be sent is dropped. */
  readonly send: (
    destination: Exclude<Destination, { kind: 'captured' }>,
    message: Message,
    patience: Patience,
  ) => Promise<Answer>;
}

/** One attempt to deliver one webhook. */
export const deliverJob: JobDefinition = {
  args: Type.Object({ delivery: Type.String(), beside: Type.Optional(Type.String()) }),
  label: (job) => `deliver ${String(job.args['delivery'])}`,
  run(world, { args }) {
    const { delivery, beside } = args as { readonly delivery: string; readonly beside?: string };
    const others = [...(beside?.split(' ') ?? []), ...heldBeside(world, delivery)];
    return others.length === 0 ? attemptDelivery(world, delivery) : attemptTogether(world, [delivery, ...others]);
  },
};

/** All are in hand at the same time. */
async function attemptTogether(world: World, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map(async (id) => attemptDelivery(world, id)));
}

const FROZEN_GUARD_MS = 3000;

/** Renders, signs and sends a webhook once; what follows from the answer is planned. */
export function attemptDelivery(world: World, id: string): void | Promise<void> {
  const delivery = world.outbox.reopen(id);
  if (!delivery || delivery.status === 'dropped' || world.clock.activity.ended) return;
  const why = world.vendor(delivery.provider).webhookFormat.givenUp?.(world, delivery);
  if (why !== undefined) return giveUp(world, delivery, why);
  const { script, faults, ...corruption } = applyAttemptFaults(world, delivery);
  const { webhookFormat } = world.vendor(delivery.provider);
  const message = webhookFormat.render(world, delivery, corruption);
  // What a fault has spoilt is no finding.
  for (const violation of corruption.corrupt
    ? []
    : checkWebhook(contractIn(world, delivery.provider), delivery.type, message.body)) {
    world.violation(delivery.provider, `webhook ${delivery.type}`, delivery.subject, violation);
  }
  const line = logAttempt(world, delivery);
  const attempt: Attempt = {
    seq: line.seq,
    at: world.now(),
    request: { headers: message.headers, ...kept(message.body) },
    outcome: null,
  };
  if (faults !== undefined) attempt.fault = line.fault = faults;
  world.outbox.change(delivery, () => delivery.attempts.push(attempt));

  const destination = destinationOf(world, delivery);
  if (script && (!script.send || destination.kind === 'captured')) {
    return settleAttempt(world, delivery, { attempt, line }, script.answer);
  }
  if (destination.kind === 'captured') return settleCaptured(world, delivery, { attempt, line }, destination.reason);
  return send(world, delivery, { attempt, line, destination, message }, script?.answer);
}

function destinationOf(world: World, { provider, url }: Delivery): Destination {
  const { called } = world.vendor(provider).webhookFormat;
  return world.transport.destinationOf(called?.(url) ?? url);
}

function giveUp(world: World, delivery: Delivery, why: string): void {
  delivery.status = delivery.attempts.length === 0 ? 'dropped' : 'failed';
  world.note('given-up', delivery.subject, `${delivery.id} is not sent${again(delivery)}: ${why}`);
  releaseHeld(world, delivery);
}

const again = ({ attempts }: Delivery): string => (attempts.length === 0 ? '' : ' again');

function logAttempt(world: World, delivery: Delivery): DeliveryEntry {
  const receiver = world.outbox.receiverNumber(delivery.url);
  return world.log({
    kind: 'delivery',
    subject: delivery.subject,
    provider: delivery.provider,
    delivery: delivery.id,
    type: delivery.type,
    ...(delivery.state === undefined ? {} : { state: delivery.state }),
    ...(delivery.sub_type === undefined ? {} : { sub_type: delivery.sub_type }),
    url: withoutPort(delivery.url),
    ...(receiver === undefined ? {} : { receiver }),
    attempt: delivery.attempts.length + 1,
    outcome: null,
  });
}

/** Ports of test receivers differ from run to run, and the timeline must not. */
function withoutPort(url: string): string {
  const read = knownUrl(url);
  return read ? `${read.protocol}//${read.hostname}${read.pathname}` : url;
}

/** An attempt with its line in the timeline. */
interface Try {
  readonly attempt: Attempt;
  readonly line: DeliveryEntry;
}

/** An attempt that leaves the world. */
interface Sending extends Try {
  readonly destination: Exclude<Destination, { kind: 'captured' }>;
  readonly message: Message;
}

/** Sends, and settles the attempt with the receiver's answer, or with the one that is believed instead. */
function send(
  world: World,
  delivery: Delivery,
  { attempt, line, destination, message }: Sending,
  believed: Answer | undefined,
): Promise<void> {
  const timeout = world.vendor(delivery.provider).webhookFormat.timeout(world, delivery);
  const guardMs = guardOf(world, timeout);
  const hint = hintOf(delivery, guardMs);
  const outgoing = {
    id: `${delivery.id}/${delivery.attempts.length}`,
    destination,
    message,
    guardMs,
    deadline: attempt.at + timeout,
    receiver: withoutQuery(delivery.url),
    ...(hint === undefined ? {} : { hint: { subject: delivery.subject, text: hint } }),
  };
  return exchange(world, outgoing, (answer, ms) => {
    if (ms !== undefined) attempt.duration_ms = ms;
    if (believed) attempt.lost_answer = answer;
    settleAttempt(world, delivery, { attempt, line }, believed ?? answer);
  });
}

/** Which receiver an advance waits for, if the guard does not end the wait soon. */
function hintOf({ id, type, url }: Delivery, guardMs: number | undefined): string | undefined {
  if (guardMs !== undefined && guardMs <= FROZEN_GUARD_MS) return undefined;
  const ends = guardMs === undefined ? 'The delivery_guard is off, so only an answer' : 'An answer, its guard';
  return `The advance waits for the receiver at ${url}, which has not answered ${type} (${id}) for 2 s. ${ends} or POST /_greenroom/reset ends this.`;
}

/** The real guard: the world's own, else the vendor's timeout in live mode and a short one otherwise. */
function guardOf(world: World, vendorTimeout: Micros): number | undefined {
  const guard = world.deliveryGuard;
  if (guard === 'off') return undefined;
  return guard ?? (world.clock.mode === 'live' ? vendorTimeout / 1000 : FROZEN_GUARD_MS);
}

function settleCaptured(world: World, delivery: Delivery, { attempt, line }: Try, reason: string): void {
  attempt.outcome = line.outcome = 'captured';
  world.outbox.arrived(delivery, 'captured');
  world.noteOnce('captured', `captured, not sent: ${reason}`);
  releaseHeld(world, delivery);
}

function settleAttempt(world: World, delivery: Delivery, { attempt, line }: Try, answer: Answer): void {
  if (answer.outcome === 'captured') return settleCaptured(world, delivery, { attempt, line }, answer.error ?? '');
  const { webhookFormat } = world.vendor(delivery.provider);
  const knownAt = answer.outcome === 'timeout' ? attempt.at + webhookFormat.timeout(world, delivery) : attempt.at;
  world.outbox.change(delivery, () => Object.assign(attempt, answer));
  line.outcome = answer.outcome;
  if (answer.status !== undefined) line.status = answer.status;
  if (answer.outcome === 'answered' && answer.status !== undefined && answer.status >= 200 && answer.status < 300) {
    world.outbox.arrived(delivery, 'delivered');
    return releaseHeld(world, delivery);
  }
  const delay = webhookFormat.retryDelays(world, delivery)[delivery.attempts.length - 1];
  if (delay === undefined) {
    delivery.status = 'failed';
    line.next = 'lost';
    webhookFormat.lost?.(world, delivery);
    return releaseHeld(world, delivery);
  }
  const due = Math.max(knownAt + delay, world.now());
  line.next = `retry at ${formatInstant(due)}`;
  // Without a wait, the attempts of one webhook follow each other before those of the next.
  if (due <= world.now() && staysInProcess(world, delivery)) {
    void attemptDelivery(world, delivery.id);
    return;
  }
  world.clock.schedule({ due, kind: 'deliver', subject: delivery.subject, args: { delivery: delivery.id } });
}
