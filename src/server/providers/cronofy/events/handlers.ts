import {
  DeleteEventRequest,
  UpsertEventRequest,
  type UpsertEventRequest as UpsertBody,
} from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import { setSubject, type Call, type Reply } from '../../provider.js';
import { renderUserInfo } from '../accounts/handlers.js';
import { accountOf, ownsCalendar, refuseDisconnected } from '../accounts/accounts.js';
import { admitted, refuseAgents, type Caller } from '../accounts/authorize.js';
import { setConference } from './conferencing.js';
import { empty, json, refused } from '../errors.js';
import { arrangeAgent } from '../agents/event-agents.js';
import { readEventTime } from './times.js';
import { checkEvent } from './rules.js';
import { settingsOf } from '../settings.js';
import { eventKey, sliceOf, type CalendarEvent } from '../state.js';
import { newEvent } from './new-event.js';
import { planTransitions } from './triggers.js';
import { checkShape, parseBody } from '../validate.js';

const upsertEvent = admitted({ wants: 'access_token', scopes: ['create_event'] }, (call, caller) => {
  const { world } = call;
  const refusal = refuseCalendar(call, caller);
  if (refusal) return refusal;
  const parsed = parseBody(call);
  if ('refusal' in parsed) return parsed.refusal;
  const owner = accountOf(world, caller);
  const errors = checkShape(UpsertEventRequest, parsed.value);
  if (errors.any) return errors.reply();
  const body = parsed.value as UpsertBody;
  const present = findEvent(call, body.event_id);
  checkEvent(world, body, present, errors);
  if (errors.any) return errors.reply();
  const unplanned = body.meeting_agent?.profile_id === 'cronofy' ? refuseAgents(world) : undefined;
  if (unplanned) return unplanned;

  noteNotKept(world, body);
  const event = present ?? addEvent(call, caller, body);
  update(world, event, body);
  if (body.conferencing) setConference(world, event, body.conferencing);
  planTransitions(world, event);
  arrangeAgent(world, call, event, owner);
  setSubject(call, event.agent ?? event.event_uid);
  return accept(call, caller, body);
});

/** An unknown event is answered 202 as well (assumed). */
const deleteEvent = admitted({ wants: 'access_token', scopes: ['delete_event'] }, (call, caller) => {
  const { world } = call;
  const refusal = refuseCalendar(call, caller);
  if (refusal) return refusal;
  const parsed = parseBody(call);
  if ('refusal' in parsed) return parsed.refusal;
  const errors = checkShape(DeleteEventRequest, parsed.value);
  if (errors.any) return errors.reply();
  const body = parsed.value as DeleteEventRequest;
  const event = findEvent(call, body.event_id);
  if (event) {
    event.deleted = true;
    event.updated = world.now();
    world.clock.cancel(event.conferenceJob);
    event.conferenceJob = null;
    planTransitions(world, event);
    arrangeAgent(world, call, event, { email: '' });
    setSubject(call, event.agent ?? event.event_uid);
  } else world.note('delete', null, `there is no event ${body.event_id}; the vendor answers 202 all the same`);
  return accept(call, caller, body);
});

function refuseCalendar({ world, params }: Call, caller: Caller): Reply | undefined {
  const calendar = params['calendar_id'] ?? '';
  if (!ownsCalendar(world, caller, calendar)) {
    const known = settingsOf(world).calendar_id;
    return refused(404, `the caller has no calendar ${calendar}; the workspace's own is ${known}`);
  }
  return refuseDisconnected(world);
}

function accept(
  { world, request }: Call,
  caller: Caller,
  { include_userinfo = false }: { include_userinfo?: boolean },
): Reply {
  if (!include_userinfo) return empty(202);
  return json(202, { userinfo: renderUserInfo(world, caller, request.origin) });
}

function findEvent({ world, params }: Call, eventId: string): CalendarEvent | undefined {
  const found = sliceOf(world).events.get(eventKey(params['calendar_id'] ?? '', eventId));
  return found && !found.deleted ? found : undefined;
}

function addEvent({ world, request, params }: Call, caller: Caller, { event_id }: UpsertBody): CalendarEvent {
  const { events, byUid } = sliceOf(world);
  const calendar_id = params['calendar_id'] ?? '';
  const { foreignSecret } = caller;
  const event = newEvent(world, { calendar_id, event_id, managed: true, foreignSecret, origin: request.origin });
  byUid[event.event_uid] = event.key;
  return events.add(event);
}

/** Says once of each part of an event that it is taken and forgotten. */
function noteNotKept(world: World, { attendees, recurrence }: UpsertBody): void {
  if (attendees != null)
    world.noteOnce(
      'events',
      'The attendees of events are taken and not kept: nobody is invited, and no read shows them.',
    );
  if (recurrence != null)
    world.noteOnce('events', 'The recurrence of events is taken and not kept: each event happens once.');
}

/** Writes what the body says. What it leaves out stays as it is: documented for conference and agent, else assumed. */
function update(world: World, event: CalendarEvent, body: UpsertBody): void {
  event.summary = body.summary ?? event.summary;
  event.description = body.description ?? event.description;
  event.start = body.start ?? event.start;
  event.end = body.end ?? event.end;
  event.tzid = body.tzid ?? event.tzid;
  event.startsAt = readEventTime(event.start, event.tzid) ?? event.startsAt;
  event.endsAt = readEventTime(event.end, event.tzid) ?? event.endsAt;
  event.location = body.location?.description ?? event.location;
  event.transparency = body.transparency ?? event.transparency;
  event.event_private = body.event_private ?? event.event_private;
  event.subscriptions = body.subscriptions ?? event.subscriptions;
  if (body.meeting_agent) event.meeting_agent = wantedAgent(body.meeting_agent);
  event.updated = world.now();
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
