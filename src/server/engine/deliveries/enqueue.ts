import { DURATION_FORMS, parseDuration } from '../../../clock/duration.js';
import type { Micros } from '../../../clock/instant.js';
import type { DeliveryFault } from '../../../contracts/control/faults.js';
import { misfit } from '../../../errors.js';
import { placeAt } from '../../../told.js';
import { matcherOf, noteFault } from './delivery-faults.js';
import type { FaultRule } from '../faults.js';
import type { Delivery } from './outbox.js';
import type { World } from '../world.js';

/** Puts a new webhook on its way, unless a fault has other plans for it. */
export function enqueueDelivery(world: World, delivery: Delivery): void {
  if (world.faults.size === 0) return scheduleDelivery(world, delivery, world.now());
  const matches = matcherOf(world, delivery);
  const rule = world.faults.applyToDelivery(['drop', 'hold_until', 'delay'], matches);
  if (rule?.do.drop) {
    delivery.status = 'dropped';
    return noteFault(world, rule, delivery, 'it is never sent');
  }
  const copier = world.faults.applyToDelivery(['duplicate'], matches);
  const copies = Array.from({ length: copier?.do.duplicate ?? 0 }, () => world.outbox.copy(world.now(), delivery));
  if (copier) noteFault(world, copier, delivery, `it is sent again as ${copies.map(({ id }) => id).join(', ')}`);
  if (rule) postpone(world, rule, [delivery, ...copies]);
  else scheduleAll(world, [delivery, ...copies], { due: world.now(), together: copier?.do.together });
}

/** What waited for this webhook follows it: it has arrived, or never will. */
export function releaseHeld(world: World, delivery: Delivery): void {
  for (const waiting of letGo(world, delivery)) scheduleDelivery(world, waiting, world.now());
}

/** What waited for this webhook to be sent at the same time, by its ids. */
export const heldBeside = (world: World, id: string): string[] =>
  letGo(world, world.outbox.get(id), true).map((waiting) => waiting.id);

function letGo({ outbox, faults }: World, delivery: Delivery | undefined, isBeside = false): Delivery[] {
  if (outbox.held.size === 0) return [];
  const found = outbox.heldDeliveries().filter((waiting) => {
    const { fault, type, state = delivery?.state } = waiting.held!;
    const isAwaited = type === delivery?.type && state === delivery.state && waiting.id !== delivery.id;
    const isSame = waiting.provider === delivery?.provider && waiting.subject === delivery.subject;
    return isAwaited && isSame && (!isBeside || isTogether(faults.get(fault)));
  });
  for (const waiting of found) outbox.release(waiting);
  return found;
}

const isTogether = (rule: FaultRule | undefined): boolean => rule?.on === 'delivery' && rule.do.together === true;

/** Lets go what a rule holds back: the rule is taken away. */
export function releaseAllOf(world: World, fault: string): void {
  for (const waiting of world.outbox.heldDeliveries()) if (waiting.held?.fault === fault) release(world, waiting);
}

function release(world: World, delivery: Delivery): void {
  world.outbox.release(delivery);
  scheduleDelivery(world, delivery, world.now());
}

function postpone(world: World, rule: FaultRule<DeliveryFault>, deliveries: readonly Delivery[]): void {
  const [first] = deliveries;
  const { hold_until: until, delay, together } = rule.do;
  if (until) {
    const awaited = until.state === undefined ? until.type : `${until.type} ${until.state}`;
    noteFault(world, rule, first!, `it is held until ${awaited} ${together ? 'is sent' : 'has arrived'}`);
    for (const delivery of deliveries) world.outbox.hold(delivery, { fault: rule.id, ...until });
  } else {
    noteFault(world, rule, first!, `it is sent ${String(delay)} late`);
    scheduleAll(world, deliveries, { due: world.now() + faultDuration(delay ?? 0, '/do/delay') });
  }
}

function scheduleDelivery(world: World, { id, subject }: Delivery, due: Micros): void {
  world.clock.schedule({ due, kind: 'deliver', subject, args: { delivery: id } });
}

/** One after the other, or all at the same time. */
function scheduleAll(
  world: World,
  deliveries: readonly Delivery[],
  { due, together = false }: { readonly due: Micros; readonly together?: boolean | undefined },
): void {
  const [{ id, subject }, ...rest] = deliveries as readonly [Delivery, ...Delivery[]];
  if (!together) return deliveries.forEach((delivery) => scheduleDelivery(world, delivery, due));
  const beside = rest.map((copy) => copy.id).join(' ');
  world.clock.schedule({ due, kind: 'deliver', subject, args: { delivery: id, beside } });
}

/** Reads a duration of a fault. Throws INVALID_BODY with its pointer. */
export function faultDuration(value: string | number, pointer: string): Micros {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw misfit(placeAt('read the fault', pointer), { expected: DURATION_FORMS, was: value });
}
