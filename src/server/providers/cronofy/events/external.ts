import type { Call, Reply } from '../../provider.js';
import { isUnrestricted } from '../accounts/calendars.js';
import { refused, type FieldErrors } from '../errors.js';
import { eventByUid, type CalendarEvent } from '../state.js';

/** Why an event of others may not be touched. */
export class Refusal {
  constructor(readonly reply: Reply) {}
}

/**
 * The event of others that a write is about (documented: it needs the permission of the user, a deleted one cannot come
 * back, one that repeats cannot be edited). The status of a missing permission is assumed.
 */
export function findExternal(
  { world, params }: Call,
  { event_uid }: { readonly event_uid: string },
  errors: FieldErrors,
): CalendarEvent | Refusal {
  const calendar = params['calendar_id'] ?? '';
  const event = eventByUid(world, event_uid);
  const wrong = (key: string, description: string): Refusal => {
    errors.add('event_uid', key, description);
    return new Refusal(errors.reply());
  };
  if (!event || event.managed || event.deleted || event.calendar_id !== calendar)
    return wrong('must_be_external_event_uid', 'event uid must be a valid external event uid');
  if (!isUnrestricted(world, calendar))
    return new Refusal(
      refused(403, `the application may touch its own events in ${calendar} alone: POST /v1/permissions asks for more`),
    );
  if (event.series !== null) return wrong('not_supported', 'recurring events cannot be edited');
  return event;
}
