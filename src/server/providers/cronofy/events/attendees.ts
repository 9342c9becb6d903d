import type { UpsertEventRequest } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import type { FieldErrors } from '../errors.js';
import type { Account, Attendee, CalendarEvent, Guest } from '../state.js';

type Change = NonNullable<UpsertEventRequest['attendees']>;

/** Application calendars cannot invite (documented; the key is that of a compatible service). */
export function checkAttendees(change: Change | undefined, owner: Account, errors: FieldErrors): void {
  if (owner.kind === 'application_calendar' && (change?.invite ?? []).length > 0)
    errors.add('attendees', 'event.cannot_set_attendees', 'an application calendar cannot invite');
}

/** What is said is a change, not a list: whoever is not named stays. */
export function inviteAndRemove(world: World, event: CalendarEvent, change: Change): void {
  const { invite = [], remove = [] } = change;
  if ('reject' in change)
    world.noteOnce('events', 'attendees.reject is ignored: the word that takes attendees off is "remove".');
  const gone = new Set(remove.map(({ email }) => email.toLowerCase()));
  event.attendees = withGuests(
    event.attendees.filter(({ email }) => !gone.has(email.toLowerCase())),
    invite.map(({ email, display_name = null }) => ({ email, display_name })),
  );
}

/** Somebody who is invited already keeps their answer. */
export function withGuests(attendees: readonly Attendee[], guests: readonly Guest[]): Attendee[] {
  const all = [...attendees];
  const places = new Map<string, number>();
  all.forEach(({ email }, i) => {
    const name = email.toLowerCase();
    if (!places.has(name)) places.set(name, i);
  });
  for (const { email, display_name } of guests) {
    const name = email.toLowerCase();
    const place = places.get(name);
    if (place === undefined) places.set(name, all.push({ email, display_name, status: 'needs_action' }) - 1);
    else all[place] = { ...all[place]!, display_name: display_name ?? all[place]!.display_name };
  }
  return all;
}

/** An account as a guest of its own events, and as whose they are. */
export const asGuest = ({ email, name }: Account): Guest => ({ email, display_name: name });

/** The owner of the calendar answers, for all to see. */
export function answer(event: CalendarEvent, owner: Account | undefined, status: Attendee['status']): void {
  event.participation_status = status;
  event.attendees = event.attendees.map((one) =>
    one.email.toLowerCase() === owner?.email.toLowerCase() ? { ...one, status } : one,
  );
}
