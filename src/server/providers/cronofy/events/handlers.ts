import {
  DeleteEventRequest,
  DeleteExternalEventRequest,
  EditExternalEventRequest,
  UpsertEventRequest,
  type UpsertEventRequest as UpsertBody,
} from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import { setSubject, type Call, type Reply } from '../../provider.js';
import { renderUserInfo } from '../accounts/handlers.js';
import { accountOf, accountOfCalendar, ownsCalendar, refuseDisconnected } from '../accounts/accounts.js';
import { isReadonly } from '../accounts/calendars.js';
import { admitted, refuseAgents, type Caller } from '../accounts/authorize.js';
import { setConference } from './conferencing.js';
import { empty, json, refused } from '../errors.js';
import { arrangeAgent } from '../agents/event-agents.js';
import { setTimes } from './times.js';
import { checkEvent } from './rules.js';
import { settingsOf } from '../settings.js';
import { eventKey, sliceOf, type Account, type CalendarEvent } from '../state.js';
import { asGuest, checkAttendees, inviteAndRemove } from './attendees.js';
import { findExternal, Refusal } from './external.js';
import { newEvent } from './new-event.js';
import { occurrencesBeside } from './recurrence.js';
import { hasOtherOccurrences, writeAll } from './series.js';
import type { CausedBy } from '../agents/agents.js';
import { planTransitions } from './triggers.js';
import { checkShape, parseBody } from '../validate.js';

const upsertEvent = admitted({ wants: 'access_token', scopes: ['create_event'] }, (call, caller) =>
  withBody(call, (body) => writeEvent(call, caller, body)),
);

const deleteEvent = admitted({ wants: 'access_token', scopes: ['delete_event'] }, (call, caller) =>
  withBody(call, (body) => removeEvent(call, caller, body)),
);

function withBody(call: Call, work: (body: unknown) => Reply): Reply {
  const parsed = parseBody(call);
  return 'refusal' in parsed ? parsed.refusal : work(parsed.value);
}

/** Says which event is meant that is not the application's own. */
const namesExternal = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'event_uid' in body && !('event_id' in body);

/** Writes what a body says: an event of the application, or one of others. */
export function writeEvent(call: Call, caller: Caller, given: unknown): Reply {
  const { world } = call;
  const refusal = refuseCalendar(call, caller);
  if (refusal) return refusal;
  const external = namesExternal(given);
  const owner = ownerOf(call, caller);
  const errors = checkShape(external ? EditExternalEventRequest : UpsertEventRequest, given);
  if (errors.any) return errors.reply();
  const found = external ? findExternal(call, given as EditExternalEventRequest, errors) : undefined;
  if (found instanceof Refusal) return found.reply;
  const body = given as UpsertBody;
  const present = found ?? findEvent(call, body.event_id);
  checkEvent(world, body, present, errors);
  checkAttendees(body.attendees, owner, errors);
  if (errors.any) return errors.reply();
  const unplanned = body.meeting_agent?.profile_id === 'cronofy' ? refuseAgents(world) : undefined;
  if (unplanned) return unplanned;
  if (settingsOf(world).access_mode === 'free_busy') {
    world.note('events', null, `${owner.email} is sent an invitation by e-mail; nothing is in the calendar`);
    return accept(call, caller, body);
  }

  keep(call, { caller, owner }, body, present);
  return accept(call, caller, body);
}

/** Writes a body that is good into the calendar, and whatever follows from it. */
function keep(
  call: Call,
  { caller, owner }: { readonly caller: Caller; readonly owner: Account },
  body: UpsertBody,
  present: CalendarEvent | undefined,
): void {
  const { world } = call;
  const event = present ?? addEvent(call, caller, body);
  writeAll(
    world,
    event,
    () => {
      update(world, event, body);
      if (body.conferencing) setConference(world, event, body.conferencing);
    },
    body.attendees,
  );
  planTransitions(world, event);
  arrangeAgent(world, call, event, owner);
  setSubject(call, event.agent ?? event.event_uid);
}

/** Deletes the event that a body names. An unknown one of the application's own is answered 202 as well (assumed). */
export function removeEvent(call: Call, caller: Caller, given: unknown): Reply {
  const { world } = call;
  const refusal = refuseCalendar(call, caller);
  if (refusal) return refusal;
  const external = namesExternal(given);
  const errors = checkShape(external ? DeleteExternalEventRequest : DeleteEventRequest, given);
  if (errors.any) return errors.reply();
  const found = external ? findExternal(call, given as DeleteExternalEventRequest, errors) : undefined;
  if (found instanceof Refusal) return found.reply;
  const body = given as DeleteEventRequest;
  const event = found ?? findEvent(call, body.event_id);
  if (event) {
    erase(world, call, event);
    setSubject(call, event.agent ?? event.event_uid);
  } else world.note('delete', null, `there is no event ${body.event_id}; the vendor answers 202 all the same`);
  return accept(call, caller, body);
}

