import { CODE, COPIES, DRIVER, FRAMEWORK, RECORDED } from '../evidence.js';
import * as queries from '../queries.js';
import * as schemas from '../schemas.js';
import { done, FAILS, json, listing, ok, operation, POSTS, READS_BODY, REFUSES } from './operation.js';

export const calendarOperations = [
  operation('listCalendars', 'GET', '/calendars', {
    ...listing('The calendars of the project, newest first', queries.CalendarsQuery, schemas.CalendarPage),
    evidence: [RECORDED, DRIVER, { ...COPIES, date: '2026-11-30', note: 'an empty key is one that no calendar has' }],
  }),
  operation('createCalendar', 'POST', '/calendars', {
    summary: 'Connect a calendar',
    body: schemas.CreateCalendarRequest,
    ok: [201, json('The calendar', schemas.Calendar)],
    errors: POSTS,
    evidence: [
      RECORDED,
      FRAMEWORK,
      { ...COPIES, note: 'what the database does not take is hidden behind an error id, and fails in a PATCH' },
    ],
  }),
  operation('getCalendar', 'GET', '/calendars/{id}', {
    summary: 'One calendar',
    ok: ok('The calendar', schemas.Calendar),
  }),
  operation('patchCalendar', 'PATCH', '/calendars/{id}', {
    summary: 'Renew credentials or metadata',
    body: schemas.PatchCalendarRequest,
    ok: ok('The calendar', schemas.Calendar),
    errors: READS_BODY,
  }),
  operation('deleteCalendar', 'DELETE', '/calendars/{id}', { summary: 'Disconnect a calendar', ok: done }),
  operation('listCalendarEvents', 'GET', '/calendar_events', {
    ...listing('The events of all calendars, 100 a page', queries.CalendarEventsQuery, schemas.CalendarEventPage),
    errors: { ...REFUSES, ...FAILS },
    evidence: [
      RECORDED,
      DRIVER,
      {
        ...CODE,
        note: 'the window of a sync, where a link comes from, times without an offset, and what cannot be read',
      },
      { ...COPIES, date: '2026-11-30', note: 'which times and fields of events it asks for' },
    ],
  }),
];
