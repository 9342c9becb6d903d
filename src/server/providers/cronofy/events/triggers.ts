import { MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import type { Job } from '../../../../clock/queue.js';
import type { Transition } from '../../../../contracts/cronofy/subscriptions.js';
import type { JobDefinition } from '../../../engine/vendor.js';
import type { World } from '../../../engine/world.js';
import { notifyTransition } from '../webhooks.js';
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
      event.transitionJobs.push(
        world.clock.schedule({ due, kind: 'cronofy.transition', subject: event.event_uid, args }),
      );
    });
  });
}

function momentOf({ startsAt, endsAt }: CalendarEvent, transition: Transition): Micros {
  const anchor = 'before' in transition ? transition.before : transition.after;
  const offset = transition.offset.minutes * MICROS_PER_MINUTE;
  return (anchor === 'event_start' ? startsAt : endsAt) + ('before' in transition ? -offset : offset);
}

function tell(world: World, job: Job): void {
  const event = sliceOf(world).events.get(String(job.args['event']));
  const subscription = event?.subscriptions[Number(job.args['subscription'])];
  const transition = subscription?.transitions?.[Number(job.args['index'])];
  if (event && subscription?.uri !== undefined && transition)
    notifyTransition(world, event, subscription.uri, transition);
}

export const transitionJobs: Readonly<Record<string, JobDefinition>> = {
  'cronofy.transition': { label: 'event trigger', run: tell },
};
