import { defineOperations } from '../contract.js';
import { AvailabilityRequest, AvailabilityResponse } from './availability.js';
import { WithUserInfo } from './accounts.js';
import { DeleteEventRequest, EventPage, ReadEventsQuery, UpsertEventRequest } from './events.js';
import {
  assumed,
  AVAILABILITY,
  BODIES,
  CONFERENCING,
  DELETE_EVENT,
  EVENT_TRIGGERS,
  PROVISIONING,
  READ_EVENTS,
  says,
  SCHEDULE,
  SDKS,
  TIMES_AND_HOSTS,
  UPSERT_EVENT,
} from './evidence.js';
import { common, forbidden, invalid, json, locked, notFound, planLacksFeature, TOKEN_KINDS } from './responses.js';

const ofCalendar = { ...common, 403: forbidden, 404: notFound, 422: invalid, 423: locked } as const;

const accepted = (evidence: typeof UPSERT_EVENT) =>
  ({ ...json('Accepted; a body only with include_userinfo', WithUserInfo, evidence), bodyIsOptional: true }) as const;

/** Events, and with them integrated agents. */
export const eventOperations = defineOperations([
  {
    id: 'upsertEvent',
    method: 'POST',
    path: '/v1/calendars/{calendar_id}/events',
    summary: 'Create or update an event by its event_id, with a conference and an agent',
    auth: 'access_token',
    body: UpsertEventRequest,
    responses: {
      ...ofCalendar,
      202: accepted(says(UPSERT_EVENT, 'include_userinfo is documented for the deletion; here it is assumed')),
      402: planLacksFeature,
    },
    evidence: [
      UPSERT_EVENT,
      PROVISIONING,
      CONFERENCING,
      EVENT_TRIGGERS,
      ...TIMES_AND_HOSTS,
      BODIES,
      TOKEN_KINDS,
      assumed('what the update of a known event leaves out stays as it is, required fields included'),
      assumed('days are transparent and times opaque by default: said by earlier copies of the page'),
      assumed('writing wants the scope create_event, as deleting wants delete_event (documented)'),
      assumed('moving an event moves its agent as it moves its triggers'),
      says(
        EVENT_TRIGGERS,
        'triggers follow a move in the calendar itself; that agents do is assumed',
        'agent_follows_calendar',
      ),
      assumed(
        'what becomes of an agent when people delete or decline its event in the calendar',
        'agent_on_calendar_delete, agent_on_decline',
      ),
      says(
        PROVISIONING,
        'only an omitted meeting_agent leaves the agent untouched; that another replaces name and image is assumed',
        'event_agent_update',
      ),
      says(
        SCHEDULE,
        'a direct agent that has begun joining stays and another is scheduled; assumed for the agent of an event',
        'event_moved_after_activation',
      ),
      assumed('an event agent without a meeting URL at its time fails'),
      assumed('how long a conference takes', 'conferencing_delay'),
      assumed(
        'whose conferences are made by default and for the calendar',
        'default_conferencing, integrated_conferencing',
      ),
      assumed('whether conferences are made at all', 'conferencing'),
    ],
  },
  {
    id: 'deleteEvent',
    method: 'DELETE',
    path: '/v1/calendars/{calendar_id}/events',
    summary: 'Delete an event, and cancel its agent',
    auth: 'access_token',
    body: DeleteEventRequest,
    responses: { ...ofCalendar, 202: accepted(DELETE_EVENT) },
    evidence: [DELETE_EVENT, TOKEN_KINDS, assumed('deleting an unknown event is answered 202')],
  },
  {
    id: 'findAvailability',
    method: 'POST',
    path: '/v1/availability',
    summary: 'When the members of a meeting are free',
    auth: 'any_bearer',
    body: AvailabilityRequest,
    responses: {
      ...common,
      200: json('Periods or slots, and who is free in each', AvailabilityResponse, AVAILABILITY),
      422: invalid,
    },
    evidence: [
      AVAILABILITY,
      says(SDKS, "the API key and a user's access token are both sent; available_periods is the older query_periods"),
      assumed('opaque and tentative events that are not declined are busy, the application’s own included'),
      assumed('a period is the longest in which the same members stay free; results end at 256'),
      assumed('slots start on multiples of start_interval, where one is given'),
      assumed('how far apart overlapping slots start', 'availability_start_interval'),
      assumed('a member who has no account', 'availability_unknown_sub'),
      assumed('how much may be asked for', 'availability_limits'),
    ],
  },
  {
    id: 'readEvents',
    method: 'GET',
    path: '/v1/events',
    summary: 'The events of the account; managed ones only when asked for',
    auth: 'access_token',
    query: ReadEventsQuery,
    responses: {
      ...common,
      200: json('The first page', EventPage, READ_EVENTS),
      403: forbidden,
      422: invalid,
      423: locked,
    },
    evidence: [
      READ_EVENTS,
      SDKS,
      TOKEN_KINDS,
      assumed('how many events are on a page', 'events_page_size'),
      assumed('events of others may not be written: permission_level is sandbox'),
      says(SDKS, 'times are in UTC, however they were written; with localized_times each has its zone beside it'),
      assumed('a day with localized_times has the zone of its event beside it'),
      assumed('an agent is not shown on its event'),
    ],
  },
  {
    id: 'readEventsPage',
    method: 'GET',
    path: '/v1/events/pages/{page}',
    summary: 'A further page, by the URL that the page before it gave',
    auth: 'access_token',
    responses: { ...common, 200: json('A page', EventPage, READ_EVENTS), 403: forbidden, 404: notFound, 423: locked },
    evidence: [READ_EVENTS, assumed('a page shows what was found when the first was read')],
  },
]);