/** An event is gone, and with it its agent and whatever was to be told of it; of one that repeats, all occurrences. */
export function erase(world: World, call: CausedBy, event: CalendarEvent): void {
  const all = [event, ...(event.rule === null ? [] : occurrencesBeside(world, event))];
  for (const one of all.filter(({ deleted }) => !deleted)) {
    one.deleted = true;
    one.updated = world.now();
    world.clock.cancel(one.conferenceJob);
    one.conferenceJob = null;
    planTransitions(world, one);
  }
  arrangeAgent(world, call, event, { email: '' });
}

function refuseCalendar(call: Call, caller: Caller): Reply | undefined {
  const { world, params } = call;
  const calendar = params['calendar_id'] ?? '';
  if (!ownsCalendar(world, caller, calendar)) {
    const known = settingsOf(world).calendar_id;
    return refused(404, `the caller has no calendar ${calendar}; the workspace's own is ${known}`);
  }
  if (sliceOf(world).calendars.get(calendar)?.deleted) return refused(404, `the calendar ${calendar} is deleted`);
  if (isReadonly(world, calendar)) return refused(403, `the calendar ${calendar} may only be read (calendar_readonly)`);
  return refuseDisconnected(world, ownerOf(call, caller));
}

/** Whose calendar is written to: of an account with several profiles, the one with this calendar. */
const ownerOf = ({ world, params }: Call, caller: Caller): Account =>
  accountOfCalendar(world, params['calendar_id'] ?? '') ?? accountOf(world, caller);

function accept(
  { world, request }: Call,
  caller: Caller,
  { include_userinfo = false }: { include_userinfo?: boolean },
): Reply {
  if (!include_userinfo) return empty(202);
  return json(202, { userinfo: renderUserInfo(world, caller, request.origin) });
}

/** One that repeats stands as long as one of its occurrences does. */
function findEvent({ world, params }: Call, eventId: string): CalendarEvent | undefined {
  const found = sliceOf(world).events.get(eventKey(params['calendar_id'] ?? '', eventId));
  return found && (!found.deleted || hasOtherOccurrences(world, found)) ? found : undefined;
}

/** A first write of an event that was deleted makes it anew (implied: only those of others cannot come back). */
function addEvent(call: Call, caller: Caller, { event_id }: UpsertBody): CalendarEvent {
  const { world, request, params } = call;
  const { events, byUid } = sliceOf(world);
  const calendar_id = params['calendar_id'] ?? '';
  const { foreignSecret } = caller;
  setAside(world, eventKey(calendar_id, event_id));
  const event = newEvent(world, { calendar_id, event_id, managed: true, foreignSecret, origin: request.origin });
  byUid[event.event_uid] = event.key;
  event.organizer = asGuest(ownerOf(call, caller));
  return events.add(event);
}

/** What was deleted stays what it was, for reads, and for an agent of it that goes on. */
function setAside(world: World, key: string): void {
  const { events, byUid, agents } = sliceOf(world);
  const old = events.get(key);
  if (!old) return;
  world.clock.cancel(old.conferenceJob);
  events.delete(key);
  const aside = events.add({ ...old, key: `deleted ${old.event_uid}`, conferenceJob: null });
  byUid[old.event_uid] = aside.key;
  for (const agent of agents.filter(({ event }) => event === key)) agent.event = aside.key;
}

/** Writes what the body says. What it leaves out stays as it is: documented for conference and agent, else assumed. */
function update(world: World, event: CalendarEvent, body: UpsertBody): void {
  event.summary = body.summary ?? event.summary;
  event.description = body.description ?? event.description;
  setTimes(event, { start: body.start ?? event.start, end: body.end ?? event.end, tzid: body.tzid ?? event.tzid });
  if (body.attendees) inviteAndRemove(world, event, body.attendees);
  if (body.recurrence) event.rule = body.recurrence.rules[0] ?? null;
  updateLook(event, body);
  event.subscriptions = body.subscriptions ?? event.subscriptions;
  if (body.meeting_agent) event.meeting_agent = wantedAgent(body.meeting_agent);
  event.updated = world.now();
}

/** What others see of it. */
function updateLook(event: CalendarEvent, body: UpsertBody): void {
  event.location = body.location ?? event.location;
  if (body.url !== undefined) event.url = body.url;
  event.transparency = body.transparency ?? event.transparency;
  event.extended_transparency = body.extended_transparency ?? event.extended_transparency;
  event.event_private = body.event_private ?? event.event_private;
}

function wantedAgent({
  profile_id,
  display_name,
  image_url,
}: NonNullable<UpsertBody['meeting_agent']>): CalendarEvent['meeting_agent'] {
  if (profile_id === 'none') return null;
  return { profile_id, display_name: display_name ?? null, image_url: image_url ?? null };
}

export const eventHandlers = { upsertEvent, deleteEvent };
