import type { Micros } from '../../../../clock/instant.js';
import { normalizeMeetingUrl } from '../bots/meeting-url.js';
import { asJsonb, COMPACT, isPyObject, isTruthy, writePython, type PyObject, type PyValue } from '../python/json.js';
import { PYTHON_SPACE, stripEnd } from '../python/repr.js';
import { atZone, parseZonedTime } from '../python/times.js';
import type { Calendar, EventFacts } from './state.js';

/** What the vendor takes from an event of a provider. One that it cannot read makes the whole sync fail (observed). */

export class UnreadableEvent extends Error {}

/** Of a long text so many characters are kept in the raw form. */
const KEPT = 8000;

const textOf = (value: PyValue | undefined): string | null => (typeof value === 'string' ? value : null);
const unreadable = (event: PyObject, what: string): UnreadableEvent =>
  new UnreadableEvent(`the event ${JSON.stringify(textOf(event.get('id')))} ${what}`);

export function factsOf(platform: Calendar['platform'], event: PyObject): EventFacts {
  if (!event.has('id')) throw unreadable(event, 'has no id');
  return platform === 'google' ? googleFacts(event) : microsoftFacts(event);
}

export const idOf = (event: PyObject): string => textOf(event.get('id')) ?? '';

/** When an event begins or ends; `undefined` if that cannot be read. */
export function timeOfEvent(
  platform: Calendar['platform'],
  event: PyObject,
  which: 'start' | 'end',
): Micros | undefined {
  try {
    return platform === 'google' ? googleTime(event, which) : microsoftTime(event, which);
  } catch (fault) {
    if (fault instanceof UnreadableEvent) return undefined;
    throw fault;
  }
}

function googleFacts(event: PyObject): EventFacts {
  const { object, objects, link } = readerOf(event);
  const conference = event.has('conferenceData') ? object('conferenceData') : new Map<string, PyValue>();
  const video = (conference.has('entryPoints') ? objects('entryPoints', conference) : []).find(
    (entry) => entry.get('entryPointType') === 'video',
  );
  return {
    platform_uuid: idOf(event),
    start_time: googleTime(event, 'start'),
    end_time: googleTime(event, 'end'),
    meeting_url:
      link(video?.get('uri')) ??
      link(event.get('hangoutLink')) ??
      link(event.get('location')) ??
      link(event.get('description')) ??
      link(event.get('summary')),
    is_deleted: event.get('status') === 'cancelled',
    attendees: (event.has('attendees') ? objects('attendees') : []).map((attendee) => ({
      name: textOf(attendee.get('displayName')),
      email: textOf(attendee.get('email')),
    })),
    ical_uid: textOf(event.get('iCalUID')),
    name: textOf(event.get('summary')),
    raw: rawOf(cut(event, 'description', 'summary')),
  };
}

function microsoftFacts(event: PyObject): EventFacts {
  const { object, objects, orNothing, link } = readerOf(event);
  const body = event.get('body');
  const kept = isPyObject(body) ? new Map([...event, ['body', cut(body, 'content')]]) : event;
  return {
    platform_uuid: idOf(event),
    start_time: microsoftTime(event, 'start'),
    end_time: microsoftTime(event, 'end'),
    meeting_url:
      link(orNothing('onlineMeeting').get('joinUrl')) ??
      link(event.get('onlineMeetingUrl')) ??
      link(event.get('subject')) ??
      link(event.has('body') ? object('body').get('content') : null),
    is_deleted: isTruthy(event.get('isCancelled')),
    attendees: (isTruthy(event.get('attendees')) ? objects('attendees') : []).map((attendee) => {
      const address = orNothing('emailAddress', attendee);
      return { name: textOf(address.get('name')), email: textOf(address.get('address')) };
    }),
    ical_uid: textOf(event.get('iCalUId')),
    name: textOf(event.get('subject')),
    raw: rawOf(kept),
    shown: rawOf(new Map([...kept].filter(([name]) => SELECTED.test(name)))),
  };
}

const rawOf = (event: PyObject): string => writePython(asJsonb(event), COMPACT);

/** What the vendor asks Microsoft for, which gives it nothing else but notes of its own: not what the user has answered. */
const SELECTED =
  /^(id|subject|start|end|attendees|organizer|iCalUId|seriesMasterId|isCancelled|isOnlineMeeting|onlineMeeting(Provider|Url)?|location|body|webLink|@odata.*)$/;

/** An object with these long texts cut. */
const cut = (object: PyObject, ...names: readonly string[]): PyObject =>
  new Map(
    [...object].map(([name, value]) =>
      names.includes(name) && typeof value === 'string' ? [name, [...value].slice(0, KEPT).join('')] : [name, value],
    ),
  );

/** Reads parts of an event, in the types without which the vendor's code fails. */
function readerOf(event: PyObject) {
  const object = (name: string, at = event): PyObject => {
    const value = at.get(name);
    if (!isPyObject(value)) throw unreadable(event, `has no object as its ${name}`);
    return value;
  };
  return {
    object,
    orNothing: (name: string, at = event): PyObject => (isTruthy(at.get(name)) ? object(name, at) : new Map()),
    objects: (name: string, at = event): PyObject[] => {
      const value = at.get(name);
      if (!Array.isArray(value) || !value.every(isPyObject))
        throw unreadable(event, `has no list of objects as its ${name}`);
      return value;
    },
    link: (text: PyValue | undefined): string | null => {
      if (!isTruthy(text)) return null;
      if (typeof text !== 'string') throw unreadable(event, 'has something else where a text with a link may be');
      return linkIn(text);
    },
  };
}

const LINK = new RegExp(`https?://[^${PYTHON_SPACE}<>"']+`, 'g');

/** The first link of a meeting in a text, as it is written there. */
function linkIn(text: string): string | null {
  for (const [given] of text.matchAll(LINK)) {
    const url = stripEnd(given, ').,;]}>');
    if (normalizeMeetingUrl(url)) return url;
  }
  return null;
}

/** `{dateTime}`, or `{date}` for a whole day, at `timeZone` where it has no offset. An unknown zone is a failure. */
function googleTime(event: PyObject, name: 'start' | 'end'): Micros {
  const { object } = readerOf(event);
  const given = object(name);
  const zone = isTruthy(given.get('timeZone')) ? given.get('timeZone') : 'UTC';
  const text = given.has('dateTime') ? given.get('dateTime') : given.get('date');
  return timeOf(
    event,
    name,
    parseZonedTime(textOf(text) ?? '', (local) => atZone(local, textOf(zone) ?? '')),
  );
}

/** Microsoft's zones have names of their own, and the vendor takes one that it does not know for UTC. */
function microsoftTime(event: PyObject, name: 'start' | 'end'): Micros {
  const { orNothing } = readerOf(event);
  const given = orNothing(name);
  const zone = textOf(given.get('timeZone')) ?? '';
  return timeOf(
    event,
    name,
    parseZonedTime(textOf(given.get('dateTime')) ?? '', (local) => atZone(local, zone) ?? local),
  );
}

function timeOf(event: PyObject, name: string, at: Micros | undefined): Micros {
  if (at === undefined) throw unreadable(event, `has no ${name} that can be read`);
  return at;
}
