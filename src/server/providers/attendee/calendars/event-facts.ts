import type { Micros } from '../../../../clock/instant.js';
import { normalizeMeetingUrl } from '../bots/meeting-url.js';
import { asJsonb, COMPACT, isPyObject, writePython, type PyObject, type PyValue } from '../python/json.js';
import { parseDjangoTime } from '../python/times.js';
import type { Calendar, EventFacts } from './state.js';

const textOf = (value: PyValue | undefined): string | null => (typeof value === 'string' ? value : null);
const objectOf = (value: PyValue | undefined): PyObject => (isPyObject(value) ? value : new Map());
const objectsOf = (value: PyValue | undefined): PyObject[] => (Array.isArray(value) ? value.filter(isPyObject) : []);

export function factsOf(platform: Calendar['platform'], event: PyObject): EventFacts {
  const raw = writePython(asJsonb(event), COMPACT);
  const platform_uuid = textOf(event.get('id')) ?? '';
  const start_time = eventTime(event.get('start'));
  const end_time = eventTime(event.get('end'));
  const common = { platform_uuid, start_time, end_time, raw };
  if (platform === 'google')
    return {
      ...common,
      meeting_url: findMeetingUrl([
        event.get('hangoutLink'),
        ...objectsOf(objectOf(event.get('conferenceData')).get('entryPoints')).map((entry) => entry.get('uri')),
        event.get('location'),
        event.get('description'),
      ]),
      is_deleted: event.get('status') === 'cancelled',
      attendees: objectsOf(event.get('attendees')).map((attendee) => ({
        name: textOf(attendee.get('displayName')),
        email: textOf(attendee.get('email')),
      })),
      ical_uid: textOf(event.get('iCalUID')),
      name: textOf(event.get('summary')),
    };
  return {
    ...common,
    meeting_url: findMeetingUrl([
      objectOf(event.get('onlineMeeting')).get('joinUrl'),
      objectOf(event.get('location')).get('displayName'),
      objectOf(event.get('body')).get('content'),
      event.get('bodyPreview'),
    ]),
    is_deleted: event.get('isCancelled') === true,
    attendees: objectsOf(event.get('attendees')).map((attendee) => {
      const address = objectOf(attendee.get('emailAddress'));
      return { name: textOf(address.get('name')), email: textOf(address.get('address')) };
    }),
    ical_uid: textOf(event.get('iCalUId')),
    name: textOf(event.get('subject')),
  };
}

/** `{dateTime}` or, for a whole day, `{date}`. */
function eventTime(value: PyValue | undefined): Micros {
  const given = objectOf(value);
  return parseDjangoTime(textOf(given.get('dateTime')) ?? textOf(given.get('date')) ?? '') ?? 0;
}

function findMeetingUrl(places: readonly (PyValue | undefined)[]): string | null {
  for (const place of places) {
    for (const [url] of (textOf(place) ?? '').matchAll(/https?:\/\/[^\s<>"']+/g)) {
      const meeting = normalizeMeetingUrl(url);
      if (meeting) return meeting.url;
    }
  }
  return null;
}
