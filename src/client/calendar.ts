import type * as control from '../contracts/control/calendar.js';
import type { Channel } from './channel.js';
import type { Narrowed } from './narrowed.js';
import type { VendorName } from './vendors.js';

/** A meeting in the calendar of a user. */
export type CalendarMeeting = Narrowed<control.CalendarMeeting, { provider: VendorName }>;

/** A calendar of somebody. */
export type NamedCalendar = Narrowed<control.NamedCalendar, { provider: VendorName }>;

/** An agent or a bot as it is planned, or was. */
export type CalendarAgent = Narrowed<control.CalendarAgent, { provider: VendorName }>;

/** A meeting that a user puts into the own calendar: of the vendor that is named, or of the first that has one. */
export type Booking = Narrowed<Omit<control.BookingBody, 'kind' | 'user'>, { provider?: VendorName }>;

/** What users have in their calendars, and the agents that vendors have for it. */
export interface RoomCalendar {
  /** The newest thousand of each if no limit is said. */
  readonly read: (options?: { readonly provider?: VendorName; readonly limit?: number }) => Promise<{
    readonly calendars: readonly NamedCalendar[];
    readonly events: readonly CalendarMeeting[];
    readonly agents: readonly CalendarAgent[];
    readonly dropped: number;
  }>;
  /**
   * A user puts a meeting into the own calendar, and the vendor tells of it as of every change by people. Throws REFUSED
   * where no calendar is connected.
   *
   * @example await room.calendar.book({ url: MEET_URL, start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' });
   */
  readonly book: (meeting: Booking) => Promise<{ readonly provider: VendorName; readonly event: string }>;
}

export const calendarOf = (channel: Channel): RoomCalendar => ({
  read: (options = {}) => channel.get('/calendar', options),
  book: (meeting) => channel.post('/backstage', { kind: 'calendar', user: 'books', ...meeting }),
});
