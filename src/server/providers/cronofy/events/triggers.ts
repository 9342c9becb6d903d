import { MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import type { Transition } from '../../../../contracts/cronofy/subscriptions.js';
import type { World } from '../../../engine/world.js';
import { notifyTransition } from '../webhooks.js';
import { jobs } from '../jobs.js';
import { sliceOf, type CalendarEvent } from '../state.js';

/** Plans the triggers of an event anew: they follow it when it moves (documented). Moments that are past are missed. */
export function planTransitions(world: World, event: CalendarEvent): void {
  for (const job of event.transitionJobs) world.clock.cancel(job);
  event.transitionJobs = [];
  if (event.deleted) return;
  event.subscriptions.forEach(({ uri, transitions = [] }, subscription) => {
    if (uri === undefined) return;
    transitions.forEach((transition, index) => {
      const due = momentOf(event, transition);
      if (due <= world.now()) return;
      const args = { event: event.key, subscription, index };
      event.transitionJobs.push(jobs.plan(world, 'transition', { due, subject: event.event_uid, args }));
    });
  });
}

function momentOf({ startsAt, endsAt }: CalendarEvent, transition: Transition): Micros {
  const anchor = 'before' in transition ? transition.before : transition.after;
  const offset = transition.offset.minutes * MICROS_PER_MINUTE;
  return (anchor === 'event_start' ? startsAt : endsAt) + ('before' in transition ? -offset : offset);
}

/** The moment of a trigger has come. */
export function tellTransition(
  world: World,
  _: string,
  args: { readonly event: string; readonly subscription: number; readonly index: number },
): void {
  const event = sliceOf(world).events.get(args.event);
  const subscription = event?.subscriptions[args.subscription];
  const transition = subscription?.transitions?.[args.index];
  if (event && subscription?.uri !== undefined && transition)
    notifyTransition(world, event, subscription.uri, transition);
}
