import { defineOperations } from '../contract.js';
import { AvailabilityRequest, AvailabilityResponse } from './availability.js';
import { WithUserInfo } from './accounts.js';
import { EventPage, ReadEventsQuery, RemoveEventRequest, WriteEventRequest } from './events.js';
import {
  assumed,
  AVAILABILITY,
  BODIES,
  CONFERENCING,
  DELETE_EVENT,
  ACCESS_MODES,
  EVENT_TRIGGERS,
  EXCHANGE_SERIES,
  EXTERNAL_EVENTS,
  PROVISIONING,
  READ_EVENTS,
  RECURRING_EVENTS,
  says,
  SCHEDULE,
  SDKS,
  TIMES_AND_HOSTS,
  UPDATES,
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
    body: WriteEventRequest,
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
      UPDATES,
      assumed('what the update of a known event leaves out stays as it is, required fields included'),
      assumed('days are transparent and times opaque by default: said by earlier copies of the page'),
      assumed('writing wants the scope create_event, as deleting wants delete_event (documented)'),
      assumed('moving an event moves its agent as it moves its triggers'),
      assumed('writing to a calendar that may only be read is 403, to one that its owner has deleted 404'),
      says(
        EVENT_TRIGGERS,
        'triggers follow a move in the calendar itself; that agents do is assumed',
        'agent_follows_calendar',
      ),
      assumed(
        'what becomes of an agent when people delete or decline its event in the calendar',
        'agent_on_calendar_delete, agent_on_calendar_restore, agent_on_decline',
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
      says(
        EXTERNAL_EVENTS,
        'with an event_uid it edits an event of others; a deleted or a recurring one is 422 (assumed)',
        'permission_level',
      ),
      says(RECURRING_EVENTS, 'one rule; the keys of refusals are those of a compatible service (assumed)'),
      says(
        RECURRING_EVENTS,
        'the calendar service applies the rule; what becomes of exceptions no page of the vendor says',
      ),
      says(
        EXCHANGE_SERIES,
        'what people have moved, changed or deleted of a series stands until its start, its end, its zone or the frequency, the interval or the days of its rule are written otherwise; Exchange drops exceptions with the pattern',
        'series_exceptions',
      ),
      assumed('a series that ends later or earlier keeps the exceptions of the occurrences that it still has'),
      assumed('a series whose first occurrence people have deleted is still known by its event_id'),
      assumed('the occurrences of a series have one conference; triggers and the agent belong to the first'),
      assumed('what becomes of an agent on an event that repeats', 'recurring_agents'),
      says(ACCESS_MODES, 'a calendar in the mode Free/Busy is sent an invitation instead', 'access_mode'),
      assumed('attendees.reject is ignored: the SDKs that read it so send remove'),
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
    body: RemoveEventRequest,
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
      assumed(
        'opaque and tentative events that are not declined are busy, the application’s own included',
        'availability_busy',
      ),
      assumed('a period is the longest in which the same members stay free'),
      assumed('how many results there are if no number is asked for', 'availability_max_results'),
      assumed('slots start on multiples of start_interval, where one is given'),
      assumed('how far apart overlapping slots start', 'availability_start_interval'),
      assumed('a member who has no account', 'availability_unknown_sub'),
      assumed('how much may be asked for', 'availability_limits'),
      assumed('periods that overlap', 'availability_overlaps'),
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
      402: {
        ...planLacksFeature,
        evidence: says(READ_EVENTS, 'include_geo that the plan lacks; said by an earlier copy', 'plan_includes_geo'),
      },
      403: forbidden,
      422: invalid,
      423: locked,
    },
    evidence: [
      READ_EVENTS,
      SDKS,
      TOKEN_KINDS,
      assumed('how many events are on a page', 'events_page_size'),
      says(EXTERNAL_EVENTS, 'events of others may be written once the user has allowed it', 'permission_level'),
      says(READ_EVENTS, 'a bundle write_only reads the own events alone; that it reads those is assumed'),
      assumed('whether the first sync of the profile is over', 'initial_sync'),
      assumed('Cronofy has no such week: greenroom makes it up', 'calendar, time_zone, calendar_provider'),
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
